import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import * as z from 'zod';
import { alarmRules } from '../../infra/monitoring/thresholds.ts';
import { jobName } from '../../lambdas/transcribe/transcribe-names.ts';
import { transcriptionSchema } from '../../lambdas/transcribe/transcription.schema.ts';
import { ensureSynth } from '../../local/synth.ts';
import { textMessage, webhookFor } from '../e2e/stack.ts';
import { eventsEndpoint } from '../synthesise.ts';
import { ago, later, resetClock, takeOverClock, triggerSchedules } from './local-clock.ts';
import { isBeyondThreshold, readAlarms, type TemplateAlarm } from './template-alarms.ts';
import { bootWatched, type WatchedStack } from './watched-stack.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

jest.setTimeout(30_000);

let watched: WatchedStack;
let alarms: Map<string, TemplateAlarm>;
/** Alarms that a fault was planted for. */
const planted: string[] = [];

beforeAll(async () => {
  takeOverClock();
  alarms = readAlarms((await ensureSynth('dev', eventsEndpoint)).directory);
  watched = await bootWatched();
}, 60_000);

afterEach(async () => {
  resetClock();
  watched.answerWith(204);
  await local('faults', { clear: true });
  await local('graph/faults', { reset: true });
});

afterAll(async () => {
  await watched?.stop();
  jest.useRealTimers();
}, 30_000);

/** Plants a fault, and waits until what comes of it is beyond an alarm's threshold, which nothing was before. */
async function expectAlarm(name: string, plant: () => unknown): Promise<void> {
  const alarm = alarms.get(name);
  if (!alarm) throw new Error(`The template has no alarm ${name}`);
  expect(isBeyondThreshold(alarm, await watched.measured())).toBe(false);
  planted.push(name);
  const plantedMs = jest.getRealSystemTime();
  await plant();
  await until(name, async () => isBeyondThreshold(alarm, await watched.measured(plantedMs)));
}

async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = performance.now() + 15_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`Did not come: ${what}`);
    await delay(100);
  }
}

const local = (path: string, body: object) => watched.demo.local(`/_local/${path}`, body);
const failCalls = (fault: object) => local('faults', { count: 10_000, ...fault });
const failSends = (fault: object) => local('graph/faults', { path: '/messages', ...fault });
const simulateText = (from: string) =>
  local('simulate', { type: 'text', from, text: { body: 'Hello?' } });
const people = (count: number) =>
  Array.from({ length: count }, (_, index) => String(966500000100 + index));
const times = (count: number, act: () => Promise<unknown>) =>
  Promise.all(Array.from({ length: count }, act));
const text = { type: 'text', text: { body: 'Hello' } };
const sendText = (options?: object) => watched.send(text, options);

/** A webhook with a message that somebody sent so long ago, in ms. */
function oldWebhook(ageMs: number, content: object, phoneNumberId?: string): string {
  const { organizationId, wabaId, ...own } = watched.demo.info;
  const number = { organizationId, wabaId, phoneNumberId: phoneNumberId ?? own.phoneNumberId };
  const timestamp = String(Math.floor((Date.now() - ageMs) / 1000));
  const message = { ...textMessage(`wamid.${randomUUID()}`, 'Hello?'), timestamp, ...content };
  return JSON.stringify(webhookFor(number, { messages: [message] }));
}

/** What `Ref` gives for the resource whose logical id begins with this. */
function physicalId(prefix: string): string {
  const found = watched.demo.stack.resources.find(({ LogicalResourceId }) =>
    LogicalResourceId.startsWith(prefix),
  );
  return found?.PhysicalResourceId ?? '';
}

it('no alarm goes off while all is well', async () => {
  await local('simulate', { type: 'voice', voice: 'en' });
  expect(await sendText()).toBe(200);
  expect(await sendText({ delivery: 'queued' })).toBe(202);
  await until(
    'the transcript, and that both sends were read',
    () => watched.hasHeard('transcript.ready', 1) && watched.hasHeard('"read"', 2),
  );
  const values = await watched.measured();
  const beyond = [...alarms].filter(([, alarm]) => isBeyondThreshold(alarm, values));
  expect(beyond.map(([name]) => name)).toEqual([]);
});

