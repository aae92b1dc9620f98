import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  GetTranscriptionJobCommand,
  StartTranscriptionJobCommand,
  type StartTranscriptionJobRequest,
  TranscribeClient,
} from '@aws-sdk/client-transcribe';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { transcriberInTranscribe } from '../../lambdas/transcribe/transcribe.transcribe.ts';
import { readOutput } from '../../lambdas/transcribe/transcript-output.ts';
import type { LanguagePlan } from '../../lambdas/transcribe/transcription.schema.ts';
import { registerTranscript } from '../../local/engines/transcribe.ts';
import { type LocalStack, startStack } from '../../local/stack.ts';
import { allow, lambda, removeAssemblies, writeAssembly } from './tiny-assembly.ts';

/** Keeps each event that it gets; where it is called through the API, starts a job. */
const listener = `
const { S3Client, PutObjectCommand } = require('@aws-sdk/client-s3');
const { TranscribeClient, StartTranscriptionJobCommand } = require('@aws-sdk/client-transcribe');
const put = (Key, body) => new S3Client({}).send(new PutObjectCommand({
  Bucket: process.env.BUCKET, Key, Body: JSON.stringify(body),
}));
export const handler = async (event) => {
  if (event.detail) return put('events/' + event.detail.TranscriptionJobName, event);
  try {
    await new TranscribeClient({}).send(new StartTranscriptionJobCommand(JSON.parse(event.body)));
    return { done: true };
  } catch (error) {
    return { name: error.name, message: error.message };
  }
};`;

const bucket = { Ref: 'Media' };

const template = {
  Resources: {
    Media: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'media' } },
    Ended: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventPattern: {
          source: ['aws.transcribe'],
          'detail-type': ['Transcribe Job State Change'],
          detail: {
            TranscriptionJobName: [{ prefix: 'nexus-tiny-' }],
            TranscriptionJobStatus: ['COMPLETED', 'FAILED'],
          },
        },
        Targets: [{ Arn: { 'Fn::GetAtt': ['Listener', 'Arn'] } }],
      },
    },
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'HTTP' } },
    Integration: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: { 'Fn::GetAtt': ['Listener', 'Arn'] },
        PayloadFormatVersion: '2.0',
      },
    },
    Route: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ApiId: { Ref: 'Api' },
        RouteKey: 'POST /call',
        Target: { 'Fn::Join': ['/', ['integrations', { Ref: 'Integration' }]] },
      },
    },
    ...lambda(
      'Listener',
      [
        allow('s3:PutObject', 'Media', '/events/*'),
        allow('s3:PutObject', 'Media', '/transcripts/*'),
        allow('s3:GetObject', 'Media', '/media/*'),
        { Effect: 'Allow', Action: 'transcribe:StartTranscriptionJob', Resource: '*' },
        {
          Effect: 'Allow',
          Action: 'iam:PassRole',
          Resource: 'arn:aws:iam::000000000000:role/transcribe',
          Condition: { StringEquals: { 'iam:PassedToService': 'transcribe.amazonaws.com' } },
        },
      ],
      { Timeout: 10, Environment: { Variables: { BUCKET: bucket } } },
    ),
  },
};

const voice = Buffer.from('OggS, said to be Arabic');
const speech = { text: 'مرحبا بكم', language: 'ar-SA', confidence: 0.93 };

let stack: LocalStack;
let s3: S3Client;
let client: TranscribeClient;

beforeAll(async () => {
  stack = await startStack({
    assemblyDir: writeAssembly(template, { Listener: listener }),
    log: () => {},
  });
  const config = {
    endpoint: stack.awsEndpoint,
    region: stack.region,
    credentials: { accessKeyId: 'operator', secretAccessKey: 'operator' },
    maxAttempts: 1,
  };
  s3 = new S3Client({ ...config, forcePathStyle: true });
  client = new TranscribeClient(config);
  Object.assign(process.env, {
    AWS_REGION: stack.region,
    AWS_ACCESS_KEY_ID: 'operator',
    AWS_SECRET_ACCESS_KEY: 'operator',
    AWS_ENDPOINT_URL_TRANSCRIBE: stack.awsEndpoint,
  });
  registerTranscript(createHash('sha256').update(voice).digest('hex'), speech);
  for (const [Key, Body] of [
    ['media/voice', voice] as const,
    ['media/other', Buffer.from('x')] as const,
  ]) {
    await s3.send(new PutObjectCommand({ Bucket: 'media', Key, Body }));
  }
});
afterAll(async () => {
  s3?.destroy();
  client?.destroy();
  await stack?.stop();
  removeAssemblies();
});

