import { Duration } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import type { RepublishEnv } from '../lambdas/inbox/republish.env.ts';
import type { WhatsappInboxEnv } from '../lambdas/inbox/whatsapp-inbox.env.ts';
import type { ConnectProps } from './connect-routes.ts';
import type { ApiEnv, SendApi } from './constructs/send-api.ts';
import { ServiceFunction } from './constructs/service-function.ts';
import { WorkQueue } from './constructs/work-queue.ts';
import { addErasure } from './erasure-path.ts';
import {
  allowItems,
  allowMeta,
  apiFunction,
  metaEnvironment,
  type PartProps,
} from './service-part.ts';

/** Every queue of the service. */
export type ServiceQueues = Record<
  | 'webhookEvents'
  | 'inboxEvents'
  | 'inboxHistory'
  | 'sendRequests'
  | 'bulkRequests'
  | 'mediaJobs'
  | 'transcribeJobs',
  WorkQueue
>;

/** Some pages of a job; the rest is the next invocation's. */
const republishTimeout = Duration.minutes(2);

/** Adds to an API what the inbox backend reads and manages. */
export function addInboxRoutes(api: SendApi, queues: ServiceQueues, props: ConnectProps): void {
  const republishJobs = addRepublishing(queues, props);
  const erasureJobs = addErasure(props);
  const { table, conversationIndex } = props.state;
  const inbox = apiFunction<ApiEnv<WhatsappInboxEnv>>('Inbox', props, {
    id: 'whatsapp-inbox',
    description: 'What the inbox backend reads and manages',
    environment: {
      TABLE_NAME: table.tableName,
      CONVERSATION_INDEX: conversationIndex,
      MESSAGE_RETENTION_DAYS: String(props.config.messageRetentionDays),
      ...metaEnvironment(props),
      APP_ID: props.config.metaApp.appId,
      WEBHOOK_URL: props.webhookUrl,
      WEBHOOK_EVENTS_QUEUE_URL: queues.webhookEvents.queue.queueUrl,
      SEND_REQUESTS_QUEUE_URL: queues.sendRequests.queue.queueUrl,
      BULK_REQUESTS_QUEUE_URL: queues.bulkRequests.queue.queueUrl,
      MEDIA_JOBS_QUEUE_URL: queues.mediaJobs.queue.queueUrl,
      TRANSCRIBE_JOBS_QUEUE_URL: queues.transcribeJobs.queue.queueUrl,
      INBOX_EVENTS_QUEUE_URL: queues.inboxEvents.queue.queueUrl,
      INBOX_HISTORY_QUEUE_URL: queues.inboxHistory.queue.queueUrl,
      REPUBLISH_JOBS_QUEUE_URL: republishJobs.queue.queueUrl,
      ERASURE_JOBS_QUEUE_URL: erasureJobs.queue.queueUrl,
    },
  })
    .allow(
      ['sqs:GetQueueAttributes'],
      [...Object.values(queues), republishJobs, erasureJobs].flatMap(
        ({ queue, deadLetterQueue }) => [queue.queueArn, deadLetterQueue.queueArn],
      ),
    )
    .allow(['sqs:SendMessage'], [republishJobs.queue.queueArn, erasureJobs.queue.queueArn])
    .allow(['dynamodb:Query'], [`${table.tableArn}/index/${conversationIndex}`]);
  allowItems(inbox, props, [
    'dynamodb:GetItem',
    'dynamodb:BatchGetItem',
    'dynamodb:Query',
    'dynamodb:PutItem',
    'dynamodb:UpdateItem',
  ]);
  allowMeta(inbox, props);
  const { GET, PUT, POST } = HttpMethod;
  api
    .addRoutes(inbox, [GET, PUT], ['/whatsapp-settings'])
    .addRoutes(inbox, [GET], ['/whatsapp-health', '/whatsapp-conversation', '/whatsapp-messages'])
    .addRoutes(inbox, [GET, POST], ['/whatsapp-republish', '/whatsapp-erasure']);
}

/** Tells stored events again, a bounded number of jobs at once. */
function addRepublishing(queues: ServiceQueues, props: PartProps): WorkQueue {
  const { stack, config, state } = props;
  const { table, conversationIndex, listingIndex } = state;
  const jobs = new WorkQueue(stack, 'RepublishJobs', {
    retain: config.retainData,
    consumerTimeout: republishTimeout,
    // A long job goes on by being received again. SQS's maximum.
    maxReceiveCount: 1000,
  });
  const republish = new ServiceFunction<RepublishEnv>(stack, 'Republish', {
    id: 'republish',
    description: 'Tells stored events again',
    memorySizeMb: 512,
    timeout: republishTimeout,
    logRetentionDays: config.logRetentionDays,
    environment: {
      TABLE_NAME: table.tableName,
      CONVERSATION_INDEX: conversationIndex,
      LISTING_INDEX: listingIndex,
      INBOX_EVENTS_QUEUE_URL: queues.inboxEvents.queue.queueUrl,
      INBOX_HISTORY_QUEUE_URL: queues.inboxHistory.queue.queueUrl,
      REPUBLISH_JOBS_QUEUE_URL: jobs.queue.queueUrl,
    },
  })
    .allow(
      ['sqs:SendMessage'],
      [queues.inboxEvents.queue.queueArn, queues.inboxHistory.queue.queueArn],
    )
    .allow(
      ['dynamodb:Query'],
      [conversationIndex, listingIndex].map((index) => `${table.tableArn}/index/${index}`),
    );
  allowItems(republish, props, ['dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:PutItem']);
  // The smallest number that SQS mappings take: what is told again must not drown what is new.
  jobs.consumedBy(republish, { batchSize: 1, maxConcurrency: 2 });
  return jobs;
}