it('SQS refuses what is published, until Lambda gives it up', async () => {
  await failCalls({ function: 'Publish', service: 'sqs', error: 'unavailable' });
  await expectAlarm('publish-stopped', () => Promise.all(people(21).map(simulateText)));
  await expectAlarm('stream-lag-Publish', () => later(2 * minuteMs));
  await expectAlarm('stream-gave-up-Publish', () => later(21 * hourMs));
});

it('the table refuses what is queued, until SQS gives it up', async () => {
  await failCalls({ function: 'Normalise', service: 'dynamodb', error: 'unavailable' });
  await expectAlarm('queue-age-WebhookEvents', async () => {
    await Promise.all(people(1).map(simulateText));
    later(2 * minuteMs);
  });
  await watched.demo.redriveAfter('WebhookEvents', 1);
  await expectAlarm('dead-letters-WebhookEvents', () => later(hourMs));
  await watched.demo.redriveAfter('WebhookEvents', 50);
  // The stream's are of the test before.
  expect(await watched.printed('dlq', 'list')).toMatch(/^webhook-events +[1-9].*^stream +[1-9]/ms);
});

it('SQS refuses what Meta posts', () =>
  expectAlarm('webhook-5xx', async () => {
    await failCalls({ function: 'Webhook', service: 'sqs', error: 'unavailable' });
    expect(await watched.webhook(oldWebhook(0, {}))).toBe(503);
  }));

