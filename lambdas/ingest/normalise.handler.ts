import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { PartialItemFailureResponse } from '@aws-lambda-powertools/batch/types';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import middy from '@middy/core';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { connectionsInDynamoDb } from '../../shared/connections/connections.dynamodb.ts';
import { occasionalNotes } from '../../shared/doctor/occasional-notes.ts';
import { sightingsInDynamoDb } from '../../shared/doctor/sightings.dynamodb.ts';
import { hash } from '../../shared/hash.ts';
import { cachedRoutes } from '../../shared/routing/cached-routes.ts';
import { routesInDynamoDb } from '../../shared/routing/route.dynamodb.ts';
import { awsClientConfig, backgroundBudget } from '../../shared/runtime/aws-client.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { PermanentError } from '../../shared/runtime/errors.ts';
import { errorFields, logger, metrics } from '../../shared/runtime/observability.ts';
import { sendLedgerInDynamoDb } from '../../shared/sends/send-ledger.dynamodb.ts';
import { rememberedSettings } from '../../shared/settings/settings.composition.ts';
import { lazyObjectStore } from '../../shared/storage/lazy-object-store.ts';
import { tableReader } from '../../shared/table/table-reader.dynamodb.ts';
import { aliasesInDynamoDb } from './alias.dynamodb.ts';
import { archiveInFirehose } from './archive.firehose.ts';
import { archiveDone } from './archive.ts';
import { lazyRedelivery } from './lazy-redelivery.ts';
import { ledgerInDynamoDb } from './ledger.dynamodb.ts';
import { ingestMetrics } from './metrics.ts';
import { normaliseEnvSchema } from './normalise.env.ts';
import { normalise } from './normalise.ts';
import { metricsOf } from './normalise-metrics.ts';
import { sendFactsInDynamoDb } from './send-facts.dynamodb.ts';

const env = readEnv(normaliseEnvSchema);
const client = new DynamoDBClient(awsClientConfig(backgroundBudget));
const store = lazyObjectStore(env.RAW_BUCKET, backgroundBudget);
const archive = archiveInFirehose(env.ARCHIVE_STREAM_NAME);
const report = (error: unknown) => logger.error('A step failed', errorFields(error));
const redeliver = lazyRedelivery(env.WEBHOOK_EVENTS_QUEUE_URL, report);
const now = () => new Date();
const { TABLE_NAME: tableName, MESSAGE_RETENTION_DAYS: stageDays } = env;
const reader = tableReader(client, tableName);
const staleReader = tableReader(client, tableName, { consistent: false });
const { settings, retentionDays } = rememberedSettings(client, { tableName, reader, stageDays });
const ports = {
  routes: cachedRoutes(routesInDynamoDb(client, tableName), Date.now),
  aliases: aliasesInDynamoDb(client, tableName),
  ledger: ledgerInDynamoDb(client, { tableName, retentionDays, now }),
  sendFacts: sendFactsInDynamoDb(client, { tableName, reader: staleReader, now }),
  connections: connectionsInDynamoDb(client, { tableName, reader }),
  sends: sendLedgerInDynamoDb(client, { tableName, reader, indexName: env.LISTING_INDEX }),
  noteSightings: occasionalNotes(sightingsInDynamoDb(client, tableName), report),
  ...{ settings, store, rawBucket: env.RAW_BUCKET, now },
};

async function process({ body, messageId }: SQSRecord): Promise<void> {
  try {
    for (const [name, count] of Object.entries(metricsOf(await normalise(body, ports)))) {
      metrics.addMetric(name, MetricUnit.Count, count);
    }
  } catch (error) {
    logger.error('A message of webhook-events failed', { messageId, ...errorFields(error) });
    if (!(error instanceof PermanentError)) throw error;
    await store.put(`quarantine/message/${hash(body)}`, Buffer.from(body));
    metrics.addMetric(ingestMetrics.updatesQuarantined, MetricUnit.Count, 1);
  }
}

const batch = new BatchProcessor(EventType.SQS);

/** `normalise`: works `webhook-events`; a message that fails comes again without its batch. */
export const handler = middy<SQSEvent, PartialItemFailureResponse>()
  .use(logMetrics(metrics))
  .handler(async (event, context) => {
    const options = { context, throwOnFullBatchFailure: false };
    const { batchItemFailures } = await processPartialResponse(event, process, batch, options);
    const failed = batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    const again = await archiveDone(event.Records, failed, { archive, now, report });
    await Promise.all(again.map(redeliver));
    return { batchItemFailures: again.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  });
