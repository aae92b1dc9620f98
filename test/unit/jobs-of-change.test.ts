import { describe, expect, it } from '@jest/globals';
import type { ItemImage } from '../../lambdas/inbox/events-of-change.ts';
import { jobsOfChange } from '../../lambdas/inbox/jobs-of-change.ts';
import { messageKey, statusAttribute } from '../../shared/events/message-item.ts';
import { orderKeyOf } from '../../shared/events/order-key.ts';
import { transcribeRequestAttribute } from '../../shared/media/media-attributes.ts';
import {
  type MediaRecord,
  mediaJobSchema,
  transcribeJobSchema,
} from '../../shared/media/media-record.schema.ts';
import { PermanentError } from '../../shared/runtime/errors.ts';

const at = '2026-11-22T10:00:00.000Z';
const reference = {
  ...{ organizationId: 'north', wabaId: '1001', phoneNumberId: '2001' },
  conversationId: 'conversation 1',
};
const voice = { state: 'pending', kind: 'audio', mimeType: 'audio/ogg; codecs=opus', voice: true };
const sound = { id: '31', sha256: 'c291bmQ=', voice: true };

function event(more: object = {}): string {
  return JSON.stringify({
    ...{ schemaVersion: 1, eventId: 'the event', type: 'message.received' },
    ...{ occurredAt: at, receivedAt: at, orderKey: orderKeyOf(at, at, 0) },
    ...reference,
    message: { id: 'wamid.1', type: 'audio', audio: sound },
    ...{ media: voice, window: { expiresAt: at } },
    ...more,
  });
}

function imported(): string {
  return event({ type: 'message.imported', direction: 'inbound', window: undefined });
}

/** The item of the message, with these attributes. */
function item(attributes: ItemImage): ItemImage {
  return { pk: messageKey('2001', 'wamid.1'), ...attributes };
}

const file = {
  ...{ key: 'media/north/1', mimeType: 'audio/ogg', sizeBytes: 9, sha256: 'ab' },
};

function media(record: Partial<MediaRecord>): ItemImage {
  return { media: JSON.stringify({ revision: 0, at, ...record }) };
}

const stored = media({ state: 'STORED', kind: 'audio', voice: true, ...file });
const message = { ...reference, messageId: 'wamid.1' };
const mediaJob = {
  ...{ schemaVersion: 1, message, mediaId: '31', sha256: 'c291bmQ=', occurredAt: at },
  ...{ kind: 'audio', mimeType: 'audio/ogg; codecs=opus', voice: true },
};
const transcribeJob = { schemaVersion: 1, message, ...file };

function request(revision: number): ItemImage {
  const wish = { revision, languages: 'ar', at };
  return { [transcribeRequestAttribute(revision)]: JSON.stringify(wish) };
}

describe('a change of a message with a file', () => {
  it.each<[string, ItemImage | undefined, ItemImage, object]>([
    ['came', undefined, { event: event() }, { ...mediaJob, revision: 0 }],
    ['came with the history', undefined, { imported: imported() }, { ...mediaJob, revision: 0 }],
    [
      'came after its status',
      { [statusAttribute({ status: 'read', occurredAt: at, receivedAt: at, orderKey: at })]: '{}' },
      { event: event() },
      { ...mediaJob, revision: 0 },
    ],
    [
      'was asked for again',
      media({ state: 'FAILED', revision: 1, kind: 'audio', reason: 'expired' }),
      { event: event(), ...media({ state: 'PENDING', revision: 2 }) },
      { ...mediaJob, revision: 2 },
    ],
  ])('which %s gives a job to fetch it', (_what, before, after, job) => {
    const known = before && item({ ...('media' in after ? { event: event() } : {}), ...before });
    const [only, ...others] = jobsOfChange(known, item(after));
    expect(only).toMatchObject({ queueName: 'mediaJobs', job });
    expect(mediaJobSchema.safeParse(JSON.parse(JSON.stringify(only?.job))).error).toBeUndefined();
    expect(others).toEqual([]);
  });

  it.each<[string, ItemImage, ItemImage, object]>([
    ['is in store', {}, stored, { ...transcribeJob, revision: 0 }],
    [
      'shall have another transcript',
      stored,
      { ...stored, ...request(3) },
      { ...transcribeJob, revision: 3, languages: 'ar' },
    ],
  ])('which %s gives a job to write it down', (_what, before, after, job) => {
    const ofMessage = { event: event() };
    const jobs = jobsOfChange(item({ ...ofMessage, ...before }), item({ ...ofMessage, ...after }));
    expect(jobs).toEqual([{ queueName: 'transcribeJobs', job }]);
    expect(transcribeJobSchema.safeParse(jobs[0]?.job).error).toBeUndefined();
  });

  it.each<[string, ItemImage]>([
    ['a status', { 'status:read': '{}' }],
    ['nothing', {}],
    ['a failure', media({ state: 'FAILED', kind: 'audio', reason: 'expired' })],
    ['a file that nobody speaks in', media({ state: 'STORED', kind: 'audio', ...file })],
    ['a picture in store', media({ state: 'STORED', kind: 'image', ...file })],
    ['a transcript', { 'transcript:0': '{}' }],
  ])('gives no job where %s is new', (_what, added) => {
    const before = item({ event: event() });
    expect(jobsOfChange(before, { ...before, ...added })).toEqual([]);
  });

  it('gives none again where only something else has changed', () => {
    const before = item({ event: event(), ...stored, ...request(1) });
    expect(jobsOfChange(before, { ...before, 'status:read': '{}' })).toEqual([]);
  });
});

it('a message without a file gives no job', () => {
  const text = { media: undefined, message: { id: 'wamid.1', type: 'text', text: { body: 'a' } } };
  expect(jobsOfChange(undefined, item({ event: event(text) }))).toEqual([]);
});

it.each<[string, ItemImage]>([
  [
    "no id of Meta's",
    { event: event({ message: { id: 'wamid.1', type: 'audio', audio: { voice: true } } }) },
  ],
  ['a record of somebody else', { event: event(), media: '{}' }],
  ['a wish for a transcript of nothing', { event: event(), ...request(1) }],
])('what has a file and %s is set aside', (_what, after) => {
  const before = 'media' in after || 'transcribe:1' in after ? item({ event: event() }) : undefined;
  expect(() => jobsOfChange(before, item(after))).toThrow(PermanentError);
});