let next = 0;
function request(
  differences: Partial<StartTranscriptionJobRequest> = {},
): StartTranscriptionJobRequest {
  const TranscriptionJobName = `nexus-tiny-${next++}-1`;
  return {
    TranscriptionJobName,
    Media: { MediaFileUri: 's3://media/media/voice' },
    MediaFormat: 'ogg',
    OutputBucketName: 'media',
    OutputKey: `transcripts/${TranscriptionJobName}.json`,
    IdentifyLanguage: true,
    LanguageOptions: ['ar-SA', 'en-US'],
    ...differences,
  };
}

async function ended(TranscriptionJobName: string | undefined) {
  for (;;) {
    const { TranscriptionJob } = await client.send(
      new GetTranscriptionJobCommand({ TranscriptionJobName }),
    );
    if (TranscriptionJob?.TranscriptionJobStatus !== 'IN_PROGRESS') return TranscriptionJob;
    await delay(50);
  }
}

async function object(Key: string): Promise<Uint8Array | undefined> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'media', Key }));
    return await Body?.transformToByteArray();
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}

/** The event that a job's end made, once it has come. */
async function eventOf(name: string | undefined): Promise<unknown> {
  for (let round = 0; round < 100; round++) {
    const bytes = await object(`events/${name}`);
    if (bytes) return JSON.parse(Buffer.from(bytes).toString());
    await delay(50);
  }
  return undefined;
}

async function spoken(key: string | undefined, plan: LanguagePlan) {
  return readOutput((await object(key ?? '')) ?? new Uint8Array(), { plan, durationMs: 0 });
}

