import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { sampleFiles } from '../../local/meta/graph/media/samples.ts';
import { voiceNotes } from '../../local/meta/voice-notes.ts';
import type { InboxEvent } from '../../shared/events/inbox-event.schema.ts';
import { bootDemo, type DemoStack } from './demo-stack.ts';
import { expectMonitored } from './monitored.ts';

const simulatedSchema = z.object({ messageIds: z.tuple([z.string()]) });
const linkSchema = z.object({ url: z.url(), sizeBytes: z.number() });
const formSchema = z.object({
  uploadId: z.string(),
  url: z.url(),
  fields: z.record(z.string(), z.string()),
});

const customer = '966500000001';

let demo: DemoStack;

beforeAll(async () => {
  demo = await bootDemo();
}, 60_000);

afterAll(() => demo.stop(), 30_000);

function own() {
  const { organizationId, phoneNumberId } = demo.info;
  return { organizationId, phoneNumberId };
}

/** Lets a customer send something. @returns the message's id */
async function receive(type: string, content?: unknown): Promise<string> {
  const body = { type, from: customer, ...(content === undefined ? {} : { [type]: content }) };
  return simulatedSchema.parse(await demo.local('/_local/simulate', body)).messageIds[0];
}

/** Waits for an event of a type about a message. */
async function told<Type extends InboxEvent['type']>(
  type: Type,
  messageId: string,
  count = 1,
): Promise<Extract<InboxEvent, { type: Type }>> {
  const events = await demo.inbox(
    count,
    (event) => event.type === type && 'messageId' in event && event.messageId === messageId,
  );
  const last = events.filter((event): event is Extract<InboxEvent, { type: Type }> => {
    return event.type === type;
  })[count - 1];
  if (!last) {
    throw new Error(`No ${type} came`);
  }
  return last;
}

