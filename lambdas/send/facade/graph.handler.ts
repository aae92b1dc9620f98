import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import { appSecretInSecretsManager } from '../../../shared/app-secret/app-secret.secrets-manager.ts';
import { cachedAppSecret } from '../../../shared/app-secret/app-secret-cache.ts';
import { jsonApi } from '../../../shared/http/api.ts';
import { apiEventSchema } from '../../../shared/http/api-event.schema.ts';
import { interactiveBudget } from '../../../shared/runtime/aws-client.ts';
import { readEnv } from '../../../shared/runtime/env.ts';
import { metrics } from '../../../shared/runtime/observability.ts';
import { sendAdapters } from '../adapters.composition.ts';
import { mediaUploadOverHttps } from '../media/media-upload.graph.ts';
import { metaMediaInDynamoDb } from '../media/meta-media.dynamodb.ts';
import { mediaOwnersInDynamoDb } from '../media-owner.dynamodb.ts';
import { sendMetrics } from '../metrics.ts';
import { countRefusal, refusalsCounted, report } from '../observed.composition.ts';
import type { SendRequest } from '../send-request.schema.ts';
import { templateChecker } from '../template/template-checker.ts';
import { templatesInDynamoDb } from '../template/template-store.dynamodb.ts';
import { graphEnvSchema } from './graph.env.ts';
import { graphApi } from './graph-api.ts';
import { graphTokensInDynamoDb } from './graph-tokens.dynamodb.ts';
import { graphTokenMethods } from './graph-tokens.ts';

const env = readEnv(graphEnvSchema);
const { TABLE_NAME: tableName, GRAPH_URL: url, GRAPH_VERSION: version } = env;
const { client, reader, ...adapters } = await sendAdapters(env, interactiveBudget);
const table = { client, tableName, reader, now: adapters.now };
const appSecret = cachedAppSecret(appSecretInSecretsManager(env.APP_SECRET_ARN), Date.now);
const ports = {
  ...adapters,
  mediaOwners: mediaOwnersInDynamoDb(reader),
  metaMedia: metaMediaInDynamoDb(table),
  outgoingMedia: { resolve: async ({ message }: SendRequest) => message },
  templates: templateChecker({ ...adapters, store: templatesInDynamoDb(table) }),
  tokens: graphTokensInDynamoDb(table),
  upload: mediaUploadOverHttps({ url, version, appSecret }),
  onRefusal: countRefusal,
};

const facade = graphApi(ports);

const { GET, POST, DELETE } = graphTokenMethods(ports);
const tokens = jsonApi(
  { GET: refusalsCounted(GET), POST: refusalsCounted(POST), DELETE: refusalsCounted(DELETE) },
  { organizationsClaim: env.ORGANIZATIONS_CLAIM, onError: report },
);

/** `whatsapp-graph`: answers clients of Meta's Graph API, and issues the tokens that they carry. */
export const handler = middy()
  .use(logMetrics(metrics))
  .handler((event: unknown) => {
    metrics.addMetric(sendMetrics.requests, MetricUnit.Count, 1);
    const path = apiEventSchema.safeParse(event).data?.rawPath;
    return path === '/graph-tokens' ? tokens(event) : facade(event);
  });
