import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import type { WhatsappInboxEnv } from '../lambdas/inbox/whatsapp-inbox.env.ts';
import type { ConnectProps } from './connect-routes.ts';
import type { ApiEnv, SendApi } from './constructs/send-api.ts';
import type { WorkQueue } from './constructs/work-queue.ts';
import { allowItems, allowMeta, apiFunction, metaEnvironment } from './service-part.ts';

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

/** Adds to an API what the inbox backend reads and manages. */
export function addInboxRoutes(api: SendApi, queues: ServiceQueues, props: ConnectProps): void {
  const inbox = apiFunction<ApiEnv<WhatsappInboxEnv>>('Inbox', props, {
    id: 'whatsapp-inbox',
    description: 'What the inbox backend reads and manages',
    environment: {
      TABLE_NAME: props.state.table.tableName,
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
    },
  }).allow(
    ['sqs:GetQueueAttributes'],
    Object.values(queues).flatMap(({ queue, deadLetterQueue }) => [
      queue.queueArn,
      deadLetterQueue.queueArn,
    ]),
  );
  allowItems(inbox, props, [
    'dynamodb:GetItem',
    'dynamodb:BatchGetItem',
    'dynamodb:Query',
    'dynamodb:UpdateItem',
  ]);
  allowMeta(inbox, props);
  const { GET, PUT } = HttpMethod;
  api
    .addRoutes(inbox, [GET, PUT], ['/whatsapp-settings'])
    .addRoutes(inbox, [GET], ['/whatsapp-health']);
}
