import { Duration } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { Match, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { MirrorMediaEnv } from '../lambdas/media/mirror-media.env.ts';
import type { WhatsappMediaEnv } from '../lambdas/media/whatsapp-media.env.ts';
import type { TranscribeEnv } from '../lambdas/transcribe/voice-transcription-worker.env.ts';
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

/** A download may take 120 seconds, and what ends it comes on top. */
const mirrorTimeout = Duration.seconds(150);

/** A sweep reads pages until shortly before its end. */
const transcribeTimeout = Duration.seconds(120);

/** Where jobs wait for files to be fetched, and for voice notes to be written down. */
export type JobQueues = Record<'mediaJobs' | 'transcribeJobs', WorkQueue>;

/** Adds to a stack all that handles files and voice notes, and its routes to an API. */
export function addMediaPath(api: SendApi, props: PartProps): JobQueues {
  addMediaRoutes(api, props);
  return { mediaJobs: addMirror(props), transcribeJobs: addTranscription(props) };
}

/** Links, upload forms, and files and transcripts asked for again. */
function addMediaRoutes(api: SendApi, props: PartProps): void {
  const { table, mediaBucket } = props.state;
  // A link is good for what its function may do itself.
  const media = apiFunction<ApiEnv<WhatsappMediaEnv>>('Media', props, {
    id: 'whatsapp-media',
    description: 'Links to files, and forms to upload them',
    environment: { TABLE_NAME: table.tableName, MEDIA_BUCKET: mediaBucket.bucketName },
  })
    .allow(
      ['s3:GetObject'],
      ['media/*', 'transcripts/*'].map((prefix) => mediaBucket.arnForObjects(prefix)),
    )
    .allow(['s3:PutObject'], [mediaBucket.arnForObjects('uploads/*')]);
  allowItems(media, props, ['dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem']);
  const { GET, POST } = HttpMethod;
  api
    .addRoutes(media, [GET, POST], ['/whatsapp-media'])
    .addRoutes(media, [POST], ['/whatsapp-media/retry', '/whatsapp-media/transcribe']);
}

/** Fetches customers' files from Meta. */
function addMirror(props: PartProps): WorkQueue {
  const { stack, config, state } = props;
  const jobs = new WorkQueue(stack, 'MediaJobs', {
    retain: config.retainData,
    consumerTimeout: mirrorTimeout,
    // A file waits for its organisation's reconnection by being received again. SQS's maximum.
    maxReceiveCount: 1000,
  });
  const mirror = new ServiceFunction<MirrorMediaEnv>(stack, 'MirrorMedia', {
    id: 'mirror-media',
    description: "Copies customers' files from Meta into the media bucket",
    // A file streams through in little memory; the CPU for its TLS and its hash comes with it.
    memorySizeMb: 1024,
    timeout: mirrorTimeout,
    logRetentionDays: config.logRetentionDays,
    environment: {
      TABLE_NAME: state.table.tableName,
      MEDIA_BUCKET: state.mediaBucket.bucketName,
      RAW_BUCKET: state.rawBucket.bucketName,
      MEDIA_JOBS_QUEUE_URL: jobs.queue.queueUrl,
      ...metaEnvironment(props),
      NODE_OPTIONS: '--max-semi-space-size=1',
    },
  })
    .allow(
      ['s3:PutObject'],
      [state.mediaBucket.arnForObjects('media/*'), state.rawBucket.arnForObjects('quarantine/*')],
    )
    // By its tag a file goes before the stage's retention.
    .allow(['s3:PutObjectTagging'], [state.mediaBucket.arnForObjects('media/*')]);
  allowItems(mirror, props, ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:UpdateItem']);
  allowMeta(mirror, props);
  // One file that is slow must not hold another one back.
  jobs.consumedBy(mirror, { batchSize: 1, maxConcurrency: config.mediaConcurrency });
  return jobs;
}

/** Has voice notes written down. */
function addTranscription(props: PartProps): WorkQueue {
  const { stack, config, state } = props;
  const { table, mediaBucket, rawBucket, dataKey } = state;
  // No stage's begins with another's: each hears of its own jobs alone.
  const jobNamePrefix = `${stack.stackName}-`;
  const jobs = new WorkQueue(stack, 'TranscribeJobs', {
    retain: config.retainData,
    consumerTimeout: transcribeTimeout,
    // With the function's own back-off some seven hours: an outage is a delay and not a redrive.
    maxReceiveCount: 50,
  });
  const accessRole = transcribeAccess(props);
  const worker = new ServiceFunction<TranscribeEnv>(stack, 'TranscriptionWorker', {
    id: 'voice-transcription-worker',
    description: 'Has voice notes written down by Transcribe',
    memorySizeMb: 512,
    timeout: transcribeTimeout,
    logRetentionDays: config.logRetentionDays,
    environment: {
      TABLE_NAME: table.tableName,
      LISTING_INDEX: state.listingIndex,
      MEDIA_BUCKET: mediaBucket.bucketName,
      RAW_BUCKET: rawBucket.bucketName,
      DATA_KEY_ARN: dataKey.keyArn,
      DATA_ACCESS_ROLE_ARN: accessRole.roleArn,
      TRANSCRIBE_JOBS_QUEUE_URL: jobs.queue.queueUrl,
      JOB_NAME_PREFIX: jobNamePrefix,
    },
  })
    // No resource can be named for it. Source: Service Authorization Reference, Amazon Transcribe.
    .allow(['transcribe:StartTranscriptionJob'], ['*'])
    .allow(
      ['transcribe:GetTranscriptionJob'],
      [
        stack.formatArn({
          service: 'transcribe',
          resource: 'transcription-job',
          resourceName: `${jobNamePrefix}*`,
        }),
      ],
    )
    .allow(['iam:PassRole'], [accessRole.roleArn], {
      StringEquals: { 'iam:PassedToService': 'transcribe.amazonaws.com' },
    })
    // Transcribe starts a job with the rights of who asks for it.
    .allow(
      ['s3:GetObject'],
      ['media/*', 'transcripts/*'].map((prefix) => mediaBucket.arnForObjects(prefix)),
    )
    .allow(
      ['s3:PutObject'],
      [mediaBucket.arnForObjects('transcripts/*'), rawBucket.arnForObjects('quarantine/*')],
    )
    .allow(['s3:PutObjectTagging'], [mediaBucket.arnForObjects('transcripts/*')])
    // Else S3 does not tell that a file is gone.
    .allow(['s3:ListBucket'], [mediaBucket.bucketArn])
    .allow(['dynamodb:Query'], [`${table.tableArn}/index/${state.listingIndex}`]);
  allowItems(worker, props, [
    'dynamodb:BatchGetItem',
    'dynamodb:Query',
    'dynamodb:PutItem',
    'dynamodb:UpdateItem',
  ]);
  jobs.consumedBy(worker, { batchSize: 10, maxConcurrency: config.transcribeConcurrency });
  new Rule(stack, 'TranscriptionEnd', {
    description: 'Tells of transcriptions that have ended',
    eventPattern: {
      source: ['aws.transcribe'],
      detailType: ['Transcribe Job State Change'],
      detail: {
        TranscriptionJobName: Match.prefix(jobNamePrefix),
        TranscriptionJobStatus: ['COMPLETED', 'FAILED'],
      },
    },
    targets: [new LambdaFunction(worker)],
  });
  new Rule(stack, 'TranscriptionSweep', {
    description: 'Finds transcriptions of whose end nobody was told',
    schedule: Schedule.rate(Duration.minutes(5)),
    targets: [new LambdaFunction(worker)],
  });
  return jobs;
}

/** As whom Transcribe works a job whose turn comes only later. Source: Transcribe Developer Guide, "Job queueing". */
function transcribeAccess({ stack, state: { mediaBucket, dataKey } }: PartProps): Role {
  const role = new Role(stack, 'TranscribeAccess', {
    // For this account's jobs alone: "Cross-service confused deputy prevention" of the same guide.
    assumedBy: new ServicePrincipal('transcribe.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
    }),
    description: 'Reads voice notes and writes what they say',
  });
  const statements = [
    {
      // A sound that had to be converted first lies beside what is made of it.
      actions: ['s3:GetObject'],
      resources: ['media/*', 'transcripts/*'].map((prefix) => mediaBucket.arnForObjects(prefix)),
    },
    { actions: ['s3:PutObject'], resources: [mediaBucket.arnForObjects('transcripts/*')] },
    { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [dataKey.keyArn] },
  ];
  for (const statement of statements) {
    role.addToPolicy(new PolicyStatement(statement));
  }
  return role;
}
