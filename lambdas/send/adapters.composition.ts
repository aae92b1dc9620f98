import { setTimeout as delay } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type * as z from 'zod/mini';
import { appSecretInSecretsManager } from '../../shared/app-secret/app-secret.secrets-manager.ts';
import { cachedAppSecret } from '../../shared/app-secret/app-secret-cache.ts';
import { credentialsInDynamoDb } from '../../shared/credentials/credential.dynamodb.ts';
import { countedTokenCipher } from '../../shared/credentials/token-cipher.composition.ts';
import { graphOverHttps } from '../../shared/graph/graph.graph.ts';
import { cachedRoutes } from '../../shared/routing/cached-routes.ts';
import { routesInDynamoDb } from '../../shared/routing/route.dynamodb.ts';
import { awsClientConfig, type CallBudget } from '../../shared/runtime/aws-client.ts';
import { sendLedgerInDynamoDb } from '../../shared/sends/send-ledger.dynamodb.ts';
import { rememberedSettings } from '../../shared/settings/settings.composition.ts';
import { tableReader } from '../../shared/table/table-reader.dynamodb.ts';
import { conversationsInDynamoDb } from './conversations.dynamodb.ts';
import { countedMessages, measured } from './counted-ports.composition.ts';
import { messagesInDynamoDb } from './messages.dynamodb.ts';
import { report } from './observed.composition.ts';
import type { replyStatusEnvSchema } from './reply-status.env.ts';

/** The adapters that sending, delivering and telling of sends share. To be made once, at init. */
export async function sendAdapters(env: z.output<typeof replyStatusEnvSchema>, budget: CallBudget) {
  const { TABLE_NAME: tableName, MESSAGE_RETENTION_DAYS: stageDays } = env;
  const client = new DynamoDBClient(awsClientConfig(budget));
  const reader = tableReader(client, tableName);
  const now = () => new Date();
  const { retentionDays } = rememberedSettings(client, { tableName, reader, stageDays });
  const appSecret = cachedAppSecret(appSecretInSecretsManager(env.APP_SECRET_ARN), Date.now);
  const cipher = countedTokenCipher(env.TOKEN_KEY_ARN);
  // Lambda's init has a whole CPU: what is read now is missing from the first answer's time.
  await appSecret.read().catch(() => undefined);
  return {
    client,
    reader,
    routes: cachedRoutes(routesInDynamoDb(client, tableName), Date.now),
    credentials: credentialsInDynamoDb({ client, tableName, reader, cipher }),
    conversations: conversationsInDynamoDb(reader),
    ledger: sendLedgerInDynamoDb(client, { tableName, reader, indexName: env.LISTING_INDEX }),
    messages: countedMessages(
      messagesInDynamoDb(client, { tableName, reader, retentionDays, now }),
    ),
    retentionDays,
    graph: measured(graphOverHttps({ url: env.GRAPH_URL, version: env.GRAPH_VERSION, appSecret })),
    now,
    wait: async (ms: number) => {
      if (ms > 0) await delay(ms);
    },
    report,
  };
}
