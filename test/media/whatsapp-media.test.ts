import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as z from 'zod';
import { attachment, mediaLink } from '../../lambdas/media/media-link.ts';
import { mediaLinksInS3 } from '../../lambdas/media/media-links.s3.ts';
import { retryMedia } from '../../lambdas/media/retry-media.ts';
import { uploadForm } from '../../lambdas/media/upload-form.ts';
import {
  mediaLinkQuerySchema,
  uploadRequestSchema,
} from '../../lambdas/media/whatsapp-media.schema.ts';
import { transcribeAgain } from '../../lambdas/media/whatsapp-media-transcribe.ts';
import type { Transcripts } from '../../lambdas/media/whatsapp-media-transcripts.port.ts';
import { Problem } from '../../shared/http/problem.ts';
import type { MessageEvent } from '../../shared/media/media-ledger.port.ts';
import type { MediaRecord } from '../../shared/media/media-record.schema.ts';
import type { Transcript } from '../../shared/media/transcript.schema.ts';
import { MemoryMediaLedger } from '../fakes/memory-media-ledger.ts';
import { MemoryUploads } from '../fakes/memory-outgoing-media.ts';

const environment = { ...process.env };
beforeAll(() => {
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'AKIAtest',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_SESSION_TOKEN: 'session',
  });
});
afterAll(() => {
  process.env = environment;
});

const at = '2026-11-22T10:00:00.000Z';
const message = { organizationId: 'north', phoneNumberId: '2001', messageId: 'wamid.1' };
const notFound = { code: 'not-found' };

const event: MessageEvent = {
  schemaVersion: 1,
  eventId: 'e1',
  type: 'message.received',
  occurredAt: at,
  receivedAt: at,
  orderKey: 'o1',
  organizationId: 'north',
  phoneNumberId: '2001',
  message: { id: 'wamid.1', type: 'audio' },
  media: { state: 'pending', kind: 'audio', mimeType: 'audio/ogg' },
  window: { expiresAt: at },
};

const file: MediaRecord = {
  ...{ state: 'STORED', revision: 0, at, kind: 'audio', key: 'media/north/1' },
  ...{ mimeType: 'audio/ogg', sizeBytes: 1105, sha256: 'ab' },
};
const failed: MediaRecord = { state: 'FAILED', revision: 2, at, kind: 'audio', reason: 'expired' };

const transcript = (revision: number): Transcript => ({
  ...{ state: 'READY', revision, at, text: 'hello', language: 'en-US', confidence: 0.9 },
  ...{ lowConfidence: false, durationMs: 1000, wordsKey: `words/${revision}` },
});

class MemoryTranscripts implements Transcripts {
  readonly asked = new Map<number, string>();
  transcripts: Transcript[] = [];
  /** So many wishes of others come in between. */
  rivals = 0;

  async find() {
    return {
      organizationId: 'north',
      transcripts: this.transcripts,
      asked: [...this.asked.keys()],
    };
  }

  async ask(...[, , { revision, languages }]: Parameters<Transcripts['ask']>) {
    if (this.rivals-- > 0) this.asked.set(revision, 'rival');
    if (this.asked.has(revision)) return false;
    this.asked.set(revision, languages);
    return true;
  }
}

async function world({ record, now = at }: { record?: MediaRecord; now?: string } = {}) {
  const ledger = new MemoryMediaLedger();
  ledger.add(event);
  const stored = await ledger.find('2001', 'wamid.1');
  if (stored && record) await ledger.replace(stored, record);
  const clock = () => new Date(now);
  return {
    ledger,
    transcripts: new MemoryTranscripts(),
    uploads: new MemoryUploads(clock),
    links: mediaLinksInS3('media-bucket'),
    now: clock,
  };
}

const query = (more: object = {}) => mediaLinkQuerySchema.parse({ ...message, ...more });

describe('a link to a file', () => {
  it('ends in five minutes, saves under its name, and says of the type what the bytes are', async () => {
    const record = { ...file, filename: 'عقد "1".ogg' };
    const link = await mediaLink(query(), await world({ record }));
    expect(link).toEqual({
      url: expect.any(String),
      expiresAt: '2026-11-22T10:05:00.000Z',
      mimeType: 'audio/ogg',
      sizeBytes: 1105,
      filename: record.filename,
    });
    const { host, pathname, searchParams } = new URL(link.url);
    expect(`${host}${pathname}`).toBe('media-bucket.s3.eu-west-1.amazonaws.com/media/north/1');
    expect(Object.fromEntries(searchParams)).toEqual({
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD',
      'X-Amz-Credential': expect.stringMatching(/^AKIAtest\/\d{8}\/eu-west-1\/s3\/aws4_request$/),
      'X-Amz-Date': expect.any(String),
      'X-Amz-Expires': '300',
      'X-Amz-Security-Token': 'session',
      'X-Amz-Signature': expect.stringMatching(/^[0-9a-f]{64}$/),
      'X-Amz-SignedHeaders': 'host',
      'response-content-disposition': attachment(record.filename),
      'response-content-type': 'audio/ogg',
      'x-id': 'GetObject',
    });
  });

  it.each(['text/html', 'image/svg+xml', 'application/xhtml+xml', 'text/javascript', 'image/gif'])(
    'to %s names it bytes',
    async (mimeType) => {
      const link = await mediaLink(query(), await world({ record: { ...file, mimeType } }));
      expect(link.mimeType).toBe('application/octet-stream');
      expect(new URL(link.url).searchParams.get('response-content-type')).toBe(link.mimeType);
    },
  );

  it.each<[string, object, MediaRecord | undefined, RegExp]>([
    ["another organisation's", { organizationId: 'south' }, file, /no such message/],
    ["another number's", { phoneNumberId: '2002' }, file, /no such message/],
    ['of no message', { messageId: 'wamid.2' }, file, /no such message/],
    ['on its way', {}, undefined, /pending/],
    ['asked for again', {}, { state: 'PENDING', revision: 1, at }, /pending/],
    ['that failed', {}, failed, /expired.*retry/],
  ])('is not given: %s', async (_which, more, record, detail) => {
    const refusal = mediaLink(query(more), await world(record ? { record } : {}));
    await expect(refusal).rejects.toMatchObject({
      ...notFound,
      details: { detail: expect.stringMatching(detail) },
    });
  });
});

