import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import middy from '@middy/core';
import { type ApiMethod, apiByPath, apiMethod, jsonApi } from '../../shared/http/api.ts';
import { awsClientConfig, interactiveBudget } from '../../shared/runtime/aws-client.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { errorFields, logger } from '../../shared/runtime/observability.ts';
import { settingsInDynamoDb } from '../../shared/settings/settings.dynamodb.ts';
import { tableReader } from '../../shared/table/table-reader.dynamodb.ts';
import { settingsQuerySchema, settingsRequestSchema } from './settings-request.schema.ts';
import { whatsappInboxEnvSchema } from './whatsapp-inbox.env.ts';

const env = readEnv(whatsappInboxEnvSchema);
const { TABLE_NAME: tableName } = env;
const client = new DynamoDBClient(awsClientConfig(interactiveBudget));
const reader = tableReader(client, tableName);
const settings = settingsInDynamoDb(client, { tableName, reader });

const readSettings = apiMethod({
  input: { query: settingsQuerySchema },
  async handle({ organizationId }) {
    return { status: 200, body: { organizationId, ...(await settings.read(organizationId)) } };
  },
});

const writeSettings = apiMethod({
  input: { body: settingsRequestSchema },
  async handle({ organizationId, ...next }) {
    await settings.write(organizationId, next);
    return { status: 200, body: { organizationId, ...next } };
  },
});

/** Asked for by people: what it needs of Meta and of AWS is loaded when somebody asks. */
const health: ApiMethod = async (request) => {
  const { healthMethod } = await import('./health.composition.ts');
  return healthMethod(env)(request);
};

function api(methods: Partial<Record<'GET' | 'PUT', ApiMethod>>) {
  return jsonApi(methods, {
    organizationsClaim: env.ORGANIZATIONS_CLAIM,
    onError: (error) => logger.error('A request has failed', errorFields(error)),
  });
}

/** `whatsapp-inbox`: what the inbox backend reads and manages. */
export const handler = middy().handler(
  apiByPath({
    '/whatsapp-settings': api({ GET: readSettings, PUT: writeSettings }),
    '/whatsapp-health': api({ GET: health }),
  }),
);
