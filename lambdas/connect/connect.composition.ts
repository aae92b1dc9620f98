import { randomInt } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type * as z from 'zod/mini';
import { appSecretInSecretsManager } from '../../shared/app-secret/app-secret.secrets-manager.ts';
import { cachedAppSecret } from '../../shared/app-secret/app-secret-cache.ts';
import { connectionsInDynamoDb } from '../../shared/connections/connections.dynamodb.ts';
import { AccessToken } from '../../shared/credentials/access-token.ts';
import { credentialsInDynamoDb } from '../../shared/credentials/credential.dynamodb.ts';
import { credentialStoreInDynamoDb } from '../../shared/credentials/credential-store.dynamodb.ts';
import { countedTokenCipher } from '../../shared/credentials/token-cipher.composition.ts';
import { appGraphOverHttps, graphOverHttps } from '../../shared/graph/graph.graph.ts';
import { routeClaimsInDynamoDb } from '../../shared/routing/route-claims.dynamodb.ts';
import { awsClientConfig, interactiveBudget } from '../../shared/runtime/aws-client.ts';
import { settingsInDynamoDb } from '../../shared/settings/settings.dynamodb.ts';
import { tableReader } from '../../shared/table/table-reader.dynamodb.ts';
import type { saveCredentialsEnvSchema } from './connect.env.ts';
import type { ConnectPorts } from './connect.port.ts';
import { report } from './counted.composition.ts';
import { countedConnections, countedExchanges } from './counted-ports.composition.ts';
import { metaPeopleInDynamoDb } from './meta-people.dynamodb.ts';
import { templateMarksInDynamoDb } from './template-marks.dynamodb.ts';

/** A connection takes a dozen calls, and a request 25 seconds, in ms. */
const graphTimeoutMs = 5000;

/** What connecting is made of. To be made once, at init. */
export async function connectAdapters(env: z.output<typeof saveCredentialsEnvSchema>) {
  const { TABLE_NAME: tableName, APP_ID: appId } = env;
  const client = new DynamoDBClient(awsClientConfig(interactiveBudget));
  const reader = tableReader(client, tableName);
  const cipher = countedTokenCipher(env.TOKEN_KEY_ARN);
  const appSecret = cachedAppSecret(appSecretInSecretsManager(env.APP_SECRET_ARN), Date.now);
  const meta = { url: env.GRAPH_URL, version: env.GRAPH_VERSION, appSecret, appId };
  const now = () => new Date();
  const table = { client, tableName, reader };
  const ports: ConnectPorts = {
    graph: graphOverHttps({ ...meta, timeoutMs: graphTimeoutMs }),
    appGraph: countedExchanges(appGraphOverHttps({ ...meta, timeoutMs: graphTimeoutMs })),
    credentials: credentialsInDynamoDb({ ...table, cipher }),
    store: credentialStoreInDynamoDb({ ...table, cipher }),
    connections: countedConnections(connectionsInDynamoDb(client, { tableName, reader })),
    claims: routeClaimsInDynamoDb(client, tableName),
    templates: templateMarksInDynamoDb(client, { tableName, now }),
    people: metaPeopleInDynamoDb(client, { tableName, reader }),
    settings: settingsInDynamoDb(client, { tableName, reader }),
    app: {
      appId,
      webhookUrl: env.WEBHOOK_URL,
      verifyToken: async () => new AccessToken((await appSecret.read()).verifyTokens[0] ?? ''),
    },
    now,
    newPin: () => new AccessToken(String(randomInt(1_000_000)).padStart(6, '0')),
    report,
  };
  // Lambda's init has a whole CPU: what is read now is missing from the first answer's time.
  await appSecret.read().catch(() => undefined);
  return { client, tableName, appSecret, ports };
}
