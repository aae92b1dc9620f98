import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type * as z from 'zod/mini';
import { appSecretInSecretsManager } from '../../shared/app-secret/app-secret.secrets-manager.ts';
import { cachedAppSecret } from '../../shared/app-secret/app-secret-cache.ts';
import { credentialsInDynamoDb } from '../../shared/credentials/credential.dynamodb.ts';
import { countedTokenCipher } from '../../shared/credentials/token-cipher.composition.ts';
import { queueDepthsInSqs } from '../../shared/doctor/queue-depths.sqs.ts';
import { tracesInDynamoDb } from '../../shared/doctor/traces.dynamodb.ts';
import { graphOverHttps } from '../../shared/graph/graph.graph.ts';
import type { ApiMethod } from '../../shared/http/api.ts';
import { routesInDynamoDb } from '../../shared/routing/route.dynamodb.ts';
import { awsClientConfig, interactiveBudget } from '../../shared/runtime/aws-client.ts';
import { tableReader } from '../../shared/table/table-reader.dynamodb.ts';
import { readHealth } from './health.ts';
import type { whatsappInboxEnvSchema } from './whatsapp-inbox.env.ts';

/** The checks make three calls one after the other, and a request takes 25 seconds at most, in ms. */
const graphTimeoutMs = 4000;

/** GET `/whatsapp-health`, of all that it asks. */
export function healthMethod(env: z.output<typeof whatsappInboxEnvSchema>): ApiMethod {
  const { TABLE_NAME: tableName } = env;
  const client = new DynamoDBClient(awsClientConfig(interactiveBudget));
  const reader = tableReader(client, tableName);
  const appSecret = cachedAppSecret(appSecretInSecretsManager(env.APP_SECRET_ARN), Date.now);
  const cipher = countedTokenCipher(env.TOKEN_KEY_ARN);
  return readHealth({
    appId: env.APP_ID,
    webhookUrl: env.WEBHOOK_URL,
    appSecret,
    credentials: credentialsInDynamoDb({ client, tableName, reader, cipher }),
    routes: routesInDynamoDb(client, tableName),
    graph: graphOverHttps({
      ...{ url: env.GRAPH_URL, version: env.GRAPH_VERSION, appSecret, timeoutMs: graphTimeoutMs },
    }),
    queues: queueDepthsInSqs({
      'webhook-events': env.WEBHOOK_EVENTS_QUEUE_URL,
      'send-requests': env.SEND_REQUESTS_QUEUE_URL,
      'bulk-requests': env.BULK_REQUESTS_QUEUE_URL,
      'media-jobs': env.MEDIA_JOBS_QUEUE_URL,
      'transcribe-jobs': env.TRANSCRIBE_JOBS_QUEUE_URL,
      'inbox-events': env.INBOX_EVENTS_QUEUE_URL,
      'inbox-history': env.INBOX_HISTORY_QUEUE_URL,
      'republish-jobs': env.REPUBLISH_JOBS_QUEUE_URL,
      'erasure-jobs': env.ERASURE_JOBS_QUEUE_URL,
    }),
    traces: tracesInDynamoDb(reader),
    now: () => new Date(),
  });
}