async function bytesOf(messageId: string) {
  const { status, body } = await demo.get('/whatsapp-media', { ...own(), messageId });
  expect(status).toBe(200);
  const response = await fetch(linkSchema.parse(body).url);
  const { headers } = response;
  return { bytes: Buffer.from(await response.arrayBuffer()), status: response.status, headers };
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function transcription(settings: object) {
  return demo.put('/whatsapp-settings', {
    organizationId: own().organizationId,
    transcription: settings,
  });
}

describe('what a customer sends', () => {
  it.each([
    ['image', 'image/jpeg'],
    ['video', 'video/mp4'],
    ['document', 'application/pdf'],
    ['sticker', 'image/webp'],
  ])('is in store within seconds: %s', async (kind, mimeType) => {
    const messageId = await receive(kind);
    const stored = await told('media.stored', messageId);
    const sample = sampleFiles.get(kind);
    expect(stored).toMatchObject({ ...own(), kind, mimeType, sizeBytes: sample?.size });
    expect(stored.sha256).toBe(sample?.sha256.toString('hex'));

    const { status, bytes, headers } = await bytesOf(messageId);
    expect({ status, sha256: sha256(bytes) }).toEqual({ status: 200, sha256: stored.sha256 });
    expect(headers.get('content-disposition')).toMatch(/^attachment/);
  });

  it.each(['ar', 'en'])('is written down where it is spoken: %s', async (language) => {
    const messageId = await receive('voice', language);
    const stored = await told('media.stored', messageId);
    expect(stored).toMatchObject({ kind: 'audio', mimeType: expect.stringMatching(/^audio\/ogg/) });
    const ready = await told('transcript.ready', messageId);
    const spoken = voiceNotes.find((note) => note.sha256 === stored.sha256);
    expect(ready).toMatchObject({
      ...{ revision: 0, text: spoken?.text, language: spoken?.language },
      durationMs: expect.any(Number),
    });
    expect(ready.language).toMatch(new RegExp(`^${language}-`));

    const words = await fetch(new URL(ready.words ?? '', demo.url));
    const link = linkSchema.omit({ sizeBytes: true }).parse(await words.json());
    expect((await fetch(link.url)).status).toBe(200);
  });

  it('is nobody else’s', async () => {
    const messageId = await receive('image');
    await told('media.stored', messageId);
    const { otherOrganizationId: organizationId } = demo.info;
    const asked = { ...own(), organizationId, messageId };
    expect(await demo.get('/whatsapp-media', asked)).toMatchObject({ status: 404 });
    for (const path of ['/whatsapp-media/retry', '/whatsapp-media/transcribe']) {
      const more = path.endsWith('transcribe') ? { languages: 'en' } : {};
      expect(await demo.send(path, { ...asked, ...more })).toMatchObject({ status: 404 });
    }
  });

  it('is fetched again on demand, where it could not be had', async () => {
    await demo.local('/_local/graph/media-faults', { kind: 'redirect-internal', count: 20 });
    const messageId = await receive('document');
    expect(await told('media.failed', messageId)).toMatchObject({ reason: 'address-refused' });
    const asked = { ...own(), messageId };
    expect(await demo.get('/whatsapp-media', asked)).toMatchObject({ status: 404 });

    await demo.local('/_local/graph/media-faults', { reset: true });
    const retried = await demo.send('/whatsapp-media/retry', asked);
    expect(retried).toMatchObject({ status: 200, body: { state: 'pending', revision: 1 } });
    await told('media.stored', messageId);
    expect((await bytesOf(messageId)).status).toBe(200);
  }, 60_000);
});

it('a voice note that cannot be written down is told', async () => {
  await demo.local('/_local/transcribe/faults', { kind: 'fail' });
  await told('transcript.failed', await receive('voice', 'en'));
});

describe('an organisation that wants no transcripts', () => {
  it('gets the one that it asks for', async () => {
    const off = await transcription({ enabled: false, maxSeconds: 60 });
    expect(off).toMatchObject({
      status: 200,
      body: { transcription: { enabled: false, languages: 'auto', maxSeconds: 60 } },
    });
    const { organizationId } = own();
    const read = await demo.get('/whatsapp-settings', { organizationId });
    expect(read.body).toEqual(off.body);

    const messageId = await receive('voice', 'en');
    await told('media.stored', messageId);
    await delay(1500);
    const asked = { ...own(), messageId, languages: 'en' };
    const accepted = await demo.send('/whatsapp-media/transcribe', asked);
    expect(accepted).toMatchObject({ status: 202, body: { revision: 1 } });
    // Had there been another one, it would have come before.
    expect(await told('transcript.ready', messageId)).toMatchObject({ revision: 1 });
  });

  it('can have them again, and is told what is wrong with its settings', async () => {
    const wrong = await transcription({ enabled: 'yes', maxSeconds: 0, dialect: 'x' });
    expect(wrong).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
    expect(JSON.stringify(wrong.body['problems'])).toContain('transcription.enabled');
    expect(await transcription({})).toMatchObject({ body: { transcription: { enabled: true } } });
  });
});

it('a file is uploaded and sent, and a stored one passed on', async () => {
  await demo.local('/_local/graph/settings', { windows: 'open' });
  const image = sampleFiles.get('image');
  const opened = await demo.send('/whatsapp-media', {
    organizationId: own().organizationId,
    ...{ mimeType: 'image/jpeg', sizeBytes: image?.size },
  });
  const { uploadId, url, fields } = formSchema.parse(opened.body);
  const message = { type: 'image', to: `+${customer}`, image: { caption: 'here' } };
  const early = await demo.send('/whatsapp-send-message', {
    ...own(),
    ...{ message, media: { uploadId } },
  });
  expect(early).toMatchObject({ status: 404, body: { code: 'not-found' } });

  const messageId = await receive('image');
  const { bytes } = await told('media.stored', messageId).then(() => bytesOf(messageId));
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob([Uint8Array.from(bytes)], { type: 'image/jpeg' }));
  expect((await fetch(url, { method: 'POST', body: form })).ok).toBe(true);

  for (const media of [{ uploadId }, { messageId }]) {
    const sent = await demo.send('/whatsapp-send-message', { ...own(), message, media });
    expect({ status: sent.status, said: sent.body['status'], media }).toEqual({
      ...{ status: 200, said: 'accepted', media },
    });
    const accepted = demo.graph
      .accepted()
      .find(({ callbackData }) => callbackData?.includes(String(sent.body['sendId'])));
    expect(JSON.stringify(accepted)).toContain('"image"');
  }
});

it('nothing was denied, and no log line has a text, a number, a link or a token', () => {
  expect(demo.complaints.filter((line) => line.includes('denied'))).toEqual([]);
  const logs = demo.logs();
  expect(logs).not.toContain(customer);
  expect(logs).not.toMatch(/X-Amz-Signature/i);
  expect(logs).not.toMatch(/EAA[\w-]{20}/);
  for (const { text } of voiceNotes) expect(logs).not.toContain(text);
});

it('dashboards and saved queries find what they show', async () => {
  await expectMonitored('media', demo.logs);
});