describe('a link to the words of a transcript', () => {
  const words = async (more: object, transcripts: Transcript[]) => {
    const ports = await world({ record: file });
    ports.transcripts.transcripts = transcripts;
    return mediaLink(query({ part: 'words', ...more }), ports);
  };

  it.each<[string, object, string]>([
    ['the newest', {}, '/words/2'],
    ['the one that is named', { revision: '0' }, '/words/0'],
  ])('is of %s', async (_which, more, pathname) => {
    const { url, mimeType } = await words(more, [transcript(0), transcript(2), transcript(1)]);
    expect(new URL(url).pathname).toBe(pathname);
    expect(mimeType).toBe('application/json');
  });

  it.each<[string, object, Transcript[]]>([
    ['there is none', {}, []],
    ['it is another revision', { revision: '1' }, [transcript(0)]],
    ['it failed', {}, [{ state: 'FAILED', revision: 0, at, reason: 'no-speech' }]],
    ["it is another organisation's", { organizationId: 'south' }, [transcript(0)]],
  ])('is not given where %s', async (_why, more, transcripts) => {
    await expect(words(more, transcripts)).rejects.toMatchObject(notFound);
  });
});

describe('a content disposition', () => {
  it.each([
    [undefined, 'attachment'],
    ['', 'attachment'],
    ['a.pdf', `attachment; filename="a.pdf"; filename*=UTF-8''a.pdf`],
    [
      '../../etc/passwd',
      `attachment; filename=".._.._etc_passwd"; filename*=UTF-8''.._.._etc_passwd`,
    ],
    [
      "it's (1)*.txt",
      `attachment; filename="it's (1)*.txt"; filename*=UTF-8''it%27s%20%281%29%2A.txt`,
    ],
    ['صورة', `attachment; filename="____"; filename*=UTF-8''%D8%B5%D9%88%D8%B1%D8%A9`],
    [
      'invoice\u202Efdp.exe',
      `attachment; filename="invoice_fdp.exe"; filename*=UTF-8''invoice_fdp.exe`,
    ],
  ])('of %j is %j', (name, expected) => {
    expect(attachment(name)).toBe(expected);
  });

  it('has one form, whatever an outsider calls a file', () => {
    const loneUnits = fc.array(fc.nat(0xffff)).map((units) => String.fromCharCode(...units));
    const name = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme' }),
      loneUnits,
    );
    fc.assert(
      fc.property(name, (filename) => {
        expect(attachment(filename)).toMatch(
          /^attachment(; filename="[\x20!#-$&-:<-~]*"; filename\*=UTF-8''([\w.!~-]|%[0-9A-F]{2})+)?$/,
        );
      }),
    );
  });
});