it('webhooks are signed with another secret', () =>
  expectAlarm('webhooks-unsigned', () =>
    times(21, () =>
      watched.post('/whatsapp-webhook', {}, { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` }),
    ),
  ));

it('a signed webhook is not JSON', async () => {
  await expectAlarm('quarantine', () => watched.webhook('not JSON'));
  expect(await watched.printed('quarantine', 'list')).toMatch(/^webhook +\S+ +1$/m);
});

it('a webhook is for a number that nobody has connected', () =>
  expectAlarm('parked-updates', async () => {
    expect(await watched.webhook(oldWebhook(0, {}, '99'))).toBe(200);
    await watched.demo.itemsOnce('PARKED#99', 1);
    triggerSchedules();
  }));

it('the table refuses three sweeps', () =>
  expectAlarm('function-failing-Drain', async () => {
    await failCalls({ function: 'Drain', service: 'dynamodb', error: 'unavailable' });
    triggerSchedules(3);
  }));

it('Meta posts what was written a minute ago', () =>
  expectAlarm('publish-lag', () => watched.webhook(oldWebhook(minuteMs, {}))));

it('the table refuses five sends', () =>
  expectAlarm('send-api-5xx', async () => {
    await failCalls({ function: 'SendMessage', service: 'dynamodb', error: 'unavailable' });
    await times(5, sendText);
  }));

it('Meta takes six sends and does not answer', () =>
  expectAlarm('sends-unknown', async () => {
    await failSends({ kind: 'reset-after', count: 6 });
    await times(6, sendText);
  }));

it('a queued send is throttled until its time is over', () =>
  expectAlarm('sends-expired', async () => {
    await failSends({ code: 130_429, count: 100 });
    const expiresAt = new Date(Date.now() + 1000).toISOString();
    expect(await sendText({ delivery: 'queued', expiresAt })).toBe(202);
    await delay(1000);
    later(10 * minuteMs);
  }));

it('KMS throttles a function that knows no token yet', () =>
  expectAlarm('token-key-throttled', async () => {
    await failCalls({ service: 'kms', error: 'throttle' });
    const reaction = { message_id: 'wamid.any', emoji: '👍' };
    await watched.send({ type: 'reaction', reaction });
  }));

it('Meta knows none of six tokens', () =>
  expectAlarm('connecting-stopped', () => {
    const unknown = { organizationId: 'new', wabaId: '9', accessToken: 'unknown' };
    return times(6, () => watched.post('/save-whatsapp-credentials', unknown));
  }));

it('Meta has forgotten a file that is eight days old', () =>
  expectAlarm('media-lost', () => {
    const image = { id: '1', mime_type: 'image/jpeg', sha256: '' };
    return watched.webhook(oldWebhook(8 * dayMs, { type: 'image', image }));
  }));

it('Transcribe works on a voice note for more than half an hour', () =>
  expectAlarm('transcription-stuck', async () => {
    await local('transcribe/faults', { kind: 'slow' });
    await failCalls({
      function: 'TranscriptionWorker',
      service: 'transcribe',
      error: 'unavailable',
    });
    await local('simulate', { type: 'voice', voice: 'ar' });
    await until('the record of the transcription', startHalfAnHourAgo);
    await local('faults', { clear: true });
    triggerSchedules();
  }));

const textSchema = z.object({ S: z.string() });
const scannedSchema = z.object({
  Items: z.array(z.object({ pk: textSchema, sk: textSchema, record: textSchema })),
});

/**
 * Starts the job of the transcription that is due, and has the next sweep look at it.
 * @returns false where there is none yet
 */
async function startHalfAnHourAgo(): Promise<boolean> {
  const { awsCall, outputs } = watched.demo.stack;
  const names = { ExpressionAttributeNames: { '#record': 'record' } };
  const { Items } = scannedSchema.parse(
    await awsCall('dynamodb', 'Scan', {
      ...{ TableName: outputs['TableName'], ...names },
      FilterExpression: 'attribute_exists(#record) AND begins_with(listing, :listing)',
      ExpressionAttributeValues: { ':listing': { S: 'TRANSCRIPTIONS#' } },
    }),
  );
  const [item] = Items;
  if (!item) return false;
  const record = transcriptionSchema.parse(JSON.parse(item.record.S));
  const bucket = physicalId('MediaBucket');
  await ago(31 * minuteMs, () =>
    awsCall('transcribe', 'StartTranscriptionJob', {
      TranscriptionJobName: jobName(record),
      ...{ LanguageCode: 'ar-SA', Media: { MediaFileUri: `s3://${bucket}/${record.key}` } },
      ...{ OutputBucketName: bucket, OutputKey: 'output' },
    }),
  );
  const dueAt = new Date().toISOString();
  await awsCall('dynamodb', 'UpdateItem', {
    ...{ TableName: outputs['TableName'], Key: { pk: item.pk, sk: item.sk }, ...names },
    UpdateExpression: 'SET #record = :record, listingOrder = :dueAt',
    ExpressionAttributeValues: {
      ':record': { S: JSON.stringify({ ...record, dueAt }) },
      ':dueAt': { S: dueAt },
    },
  });
  return true;
}

it('an erasure is worked on for more than a day', () =>
  expectAlarm('job-stuck-erase', () => {
    const { organizationId } = watched.demo.info;
    const message = {
      ...{ QueueUrl: physicalId('ErasureJobsQueue'), MessageGroupId: 'any' },
      MessageBody: JSON.stringify({ schemaVersion: 1, organizationId, erasureId: randomUUID() }),
    };
    return ago(25 * hourMs, () => watched.demo.stack.awsCall('sqs', 'SendMessage', message));
  }));

it('the endpoint answers 500', () =>
  expectAlarm('endpoint-failing', async () => {
    watched.answerWith(500);
    await Promise.all(people(21).map(simulateText));
  }));

it('Meta revokes a token', async () => {
  await expectAlarm('connection-degraded', async () => {
    await failSends({ code: 190 });
    await sendText();
  });
  const { organizationId } = watched.demo.info;
  const options = ['--organization', organizationId, '--api-url', watched.demo.url];
  expect(await watched.printed('doctor', ...options)).toMatch(/^ *FAIL +Credential /m);
});

it('no webhook comes to a stage that is never quiet', async () => {
  const { directory } = await ensureSynth('prod');
  const alarm = readAlarms(directory).get('no-webhooks');
  const asInProd = (await watched.measured()).map((value) => ({
    ...value,
    namespace: value.namespace.replace(/dev$/, 'prod'),
  }));
  expect(alarm && isBeyondThreshold(alarm, asInProd)).toBe(false);
  expect(alarm && isBeyondThreshold(alarm, [])).toBe(true);
});

it('a fault was planted for every other kind of alarm but those of DynamoDB and Firehose themselves', () => {
  const untouched = Object.keys(alarmRules).filter(
    (kind) => !planted.some((name) => name === kind || name.startsWith(`${kind}-`)),
  );
  expect(untouched).toEqual(['no-webhooks', 'archive-late', 'table-throttled', 'table-failing']);
});