async function fault(body: object): Promise<number> {
  const { status } = await fetch(`${stack.url}/_local/transcribe/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return status;
}

const identified: LanguagePlan = { mode: 'identified', languages: ['ar-SA', 'en-US'] };

describe('a job', () => {
  it('writes what is said into the bucket and tells the bus', async () => {
    const asked = request();
    const { TranscriptionJob } = await client.send(new StartTranscriptionJobCommand(asked));
    expect(TranscriptionJob).toMatchObject({
      TranscriptionJobStatus: 'IN_PROGRESS',
      CreationTime: expect.any(Date),
    });
    expect(await eventOf(asked.TranscriptionJobName)).toMatchObject({
      source: 'aws.transcribe',
      'detail-type': 'Transcribe Job State Change',
      detail: {
        TranscriptionJobName: asked.TranscriptionJobName,
        TranscriptionJobStatus: 'COMPLETED',
      },
    });
    expect(await spoken(asked.OutputKey, identified)).toEqual({
      ...speech,
      lowConfidence: false,
      durationMs: 800,
    });
  });

  it.each<[string, Partial<StartTranscriptionJobRequest>, string]>([
    [
      'a language is given',
      { LanguageCode: 'ar-AE', IdentifyLanguage: undefined, LanguageOptions: undefined },
      'ar-AE',
    ],
    [
      'several are spoken',
      {
        IdentifyLanguage: undefined,
        IdentifyMultipleLanguages: true,
        LanguageOptions: ['ar-AE', 'en-US'],
      },
      'ar-AE',
    ],
  ])('says the language also where %s', async (_what, differences, language) => {
    const asked = request(differences);
    await client.send(new StartTranscriptionJobCommand(asked));
    expect(await ended(asked.TranscriptionJobName)).toMatchObject({
      TranscriptionJobStatus: 'COMPLETED',
      StartTime: expect.any(Date),
      CompletionTime: expect.any(Date),
    });
    expect(await spoken(asked.OutputKey, identified)).toMatchObject({ language });
  });

  it('says of every other sound that nobody hears it here', async () => {
    const asked = request({ Media: { MediaFileUri: 's3://media/media/other' } });
    await client.send(new StartTranscriptionJobCommand(asked));
    await ended(asked.TranscriptionJobName);
    const { text } = (await spoken(asked.OutputKey, identified)) ?? {};
    expect(text).toContain('placeholder of the local run');
  });

  it('of somebody else is not for this rule', async () => {
    const asked = request({ TranscriptionJobName: 'elsewhere-1' });
    await client.send(new StartTranscriptionJobCommand(asked));
    await ended('elsewhere-1');
    await delay(300);
    expect(await object('events/elsewhere-1')).toBeUndefined();
  });
});

describe('it refuses', () => {
  it.each<[string, Partial<StartTranscriptionJobRequest>]>([
    ['two ways of saying the language', { LanguageCode: 'en-US', LanguageOptions: undefined }],
    ['none', { IdentifyLanguage: undefined, LanguageOptions: undefined }],
    ['ar-SA in a mixture', { IdentifyLanguage: undefined, IdentifyMultipleLanguages: true }],
    ['a format of nobody', { MediaFormat: Object('aac') }],
    ['a name with other letters', { TranscriptionJobName: 'a/b' }],
    ['a sound that is not there', { Media: { MediaFileUri: 's3://media/media/none' } }],
  ])('%s', async (_what, differences) => {
    const command = new StartTranscriptionJobCommand(request(differences));
    await expect(client.send(command)).rejects.toMatchObject({ name: 'BadRequestException' });
  });

  it('a name a second time', async () => {
    const command = new StartTranscriptionJobCommand(request());
    await client.send(command);
    await expect(client.send(command)).rejects.toMatchObject({ name: 'ConflictException' });
  });
});

describe('on demand', () => {
  it('a job fails, with a reason', async () => {
    expect(await fault({ kind: 'fail', reason: 'Unsupported media format' })).toBe(200);
    const asked = request();
    await client.send(new StartTranscriptionJobCommand(asked));
    expect(await eventOf(asked.TranscriptionJobName)).toMatchObject({
      detail: { TranscriptionJobStatus: 'FAILED' },
    });
    expect(await ended(asked.TranscriptionJobName)).toMatchObject({
      FailureReason: 'Unsupported media format',
    });
  });

  it('a job is throttled as often as is said', async () => {
    await fault({ kind: 'throttle', count: 2 });
    const command = new StartTranscriptionJobCommand(request());
    for (let time = 0; time < 2; time++) {
      await expect(client.send(command)).rejects.toMatchObject({ name: 'LimitExceededException' });
    }
    await client.send(command);
  });

  it('a job ends and nobody is told', async () => {
    await fault({ kind: 'no-event' });
    const asked = request();
    await client.send(new StartTranscriptionJobCommand(asked));
    await ended(asked.TranscriptionJobName);
    await delay(300);
    expect(await object(`events/${asked.TranscriptionJobName}`)).toBeUndefined();
  });

  it('nothing happens where it is not understood', async () => {
    expect(await fault({ kind: 'explode' })).toBe(400);
  });
});

describe('the adapter', () => {
  const order = (format: 'ogg' | 'wav' = 'ogg', key = 'media/voice') => ({
    ...{ jobName: `nexus-tiny-${next++}-1`, key, format, plan: identified },
    outputKey: `transcripts/${next}.json`,
  });
  const open = () =>
    transcriberInTranscribe({
      bucket: 'media',
      keyArn: 'arn:aws:kms:eu-west-1:000000000000:key/Data',
      dataAccessRoleArn: 'arn:aws:iam::000000000000:role/transcribe',
    });

  it('starts a job once, and sees how it ends', async () => {
    const transcriber = open();
    const asked = order();
    expect(await transcriber.look(asked.jobName)).toBeUndefined();
    expect(await transcriber.start(asked)).toBe('started');
    expect(await transcriber.start(asked)).toBe('exists');
    expect(await transcriber.look(asked.jobName)).toMatchObject({ status: 'IN_PROGRESS' });
    await ended(asked.jobName);
    expect(await transcriber.look(asked.jobName)).toMatchObject({
      status: 'COMPLETED',
      startedAt: expect.stringMatching(/Z$/),
    });
  });

  it('tells a sound that is refused from a bucket that cannot be read', async () => {
    const transcriber = open();
    expect(await transcriber.start({ ...order(), format: Object('aac') })).toBe('refused');
    await expect(transcriber.start(order('ogg', 'media/none'))).rejects.toThrow(
      "can't be accessed",
    );
  });
});

describe('a function', () => {
  const call = async (body: object): Promise<unknown> => {
    const answer = await fetch(`${stack.url}/call`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return answer.json();
  };
  const settings = (role: string) => ({
    JobExecutionSettings: {
      AllowDeferredExecution: true,
      DataAccessRoleArn: `arn:aws:iam::000000000000:role/${role}`,
    },
  });

  it('starts a job where it may read the sound, write the output and pass the role on', async () => {
    expect(await call(request(settings('transcribe')))).toEqual({ done: true });
  });

  it.each<[string, object, string]>([
    ['another role', settings('admin'), 'iam:PassRole'],
    ['another output', { OutputKey: 'elsewhere.json' }, 's3:PutObject'],
    ['another sound', { Media: { MediaFileUri: 's3://media/secret' } }, 's3:GetObject'],
  ])('is denied %s', async (_what, differences, action) => {
    expect(await call(request(differences))).toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(action),
    });
  });
});