describe('an upload form', () => {
  const policySchema = z.object({ expiration: z.string(), conditions: z.array(z.unknown()) });
  const request = (more: object) =>
    uploadRequestSchema.parse({
      organizationId: 'north',
      mimeType: 'image/jpeg',
      sizeBytes: 9,
      ...more,
    });

  it.each([
    ['image/jpeg', 'image/jpeg', 5 * 1024 * 1024],
    ['audio/webm;codecs=opus', 'audio/webm', 16 * 1024 * 1024],
    ['application/pdf', 'application/pdf', 100 * 1024 * 1024],
    ['image/webp', 'image/webp', 500 * 1024],
  ])('for %s lets one key, this type and Meta’s size through', async (mimeType, bare, maxBytes) => {
    const ports = await world();
    const before = Date.now();
    const { uploadId, url, fields, expiresAt } = await uploadForm(request({ mimeType }), ports);
    expect(url).toBe('https://media-bucket.s3.eu-west-1.amazonaws.com/');
    expect(expiresAt).toBe('2026-11-22T10:15:00.000Z');
    const policy = policySchema.parse(
      JSON.parse(Buffer.from(fields['Policy'] ?? '', 'base64').toString()),
    );
    expect(policy.conditions).toEqual(
      expect.arrayContaining([
        { key: `uploads/north/${uploadId}` },
        { bucket: 'media-bucket' },
        ['content-length-range', 1, maxBytes],
        { 'Content-Type': bare },
      ]),
    );
    expect(policy.conditions).not.toContainEqual(expect.arrayContaining(['starts-with']));
    expect(Object.keys(fields).join(' ')).not.toMatch(/checksum/i);
    expect(Date.parse(policy.expiration) - before).toBeLessThanOrEqual(15 * 60_000 + 5000);
    expect(await ports.uploads.find('north', uploadId)).toMatchObject({ mimeType: bare });
    expect(await ports.uploads.find('south', uploadId)).toBeUndefined();
  });

  it.each<[string, object]>([
    ['mimeType', { mimeType: 'image/gif' }],
    ['mimeType', { mimeType: 'text/html' }],
    ['mimeType', { mimeType: 'application/octet-stream' }],
    ['sizeBytes', { sizeBytes: 5 * 1024 * 1024 + 1 }],
    ['sizeBytes', { sizeBytes: 0 }],
    ['filename', { filename: 'a\r\nb' }],
    ['filename', { filename: '../a' }],
    ['organizationId', { organizationId: '../south' }],
  ])('is refused for its %s', (name, more) => {
    const body = { organizationId: 'north', mimeType: 'image/jpeg', sizeBytes: 9, ...more };
    expect(uploadRequestSchema.safeParse(body).error?.issues).toMatchObject([{ path: [name] }]);
  });
});

describe('a file that is asked for again', () => {
  it('is pending, one revision on', async () => {
    const ports = await world({ record: failed });
    expect(await retryMedia(message, ports)).toEqual({ state: 'pending', revision: 3 });
    expect((await ports.ledger.find('2001', 'wamid.1'))?.record).toEqual({
      ...{ state: 'PENDING', revision: 3, at },
    });
    expect(await retryMedia(message, ports)).toEqual({ state: 'pending', revision: 3 });
  });

  it.each<[string, MediaRecord | undefined, object]>([
    ['stored', file, { state: 'stored', revision: 0 }],
    ['on its way', undefined, { state: 'pending', revision: 0 }],
  ])('is left alone where it is %s', async (_how, record, answer) => {
    const ports = await world(record ? { record } : {});
    expect(await retryMedia(message, ports)).toEqual(answer);
    expect((await ports.ledger.find('2001', 'wamid.1'))?.record).toEqual(record);
  });

  it('by two at once is asked for once', async () => {
    const ports = await world({ record: failed });
    const answers = await Promise.all([retryMedia(message, ports), retryMedia(message, ports)]);
    expect(answers).toEqual([1, 2].map(() => ({ state: 'pending', revision: 3 })));
    expect((await ports.ledger.find('2001', 'wamid.1'))?.version).toBe(2);
  });

  it('is gone after Meta’s seven days, and not a moment earlier', async () => {
    const late = { record: failed, now: '2026-11-29T10:00:00.001Z' };
    await expect(retryMedia(message, await world(late))).rejects.toMatchObject({
      code: 'media-expired',
    });
    const inTime = await world({ ...late, now: '2026-11-29T10:00:00.000Z' });
    expect((await retryMedia(message, inTime)).state).toBe('pending');
  });

  it("is not another organisation's", async () => {
    const other = { ...message, organizationId: 'south' };
    await expect(retryMedia(other, await world({ record: failed }))).rejects.toMatchObject(
      notFound,
    );
  });
});

describe('another transcript', () => {
  const request = { ...message, languages: 'ar' } as const;

  it('gets the next revision, behind those that are there or asked for', async () => {
    const ports = await world({ record: file });
    expect(await transcribeAgain(request, ports)).toBe(1);
    ports.transcripts.transcripts = [transcript(0), transcript(4)];
    expect(await transcribeAgain(request, ports)).toBe(5);
    expect([...ports.transcripts.asked]).toEqual([
      [1, 'ar'],
      [5, 'ar'],
    ]);
  });

  it('takes turns with somebody else’s', async () => {
    const ports = await world({ record: file });
    ports.transcripts.rivals = 1;
    expect(await transcribeAgain(request, ports)).toBe(2);
    ports.transcripts.rivals = 9;
    await expect(transcribeAgain(request, ports)).rejects.toMatchObject({ code: 'unavailable' });
  });

  it.each<[string, MediaRecord | undefined, object, Problem['code']]>([
    ['no sound', { ...file, kind: 'image' }, {}, 'media-unusable'],
    ['not stored', undefined, {}, 'media-unusable'],
    ["another organisation's", file, { organizationId: 'south' }, 'not-found'],
  ])('is refused where the message is %s', async (_what, record, more, code) => {
    const refusal = transcribeAgain({ ...request, ...more }, await world(record ? { record } : {}));
    await expect(refusal).rejects.toBeInstanceOf(Problem);
    await expect(refusal).rejects.toMatchObject({ code });
  });
});
