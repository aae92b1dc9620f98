import { Annotations, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { FilterCriteria, FilterRule, MetricType, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Construct } from 'constructs';
import type { PublishEnv } from '../lambdas/inbox/publish.env.ts';
import type { DrainEnv } from '../lambdas/ingest/drain.env.ts';
import type { WebhookEnv } from '../lambdas/ingest/webhook.env.ts';
import type { StageConfig } from './config.ts';
import { addConnectRoutes } from './connect-routes.ts';
import { SendApi } from './constructs/send-api.ts';
import { ServiceFunction } from './constructs/service-function.ts';
import { WebhookApi } from './constructs/webhook-api.ts';
import { WorkQueue } from './constructs/work-queue.ts';
import { addEventsEndpoint, inboxQueueProps } from './events-endpoint.ts';
import { addFacadeRoutes } from './facade-routes.ts';
import { addInboxRoutes } from './inbox-routes.ts';
import { addMediaPath, type JobQueues } from './media-path.ts';
import { addAlarms } from './monitoring/alarms.ts';
import { addDashboards } from './monitoring/dashboards.ts';
import { addNormalise } from './normalise.ts';
import { addSendPath } from './send-path.ts';
import { itemKeyActions } from './service-part.ts';
import type { StageProps, StateStack } from './state-stack.ts';

/** The service stack works on the state stack's resources. */
export interface ServiceStackProps extends StageProps {
  state: StateStack;
}

/** Where `publish` sends to. */
type PublishedQueues = Record<'inboxEvents' | 'inboxHistory', WorkQueue> & JobQueues;

/** What a function reads of the table's stream. */
interface StreamReading {
  batchSize: number;
  /** How the keys of its items begin. */
  prefixes: readonly string[];
  /** What the items must have become, as an event filter. */
  newImage?: Record<string, unknown>;
}

/** The APIs, functions and queues of one stage. */
export class ServiceStack extends Stack {
  constructor(scope: Construct, id: string, { config, state, ...props }: ServiceStackProps) {
    super(scope, id, { ...props, terminationProtection: config.retainData });

    if (config.metaApp.appId === '0') {
      Annotations.of(this).addWarningV2(
        'nexus-whatsapp:no-meta-app',
        'metaApp in infra/config.ts names no app yet: nobody can connect. See docs/deploy.md.',
      );
    }
    const webhookEvents = addNormalise({ stack: this, config, state });
    const inboxEvents = new WorkQueue(this, 'InboxEvents', inboxQueueProps(config));
    const inboxHistory = new WorkQueue(this, 'InboxHistory', inboxQueueProps(config));
    const webhook = this.webhook(config, state, webhookEvents);
    const webhookApi = new WebhookApi(this, 'WebhookApi', { config, webhook });
    const sendApi = new SendApi(this, 'SendApi', config);
    const part = { stack: this, config, state, webhookUrl: webhookApi.url };
    const sends = addSendPath(sendApi, part);
    const jobs = addMediaPath(sendApi, part);
    addConnectRoutes(sendApi, part);
    addFacadeRoutes(sendApi, part);
    addInboxRoutes(
      sendApi,
      {
        ...{ webhookEvents, inboxEvents, inboxHistory, ...jobs },
        ...{ sendRequests: sends.agent, bulkRequests: sends.bulk },
      },
      part,
    );
    this.publish(config, state, { inboxEvents, inboxHistory, ...jobs });
    this.drain(config, state, webhookEvents);

    this.output('WebhookUrl', webhookApi.url, 'Callback URL to register with Meta');
    if (webhookApi.domainTarget !== undefined) {
      this.output(
        'WebhookDomainTarget',
        webhookApi.domainTarget,
        'Where the DNS record (CNAME, alias) of webhookDomain leads',
      );
    }
    this.output('SendApiUrl', sendApi.url, 'What the inbox backend sends through');
    if (config.eventsEndpoint) {
      const secret = addEventsEndpoint({ inboxEvents, inboxHistory }, config.eventsEndpoint, part);
      this.output('EventsSecretArn', secret.secretArn, 'Where the secrets to sign events belong');
    } else {
      this.output(
        'InboxEventsQueueUrl',
        inboxEvents.queue.queueUrl,
        'What the inbox backend consumes',
      );
      this.output(
        'InboxHistoryQueueUrl',
        inboxHistory.queue.queueUrl,
        'What the inbox backend consumes of imported history',
      );
    }
    this.output(
      'MediaBucketName',
      state.mediaBucket.bucketName,
      'Files of customers, uploads, and the words of voice notes',
    );
    this.output(
      'RawBucketName',
      state.rawBucket.bucketName,
      'Verified webhooks as they came, what was too large or not understood, failed stream records',
    );
    this.output('TableName', state.table.tableName, 'Routes, credentials, messages, conversations');
    this.output('AppSecretArn', state.appSecret.secretArn, "Where the Meta app's secrets belong");
    this.output('TokenKeyArn', state.tokenKey.keyArn, 'What access tokens are encrypted with');

    // Last: they watch what is there.
    const monitored = { ...part, webhookApi: webhookApi.api, sendApi: sendApi.api };
    addDashboards(monitored, addAlarms(monitored));
  }

  /** Verifies what Meta posts, and queues it before answering 200. */
  private webhook(config: StageConfig, state: StateStack, webhookEvents: WorkQueue) {
    return new ServiceFunction<WebhookEnv>(this, 'Webhook', {
      id: 'whatsapp-webhook',
      description: "Verifies Meta's webhooks and queues them",
      // CPU comes with memory, and Meta wants a median answer within 250 ms.
      memorySizeMb: 512,
      // The secret, the bucket and the queue may each take two attempts of two seconds.
      timeout: Duration.seconds(20),
      logRetentionDays: config.logRetentionDays,
      environment: {
        WEBHOOK_EVENTS_QUEUE_URL: webhookEvents.queue.queueUrl,
        RAW_BUCKET: state.rawBucket.bucketName,
        APP_SECRET_ARN: state.appSecret.secretArn,
      },
    })
      .allow(['sqs:SendMessage', 'sqs:GetQueueAttributes'], [webhookEvents.queue.queueArn])
      .allow(['secretsmanager:GetSecretValue'], [state.appSecret.secretArn])
      .allow(
        ['s3:PutObject'],
        ['oversize/*', 'quarantine/*'].map((prefix) => state.rawBucket.arnForObjects(prefix)),
      )
      .allow(['kms:Decrypt', 'kms:GenerateDataKey'], [state.dataKey.keyArn]);
  }

  /** Turns table changes into inbox events and jobs. */
  private publish(config: StageConfig, state: StateStack, queues: PublishedQueues): void {
    const publish = new ServiceFunction<PublishEnv>(this, 'Publish', {
      id: 'publish',
      description:
        'Publishes table changes as inbox events, and queues the jobs that follow from them',
      memorySizeMb: 512,
      timeout: Duration.seconds(60),
      logRetentionDays: config.logRetentionDays,
      environment: {
        INBOX_EVENTS_QUEUE_URL: queues.inboxEvents.queue.queueUrl,
        INBOX_HISTORY_QUEUE_URL: queues.inboxHistory.queue.queueUrl,
        MEDIA_JOBS_QUEUE_URL: queues.mediaJobs.queue.queueUrl,
        TRANSCRIBE_JOBS_QUEUE_URL: queues.transcribeJobs.queue.queueUrl,
        RAW_BUCKET: state.rawBucket.bucketName,
      },
    })
      .allow(
        ['sqs:SendMessage'],
        Object.values(queues).map(({ queue }) => queue.queueArn),
      )
      .allow(['s3:PutObject'], [state.rawBucket.arnForObjects('quarantine/*')])
      .allow(['kms:Decrypt', 'kms:GenerateDataKey'], [state.dataKey.keyArn]);
    this.readStream(publish, state, {
      batchSize: 100,
      prefixes: ['MSG#', 'EVENT#', 'SEND#', 'ORG#'],
    });
  }

  /** Queues parked changes again: when their number is connected, and every five minutes for the rest. */
  private drain(config: StageConfig, state: StateStack, webhookEvents: WorkQueue): void {
    const drain = new ServiceFunction<DrainEnv>(this, 'Drain', {
      id: 'drain',
      description: 'Queues the parked changes of connected numbers again',
      memorySizeMb: 512,
      // Two weeks of a busy number; what is left then is the next attempt's.
      timeout: Duration.minutes(5),
      logRetentionDays: config.logRetentionDays,
      environment: {
        TABLE_NAME: state.table.tableName,
        WEBHOOK_EVENTS_QUEUE_URL: webhookEvents.queue.queueUrl,
      },
    })
      .allow(['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:DeleteItem'], [state.table.tableArn])
      .allow(['sqs:SendMessage'], [webhookEvents.queue.queueArn])
      .allow(itemKeyActions, [state.dataKey.keyArn]);
    this.readStream(drain, state, {
      batchSize: 10,
      prefixes: ['ROUTE#', 'WABA#'],
      newImage: { state: { S: FilterRule.isEqual('ACTIVE') } },
    });
    new Rule(this, 'Sweep', {
      description: 'Finds what was parked while its number was being connected',
      schedule: Schedule.rate(Duration.minutes(5)),
      targets: [new LambdaFunction(drain)],
    });
  }

  /**
   * Hands a function the writes of items with these prefixes, in order and as often as it takes.
   * A stream serves two readers, `publish` and `drain`: a third would throttle both.
   */
  private readStream(
    reader: ServiceFunction,
    { table, rawBucket }: StateStack,
    { batchSize, prefixes, newImage }: StreamReading,
  ): void {
    // `aws/lambda/` is where Lambda itself writes what a stream mapping gave up on.
    reader
      .allow(['s3:PutObject'], [rawBucket.arnForObjects('aws/lambda/*')])
      .allow(['s3:ListBucket'], [rawBucket.bucketArn]);
    reader.addEventSource(
      new DynamoEventSource(table, {
        // LATEST would skip what was written while the mapping was being made.
        startingPosition: StartingPosition.TRIM_HORIZON,
        batchSize,
        reportBatchItemFailures: true,
        bisectBatchOnError: true,
        // The stream forgets after 24 hours; until shortly before that an outage is only a delay.
        maxRecordAge: Duration.hours(20),
        retryAttempts: -1,
        // Not a queue: a queue would get the records' positions and not the records.
        // And not S3OnFailureDestination, which grants reading and deleting the whole bucket.
        onFailure: { bind: () => ({ destination: rawBucket.bucketArn }) },
        // Else nobody hears of what was given up.
        metricsConfig: { metrics: [MetricType.EVENT_COUNT] },
        filters: prefixes.map((prefix) =>
          FilterCriteria.filter({
            eventName: FilterRule.or('INSERT', 'MODIFY'),
            dynamodb: {
              Keys: { pk: { S: FilterRule.beginsWith(prefix) } },
              ...(newImage ? { NewImage: newImage } : {}),
            },
          }),
        ),
      }),
    );
  }

  private output(id: string, value: string, description: string): void {
    new CfnOutput(this, id, { value, description });
  }
}
