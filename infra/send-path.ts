import { Duration } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { DeliverEnv } from '../lambdas/send/deliver.env.ts';
import type { ReplyStatusEnv } from '../lambdas/send/reply-status.env.ts';
import type { SendEnv, SendMessageEnv } from '../lambdas/send/send.env.ts';
import type { SettleEnv } from '../lambdas/send/settle.env.ts';
import type { TemplatesEnv } from '../lambdas/send/templates.env.ts';
import type { ApiEnv, SendApi } from './constructs/send-api.ts';
import { ServiceFunction } from './constructs/service-function.ts';
import { WorkQueue } from './constructs/work-queue.ts';
import {
  allowItems,
  allowMeta,
  apiFunction,
  metaEnvironment,
  type PartProps,
} from './service-part.ts';

/** A batch waits some seconds for its turns, and its sends to one recipient wait for each other. */
const deliverTimeout = Duration.seconds(120);

/** Where sends wait: agents' replies, and bulk. */
export type SendQueues = Record<'agent' | 'bulk', WorkQueue>;

/** Adds to a stack, and to its API, all that the inbox backend sends through. */
export function addSendPath(api: SendApi, props: PartProps): SendQueues {
  const queues = {
    agent: sendQueue('SendRequests', props),
    bulk: sendQueue('BulkRequests', props),
  };
  addDeliver(queues, props);
  addSettle(props);
  const environment = sendEnvironment(queues, props);
  const { GET, POST } = HttpMethod;
  api
    .addRoutes(sendMessage(queues, props), [POST], ['/whatsapp-send-message', '/wa-send'])
    .addRoutes(
      sendFunction('SendTemplate', 'whatsapp-send-template', queues, props, environment),
      [POST],
      ['/whatsapp-send-template'],
    )
    .addRoutes(
      sendFunction('SendReaction', 'whatsapp-send-reaction', queues, props, environment),
      [POST],
      ['/whatsapp-send-reaction'],
    )
    .addRoutes(replyStatus(props), [GET, POST], ['/whatsapp-reply-status'])
    .addRoutes(
      templatesFunction('GetTemplates', 'whatsapp-get-templates', props),
      [GET],
      ['/whatsapp-get-templates'],
    )
    .addRoutes(
      templatesFunction('Templates', 'whatsapp-templates', props),
      [GET],
      ['/whatsapp-templates'],
    );
  return queues;
}

function sendQueue(id: string, { stack, config }: PartProps): WorkQueue {
  return new WorkQueue(stack, id, {
    retain: config.retainData,
    fifo: true,
    consumerTimeout: deliverTimeout,
    // A send waits by being received again; its own time ends it and not a count. SQS's maximum.
    maxReceiveCount: 1000,
  });
}

/** Sends any message at once, or queues it; the organisation's own files it hands to Meta first. */
function sendMessage(queues: SendQueues, props: PartProps) {
  const { mediaBucket } = props.state;
  return (
    sendFunction<ApiEnv<SendMessageEnv>>('SendMessage', 'whatsapp-send-message', queues, props, {
      ...sendEnvironment(queues, props),
      MEDIA_BUCKET: mediaBucket.bucketName,
    })
      .allow(
        ['s3:GetObject'],
        ['uploads/*', 'media/*'].map((prefix) => mediaBucket.arnForObjects(prefix)),
      )
      // Else S3 does not tell that an upload was never made.
      .allow(['s3:ListBucket'], [mediaBucket.bucketArn])
  );
}

/** Sends at once, or queues. */
function sendFunction<Environment extends ApiEnv<SendEnv> & Record<string, string>>(
  constructId: string,
  id: 'whatsapp-send-message' | 'whatsapp-send-template' | 'whatsapp-send-reaction',
  queues: SendQueues,
  props: PartProps,
  environment: Environment,
) {
  const fn = apiFunction(constructId, props, {
    id,
    description: 'Hands a message to Meta, or queues it',
    environment,
  }).allow(
    ['sqs:SendMessage'],
    Object.values(queues).map(({ queue }) => queue.queueArn),
  );
  allowItems(fn, props, [
    'dynamodb:GetItem',
    'dynamodb:BatchGetItem',
    'dynamodb:PutItem',
    'dynamodb:UpdateItem',
    'dynamodb:DeleteItem',
  ]);
  return allowMeta(fn, props);
}

