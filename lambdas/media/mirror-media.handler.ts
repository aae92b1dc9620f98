import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import middy from '@middy/core';
import { appSecretInSecretsManager } from '../../shared/app-secret/app-secret.secrets-manager.ts';
import { cachedAppSecret } from '../../shared/app-secret/app-secret-cache.ts';
import { credentialsInDynamoDb } from '../../shared/credentials/credential.dynamodb.ts';
import { countedTokenCipher } from '../../shared/credentials/token-cipher.composition.ts';
import { occasionalNotes } from '../../shared/doctor/occasional-notes.ts';
import { sightingsInDynamoDb } from '../../shared/doctor/sightings.dynamodb.ts';
import { graphOverHttps } from '../../shared/graph/graph.graph.ts';
import { mediaLedgerInDynamoDb } from '../../shared/media/media-ledger.dynamodb.ts';
import { holdBackInSqs } from '../../shared/queue/hold-back.sqs.ts';
import { putOff } from '../../shared/queue/put-off.ts';
import { cachedRoutes } from '../../shared/routing/cached-routes.ts';
import { routesInDynamoDb } from '../../shared/routing/route.dynamodb.ts';
import { awsClientConfig, backgroundBudget } from '../../shared/runtime/aws-client.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { errorFields, logger, metrics } from '../../shared/runtime/observability.ts';
import { cachedSettings } from '../../shared/settings/cached-settings.ts';
import { settingsInDynamoDb } from '../../shared/settings/settings.dynamodb.ts';
import { objectStoreInS3 } from '../../shared/storage/object-store.s3.ts';
import { tableReader } from '../../shared/table/table-reader.dynamodb.ts';
import { mediaDownloadFromMeta } from './media-download.graph.ts';
import { mediaErrorsInDynamoDb } from './media-errors.dynamodb.ts';
import { mediaStoreInS3 } from './media-store.s3.ts';
import { mirrorJobs } from './mirror-jobs.ts';
import { mirrorMediaEnvSchema } from './mirror-media.env.ts';
import { mirrorMediaEventSchema } from './mirror-media-event.schema.ts';
import { countWorked } from './mirror-metrics.composition.ts';

const env = readEnv(mirrorMediaEnvSchema);
const { TABLE_NAME: tableName, GRAPH_URL: url, GRAPH_VERSION: version } = env;
const client = new DynamoDBClient(awsClientConfig(backgroundBudget));
const reader = tableReader(client, tableName);
const appSecret = cachedAppSecret(appSecretInSecretsManager(env.APP_SECRET_ARN), Date.now);
const cipher = countedTokenCipher(env.TOKEN_KEY_ARN);
const report = (error: unknown) => logger.error('A step failed', errorFields(error));
const ports = {
  ledger: mediaLedgerInDynamoDb(client, { tableName, reader }),
  routes: cachedRoutes(routesInDynamoDb(client, tableName), Date.now),
  credentials: credentialsInDynamoDb({ client, tableName, reader, cipher }),
  errors: mediaErrorsInDynamoDb(client, { tableName, reader }),
  graph: graphOverHttps({ url, version, appSecret }),
  download: mediaDownloadFromMeta({ graphUrl: url }),
  store: mediaStoreInS3(env.MEDIA_BUCKET),
  settings: cachedSettings(settingsInDynamoDb(client, { tableName, reader }), Date.now),
  raw: objectStoreInS3(env.RAW_BUCKET, backgroundBudget),
  now: () => new Date(),
  report,
};
const noteSightings = occasionalNotes(sightingsInDynamoDb(client, tableName), report);
const holdBack = holdBackInSqs(env.MEDIA_JOBS_QUEUE_URL);
const holdBackOf = new Map([[env.MEDIA_JOBS_QUEUE_URL.split('/').at(-1) ?? '', holdBack]]);

/** `mirror-media`: works `media-jobs`; a file that is not to be had now comes again when it has to. */
export const handler = middy()
  .use(logMetrics(metrics))
  .handler(async (event: unknown) => {
    const { Records: records } = mirrorMediaEventSchema.parse(event);
    const { worked, again } = await mirrorJobs(records, ports);
    for (const result of worked) countWorked(result);
    // Where this fails they come again too: when the queue's visibility timeout is over.
    await putOff(records, again, holdBackOf).catch(report);
    const stored = worked.flatMap((each) => (each.outcome === 'stored' ? each.job.message : []));
    const seen = stored.map((message) => ({ kind: 'file' as const, ...message }));
    await noteSightings(seen, ports.now().toISOString());
    return { batchItemFailures: [...again.keys()].map((itemIdentifier) => ({ itemIdentifier })) };
  });
