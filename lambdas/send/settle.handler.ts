import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import middy from '@middy/core';
import { awsClientConfig, backgroundBudget } from '../../shared/runtime/aws-client.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { logger, metrics } from '../../shared/runtime/observability.ts';
import { sendLedgerInDynamoDb } from '../../shared/sends/send-ledger.dynamodb.ts';
import { tableReader } from '../../shared/table/table-reader.dynamodb.ts';
import { sendMetrics } from './metrics.ts';
import { report } from './observed.composition.ts';
import { settleEnvSchema } from './settle.env.ts';
import { settleOpenSends } from './settle.ts';

const env = readEnv(settleEnvSchema);
const { TABLE_NAME: tableName, LISTING_INDEX: indexName } = env;
const client = new DynamoDBClient(awsClientConfig(backgroundBudget));
const reader = tableReader(client, tableName);
const ports = {
  ledger: sendLedgerInDynamoDb(client, { tableName, reader, indexName }),
  now: () => new Date(),
  report,
};

/** With less time left no further page is begun, in ms. */
const pageMs = 20_000;

/** `settle`: moves sends on that were left open. */
export const handler = middy()
  .use(logMetrics(metrics))
  .handler(async (_event: unknown, context) => {
    const deadlineMs = Date.now() + context.getRemainingTimeInMillis() - pageMs;
    const { unknown, unresolved, expired } = await settleOpenSends(deadlineMs, ports);
    metrics.addMetric(sendMetrics.sendsAbandoned, MetricUnit.Count, unknown);
    metrics.addMetric(sendMetrics.sendsUnresolved, MetricUnit.Count, unresolved);
    metrics.addMetric(sendMetrics.sendsExpired, MetricUnit.Count, expired);
    if (unresolved > 0) {
      logger.warn('Nobody knows whether Meta has taken these sends', { unresolved });
    }
  });
