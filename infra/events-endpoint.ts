import { Duration, RemovalPolicy, SecretValue } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { DeliverEventsEnv } from '../lambdas/inbox/deliver-events.env.ts';
import type { EventsEndpoint, StageConfig } from './config.ts';
import { ServiceFunction } from './constructs/service-function.ts';
import type { WorkQueue, WorkQueueProps } from './constructs/work-queue.ts';
import type { PartProps } from './service-part.ts';

/** The endpoint has ten seconds; reading the secrets and putting the event off take some, too. */
const deliverTimeout = Duration.seconds(30);

/** With the function's own back-off three days and more: an outage of the endpoint is a delay. */
const maxReceiveCount = 100;

/** History waits for its turn. Lambda's minimum. */
const historyConcurrency = 2;

/** A queue of inbox events: worked by the inbox backend, or here for its endpoint. */
export function inboxQueueProps({ retainData, eventsEndpoint }: StageConfig): WorkQueueProps {
  return {
    retain: retainData,
    fifo: true,
    ...(eventsEndpoint && { consumerTimeout: deliverTimeout, maxReceiveCount }),
  };
}

/** Delivers both queues to the inbox backend's endpoint. @returns where the secrets to sign with belong */
export function addEventsEndpoint(
  { inboxEvents, inboxHistory }: Record<'inboxEvents' | 'inboxHistory', WorkQueue>,
  { url, historyUrl = url, concurrency }: EventsEndpoint,
  { stack, config, state }: PartProps,
): Secret {
  const secret = new Secret(stack, 'EventsSecret', {
    description: 'What events are signed with, one to three secrets at once',
    encryptionKey: state.dataKey,
    // An empty list fails closed: every event waits until the real ones are put in.
    secretStringValue: SecretValue.unsafePlainText('{"secrets":[]}'),
    removalPolicy: config.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  });
  const deliver = new ServiceFunction<DeliverEventsEnv>(stack, 'DeliverEvents', {
    id: 'deliver-events',
    description: "Posts inbox events to the inbox backend's endpoint, signed",
    memorySizeMb: 256,
    timeout: deliverTimeout,
    logRetentionDays: config.logRetentionDays,
    environment: {
      INBOX_EVENTS_QUEUE_URL: inboxEvents.queue.queueUrl,
      INBOX_HISTORY_QUEUE_URL: inboxHistory.queue.queueUrl,
      EVENTS_ENDPOINT: url,
      HISTORY_ENDPOINT: historyUrl,
      EVENTS_SECRET_ARN: secret.secretArn,
    },
  })
    .allow(['secretsmanager:GetSecretValue'], [secret.secretArn])
    .allow(['kms:Decrypt'], [state.dataKey.keyArn]);
  // One at a time: of several in a group those behind a failed one would use up their receives untried.
  inboxEvents.consumedBy(deliver, { batchSize: 1, maxConcurrency: concurrency });
  inboxHistory.consumedBy(deliver, { batchSize: 1, maxConcurrency: historyConcurrency });
  return secret;
}