/** Tells where sends stand, and tells Meta what was read. */
function replyStatus(props: PartProps) {
  const fn = apiFunction<ApiEnv<ReplyStatusEnv>>('ReplyStatus', props, {
    id: 'whatsapp-reply-status',
    description: 'Tells where sends stand, and marks messages as read',
    environment: {
      ...ledgerEnvironment(props),
      ...metaEnvironment(props),
      MESSAGE_RETENTION_DAYS: String(props.config.messageRetentionDays),
    },
  });
  allowItems(fn, props, ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query']);
  return allowMeta(fn, props);
}

/** Lists templates, and asks Meta for what is not known or old. */
function templatesFunction(
  constructId: string,
  id: 'whatsapp-get-templates' | 'whatsapp-templates',
  props: PartProps,
) {
  const fn = apiFunction<ApiEnv<TemplatesEnv>>(constructId, props, {
    id,
    description: 'Lists message templates',
    environment: { TABLE_NAME: props.state.table.tableName, ...metaEnvironment(props) },
  });
  allowItems(fn, props, [
    'dynamodb:BatchGetItem',
    'dynamodb:Query',
    'dynamodb:PutItem',
    'dynamodb:UpdateItem',
    'dynamodb:DeleteItem',
  ]);
  return allowMeta(fn, props);
}

/** Hands queued sends to Meta, at the pace that it allows. */
function addDeliver(queues: SendQueues, props: PartProps): void {
  const { stack, config, state } = props;
  const deliver = new ServiceFunction<DeliverEnv>(stack, 'Deliver', {
    id: 'deliver',
    description: "Hands queued sends to Meta at each number's pace",
    memorySizeMb: 512,
    timeout: deliverTimeout,
    logRetentionDays: config.logRetentionDays,
    environment: {
      ...ledgerEnvironment(props),
      ...metaEnvironment(props),
      ...queueEnvironment(queues),
      RAW_BUCKET: state.rawBucket.bucketName,
      MESSAGE_RETENTION_DAYS: String(config.messageRetentionDays),
    },
  }).allow(['s3:PutObject'], [state.rawBucket.arnForObjects('quarantine/*')]);
  allowItems(deliver, props, ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:UpdateItem']);
  allowMeta(deliver, props);
  const { agent, bulk } = config.deliverConcurrency;
  queues.agent.consumedBy(deliver, { batchSize: 10, maxConcurrency: agent });
  queues.bulk.consumedBy(deliver, { batchSize: 10, maxConcurrency: bulk });
}

/** Moves sends on that nobody else will, every minute. */
function addSettle(props: PartProps): void {
  const { stack, config, state } = props;
  const settle = new ServiceFunction<SettleEnv>(stack, 'Settle', {
    id: 'settle',
    description: 'Ends sends that were left open',
    memorySizeMb: 512,
    timeout: Duration.seconds(60),
    logRetentionDays: config.logRetentionDays,
    environment: ledgerEnvironment(props),
  }).allow(['dynamodb:Query'], [`${state.table.tableArn}/index/${state.listingIndex}`]);
  allowItems(settle, props, ['dynamodb:BatchGetItem', 'dynamodb:UpdateItem']);
  new Rule(stack, 'Settling', {
    description: 'Finds sends that were left open',
    schedule: Schedule.rate(Duration.minutes(1)),
    targets: [new LambdaFunction(settle)],
  });
}

function sendEnvironment(queues: SendQueues, props: PartProps): ApiEnv<SendEnv> {
  return {
    ...ledgerEnvironment(props),
    ...metaEnvironment(props),
    ...queueEnvironment(queues),
    MESSAGE_RETENTION_DAYS: String(props.config.messageRetentionDays),
  };
}

function ledgerEnvironment({ state }: PartProps) {
  return { TABLE_NAME: state.table.tableName, LISTING_INDEX: state.listingIndex };
}

function queueEnvironment({ agent, bulk }: SendQueues) {
  return {
    SEND_REQUESTS_QUEUE_URL: agent.queue.queueUrl,
    BULK_REQUESTS_QUEUE_URL: bulk.queue.queueUrl,
  };
}
