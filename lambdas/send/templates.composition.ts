import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { appSecretInSecretsManager } from '../../shared/app-secret/app-secret.secrets-manager.ts';
import { cachedAppSecret } from '../../shared/app-secret/app-secret-cache.ts';
import { credentialsInDynamoDb } from '../../shared/credentials/credential.dynamodb.ts';
import { countedTokenCipher } from '../../shared/credentials/token-cipher.composition.ts';
import { graphOverHttps } from '../../shared/graph/graph.graph.ts';
import type { ApiMethod } from '../../shared/http/api.ts';
import { awsClientConfig, interactiveBudget } from '../../shared/runtime/aws-client.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { tableReader } from '../../shared/table/table-reader.dynamodb.ts';
import { measured } from './counted-ports.composition.ts';
import { apiHandler, report } from './observed.composition.ts';
import { type TemplateLists, templateLists } from './template/list-templates.ts';
import { templatesInDynamoDb } from './template/template-store.dynamodb.ts';
import { templatesEnvSchema } from './templates.env.ts';

const env = readEnv(templatesEnvSchema);
const client = new DynamoDBClient(awsClientConfig(interactiveBudget));
const table = {
  client,
  tableName: env.TABLE_NAME,
  reader: tableReader(client, env.TABLE_NAME),
};
const appSecret = cachedAppSecret(appSecretInSecretsManager(env.APP_SECRET_ARN), Date.now);
const graph = graphOverHttps({ url: env.GRAPH_URL, version: env.GRAPH_VERSION, appSecret });
const lists = templateLists({
  store: templatesInDynamoDb(table),
  credentials: credentialsInDynamoDb({ ...table, cipher: countedTokenCipher(env.TOKEN_KEY_ARN) }),
  graph: measured(graph),
  now: () => new Date(),
  report,
});
// Lambda's init has a whole CPU: what is read now is missing from the first answer's time.
await appSecret.read().catch(() => undefined);

/** The handler of a function that answers with templates. All that it needs is made once, at init. */
export function templatesHandler(get: (lists: TemplateLists) => ApiMethod) {
  return apiHandler({ GET: get(lists) }, env.ORGANIZATIONS_CLAIM);
}
