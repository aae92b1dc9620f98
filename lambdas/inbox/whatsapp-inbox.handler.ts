import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import middy from '@middy/core';
import { type ApiMethod, apiByPath, jsonApi } from '../../shared/http/api.ts';
import { awsClientConfig, interactiveBudget } from '../../shared/runtime/aws-client.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { errorFields, logger } from '../../shared/runtime/observability.ts';
import { settingsInDynamoDb } from '../../shared/settings/settings.dynamodb.ts';
import { tableReader } from '../../shared/table/table-reader.dynamodb.ts';
import { conversationLookupInDynamoDb } from './conversation-lookup.dynamodb.ts';
import { erasurePorts } from './erasure.composition.ts';
import { erasureProgress, requestErasure } from './erasure-requests.ts';
import { jobsInDynamoDb } from './jobs.dynamodb.ts';
import { lazyJobQueue } from './lazy-job-queue.ts';
import { listMessages } from './list-messages.ts';
import { readConversation } from './read-conversation.ts';
import { republishJobs } from './republish-job.schema.ts';
import { republishProgress, requestRepublish } from './republish-requests.ts';
import { settingsMethods } from './settings-methods.ts';
import { storedEventsInDynamoDb } from './stored-events.dynamodb.ts';
import { whatsappInboxEnvSchema } from './whatsapp-inbox.env.ts';

const env = readEnv(whatsappInboxEnvSchema);
const { TABLE_NAME: tableName } = env;
const client = new DynamoDBClient(awsClientConfig(interactiveBudget));
const reader = tableReader(client, tableName);
const ports = {
  conversations: conversationLookupInDynamoDb(reader),
  events: storedEventsInDynamoDb(client, {
    tableName,
    conversationIndex: env.CONVERSATION_INDEX,
  }),
  jobs: jobsInDynamoDb(client, { tableName, reader }, republishJobs),
  queue: lazyJobQueue(env.REPUBLISH_JOBS_QUEUE_URL),
  ...erasurePorts(client, { tableName, reader, queueUrl: env.ERASURE_JOBS_QUEUE_URL }),
  now: () => new Date(),
  report: (error: unknown) => logger.error('A step failed', errorFields(error)),
  settings: settingsInDynamoDb(client, { tableName, reader }),
  stageDays: env.MESSAGE_RETENTION_DAYS,
};

/** Asked for by people: what it needs of Meta and of AWS is loaded when somebody asks. */
const health: ApiMethod = async (request) => {
  const { healthMethod } = await import('./health.composition.ts');
  return healthMethod(env)(request);
};

function api(methods: Partial<Record<'GET' | 'PUT' | 'POST', ApiMethod>>) {
  return jsonApi(methods, {
    organizationsClaim: env.ORGANIZATIONS_CLAIM,
    onError: (error) => logger.error('A request has failed', errorFields(error)),
  });
}

/** `whatsapp-inbox`: what the inbox backend reads and manages. */
export const handler = middy().handler(
  apiByPath({
    '/whatsapp-settings': api(settingsMethods(ports)),
    '/whatsapp-health': api({ GET: health }),
    '/whatsapp-conversation': api({ GET: readConversation(ports) }),
    '/whatsapp-messages': api({ GET: listMessages(ports) }),
    '/whatsapp-erasure': api({ GET: erasureProgress(ports), POST: requestErasure(ports) }),
    '/whatsapp-republish': api({ GET: republishProgress(ports), POST: requestRepublish(ports) }),
  }),
);
