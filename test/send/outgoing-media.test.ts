import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { outgoingMedia } from '../../lambdas/send/media/outgoing-media.ts';
import { type SendRequest, sendRequestSchema } from '../../lambdas/send/send-request.schema.ts';
import type { GraphAnswer } from '../../shared/graph/graph.port.ts';
import { Problem, type ProblemCode } from '../../shared/http/problem.ts';
import { requestProblems } from '../../shared/http/request-problems.ts';
import type { MessageEvent } from '../../shared/media/media-ledger.port.ts';
import { toVoiceMessage } from '../../shared/media/remux.ts';
import { uploadKey } from '../../shared/media/upload-item.schema.ts';
import { MemoryCredentials } from '../fakes/memory-credentials.ts';
import { MemoryMediaLedger } from '../fakes/memory-media-ledger.ts';
import {
  MemoryMediaFiles,
  MemoryMediaUpload,
  MemoryMetaMedia,
  MemoryUploads,
} from '../fakes/memory-outgoing-media.ts';
import { customer, refused, requestOf, SendWorld } from './send-world.ts';

const folder = (...parts: string[]) => path.join(import.meta.dirname, '..', ...parts);
const webm = readFileSync(folder('fixtures/media/voice.webm'));
const sample = (name: string) => readFileSync(folder('../local/meta/graph/media/samples', name));
const jpeg = sample('image.jpg');
const pdf = sample('document.pdf');
const ogg = readFileSync(folder('fixtures/media/voice.ogg'));

const at = '2026-11-22T10:00:00.000Z';
const sender = { organizationId: 'north', phoneNumberId: '2001' };
const wabaId = '1001';

function request(type: string, media: unknown, content?: object, more: object = {}): SendRequest {
  return sendRequestSchema.parse({
    ...sender,
    message: { to: '+966500000001', type, ...(content && { [type]: content }) },
    media,
    ...more,
  });
}

function world() {
  let nowMs = Date.parse(at);
  const now = () => new Date(nowMs);
  const ledger = new MemoryMediaLedger();
  const ports = {
    uploads: new MemoryUploads(now),
    ledger,
    received: {
      async find(phoneNumberId: string, messageId: string) {
        const stored = await ledger.find(phoneNumberId, messageId);
        return stored && { organizationId: stored.event.organizationId, record: stored.record };
      },
    },
    files: new MemoryMediaFiles(),
    metaMedia: new MemoryMetaMedia(),
    upload: new MemoryMediaUpload(),
    credentials: new MemoryCredentials([{ organizationId: 'north', wabaId }]),
    toVoiceMessage,
    now,
    report: (error: unknown) => {
      throw error;
    },
  };
  const resolve = (asked: SendRequest) => outgoingMedia(ports).resolve(asked, wabaId);
  return {
    ...ports,
    resolve,
    pass: (ms: number) => {
      nowMs += ms;
    },
    /** A file that was uploaded with its form. */
    async uploaded(uploadId: string, mimeType: string, bytes?: Uint8Array, filename?: string) {
      const { organizationId } = sender;
      const upload = { organizationId, uploadId, mimeType, sizeBytes: 1, createdAt: at };
      await ports.uploads.create({ ...upload, ...(filename === undefined ? {} : { filename }) });
      if (bytes) ports.files.objects.set(uploadKey({ organizationId, uploadId }), bytes);
      return { uploadId };
    },
    /** A file that came with a message and was mirrored. */
    async received(messageId: string, mimeType: string, bytes: Uint8Array) {
      const event: MessageEvent = {
        ...{ schemaVersion: 1, eventId: messageId, type: 'message.received', orderKey: 'o' },
        ...{ occurredAt: at, receivedAt: at, ...sender, message: { id: messageId } },
        window: { expiresAt: at },
      };
      ports.ledger.add(event);
      const key = `media/north/${messageId}`;
      const file = { state: 'STORED', revision: 0, at, kind: 'document', key } as const;
      const described = { ...file, mimeType, sizeBytes: bytes.length, sha256: 'ab' };
      await ports.ledger.replace({ event, version: 0 }, described);
      ports.files.objects.set(key, bytes);
      return { messageId };
    },
    /** What is refused, and nothing has been opened or handed over for it. */
    async refusal(asked: SendRequest): Promise<Problem> {
      const answer = await resolve(asked).catch((error: unknown) => error);
      if (!(answer instanceof Problem)) throw new Error('It was not refused');
      expect(ports.credentials.opened).toEqual([]);
      expect(ports.upload.uploaded).toEqual([]);
      return answer;
    },
  };
}

describe('a message with an upload', () => {
  it.each([
    ['image', 'image/jpeg', jpeg],
    ['video', 'video/mp4', sample('video.mp4')],
    ['audio', 'audio/ogg', ogg],
    ['audio', 'audio/mpeg', sample('audio.mp3')],
    ['document', 'application/pdf', pdf],
    ['sticker', 'image/webp', sample('sticker.webp')],
  ])('of type %s as %s is sent with Meta’s id of it', async (type, mimeType, bytes) => {
    const { resolve, uploaded, upload, metaMedia } = world();
    const message = await resolve(request(type, await uploaded('u1', mimeType, bytes)));
    expect(message).toMatchObject({ type, [type]: { id: 'media-1' } });
    const token = 'token of north for 1001';
    expect(upload.uploaded).toEqual([{ phoneNumberId: '2001', mimeType, bytes, token }]);
    expect(metaMedia.handed).toMatchObject([{ mediaId: 'media-1', ...sender }]);
  });

  it('keeps what else it says', async () => {
    const { resolve, uploaded } = world();
    const media = await uploaded('u1', 'application/pdf', pdf, 'invoice.pdf');
    const caption = { caption: 'Yours' };
    expect(await resolve(request('document', media, caption))).toMatchObject({
      to: '+966500000001',
      document: { ...caption, id: 'media-1', filename: 'invoice.pdf' },
    });
    const named = { filename: 'other.pdf' };
    expect(await resolve(request('document', media, named))).toMatchObject({ document: named });
  });

  it('is handed over once, as long as its bytes are the same', async () => {
    const { resolve, uploaded, upload, files } = world();
    const asked = request('image', await uploaded('u1', 'image/jpeg', jpeg));
    const ids = [await resolve(asked), await resolve(asked)];
    expect(ids).toMatchObject([{ image: { id: 'media-1' } }, { image: { id: 'media-1' } }]);
    expect(files.opened).toHaveLength(1);
    files.objects.set('uploads/north/u1', Buffer.concat([jpeg, Buffer.alloc(1)]));
    expect(await resolve(asked)).toMatchObject({ image: { id: 'media-2' } });
    expect(upload.uploaded).toHaveLength(2);
  });

  it('that a browser recorded is converted', async () => {
    const { resolve, uploaded, upload } = world();
    const media = await uploaded('u1', 'audio/webm', webm);
    expect(await resolve(request('audio', media, { voice: true }))).toMatchObject({
      audio: { id: 'media-1', voice: true },
    });
    expect(upload.uploaded[0]?.mimeType).toBe('audio/ogg');
    expect(upload.uploaded[0]?.bytes.toString('latin1', 0, 4)).toBe('OggS');
  });

  it('that is only to be validated is looked at and handed to nobody', async () => {
    const { resolve, uploaded, upload, credentials } = world();
    const media = await uploaded('u1', 'image/jpeg', jpeg);
    await resolve(request('image', media, {}, { validateOnly: true }));
    expect([upload.uploaded, credentials.opened]).toEqual([[], []]);
  });
});

it('a stored file of the number’s own message is forwarded', async () => {
  const { resolve, received, upload } = world();
  const media = await received('wamid.1', 'application/pdf', pdf);
  expect(await resolve(request('document', media))).toMatchObject({ document: { id: 'media-1' } });
  expect(upload.uploaded[0]?.bytes).toEqual(pdf);
});

it('a message without a file beside it stays as it is', async () => {
  const { resolve } = world();
  const asked = request('image', undefined, { id: '123' });
  expect(await resolve(asked)).toEqual(asked.message);
});

describe('before a token is opened', () => {
  type World = ReturnType<typeof world>;
  const stereo = Buffer.from(ogg);
  stereo[37] = 2;
  const mib = 1024 * 1024;

  it.each<[string, (world: World) => Promise<SendRequest>, ProblemCode, string]>([
    ['no upload', async () => request('image', { uploadId: 'u9' }), 'not-found', 'media.uploadId'],
    [
      "another organisation's upload",
      async ({ uploaded }) => ({
        ...request('image', await uploaded('u1', 'image/jpeg', jpeg)),
        organizationId: 'south',
      }),
      'not-found',
      'media.uploadId',
    ],
    [
      'an upload that never came',
      async ({ uploaded }) => request('image', await uploaded('u1', 'image/jpeg')),
      'not-found',
      'media.uploadId',
    ],
    [
      'an upload of yesterday',
      async ({ uploaded, pass }) => {
        pass(24 * 60 * 60 * 1000);
        return request('image', await uploaded('u1', 'image/jpeg', jpeg));
      },
      'not-found',
      'media.uploadId',
    ],
    [
      'no message',
      async () => request('image', { messageId: 'w' }),
      'not-found',
      'media.messageId',
    ],
    [
      "another organisation's message",
      async ({ received }) => ({
        ...request('document', await received('wamid.1', 'application/pdf', pdf)),
        organizationId: 'south',
      }),
      'not-found',
      'media.messageId',
    ],
    [
      "another number's message",
      async ({ received }) => ({
        ...request('document', await received('wamid.1', 'application/pdf', pdf)),
        phoneNumberId: '2002',
      }),
      'not-found',
      'media.messageId',
    ],
    [
      'a file of another kind',
      async ({ uploaded }) => request('image', await uploaded('u1', 'application/pdf', pdf)),
      'media-unusable',
      'media.uploadId',
    ],
    [
      'a file that Meta takes as nothing',
      async ({ received }) => request('document', await received('w', 'application/zip', pdf)),
      'media-unusable',
      'media.messageId',
    ],
    [
      'a file that is too large',
      async ({ uploaded }) =>
        request('image', await uploaded('u1', 'image/jpeg', Buffer.alloc(5 * mib + 1))),
      'media-unusable',
      'media.uploadId',
    ],
    [
      'an empty file',
      async ({ uploaded }) => request('image', await uploaded('u1', 'image/jpeg', Buffer.alloc(0))),
      'media-unusable',
      'media.uploadId',
    ],
    [
      'a large sticker that does not move',
      async ({ uploaded }) =>
        request('sticker', await uploaded('u1', 'image/webp', Buffer.alloc(100 * 1024 + 1))),
      'media-unusable',
      'media.uploadId',
    ],
    [
      'a voice note in stereo',
      async ({ uploaded }) => request('audio', await uploaded('u1', 'audio/ogg', stereo)),
      'media-unusable',
      'media.uploadId',
    ],
    [
      'a recording that is none',
      async ({ uploaded }) => request('audio', await uploaded('u1', 'audio/webm', jpeg)),
      'media-unusable',
      'media.uploadId',
    ],
  ])('%s is refused', async (_what, asked, code, where) => {
    const here = world();
    const { code: is, details } = await here.refusal(await asked(here));
    expect({ is, at: details.problems?.map((one) => one.path) }).toEqual({ is: code, at: [where] });
  });

  it('a connection that Meta has refused is', async () => {
    const here = world();
    const asked = request('image', await here.uploaded('u1', 'image/jpeg', jpeg));
    const credential = await here.credentials.find('north', wabaId);
    if (credential) await here.credentials.invalidate(credential, 'token-invalid', at);
    expect((await here.refusal(asked)).code).toBe('connection-invalid');
  });
});

describe('Meta’s answer to a file', () => {
  it.each<[string, GraphAnswer, ProblemCode]>([
    ['that never comes', { kind: 'ambiguous', problem: 'timeout' }, 'unavailable'],
    ['without an id', { kind: 'ok', body: {} }, 'unavailable'],
    ['of too much', refused(130429), 'throttled'],
    ['of a dead token', refused(190), 'connection-invalid'],
    ['of a file that it does not take', refused(131053), 'meta-refused'],
    ['of its own error', refused(131000), 'meta-error'],
  ])('%s is told, and nothing is kept', async (_what, answer, code) => {
    const { resolve, uploaded, upload, metaMedia, credentials } = world();
    const asked = request('image', await uploaded('u1', 'image/jpeg', jpeg));
    upload.answer = answer;
    await expect(resolve(asked)).rejects.toMatchObject({ code });
    expect(metaMedia.handed).toEqual([]);
    const { state } = (await credentials.find('north', wabaId)) ?? {};
    expect(state).toBe(code === 'connection-invalid' ? 'INVALID' : 'VALID');
  });
});

describe('a request with a file beside its message', () => {
  const problemsOf = (body: object) =>
    requestProblems(sendRequestSchema.safeParse({ ...sender, ...body }).error?.issues ?? []);
  const to = '+966500000001';
  const media = { uploadId: 'u1' };

  it.each<[string, object, object[]]>([
    ['has no content of its own', { message: { to, type: 'sticker' }, media }, []],
    [
      'has an id too',
      { message: { to, type: 'image', image: { id: '1' } }, media },
      [{ path: 'media', detail: expect.stringContaining('message.image') }],
    ],
    [
      'has a link too',
      { message: { to, type: 'image', image: { link: 'https://a.example/b' } }, media },
      [{ path: 'media', detail: expect.stringContaining('message.image') }],
    ],
    [
      'takes none',
      { message: { to, type: 'text', text: { body: 'a' } }, media },
      [{ path: 'media', detail: expect.stringContaining('image, video, audio') }],
    ],
    [
      'names two files',
      { message: { to, type: 'image' }, media: { ...media, messageId: 'm' } },
      [{ path: 'media', detail: 'must have either uploadId or messageId' }],
    ],
    [
      'names none',
      { message: { to, type: 'image' }, media: {} },
      [{ path: 'media', detail: 'must have either uploadId or messageId' }],
    ],
    [
      'has something else wrong',
      { message: { to, type: 'image', image: { caption: 7 } }, media },
      [{ path: 'message.image.caption', detail: expect.any(String) }],
    ],
  ])('that %s', (_what, body, problems) => {
    expect(problemsOf(body)).toEqual(problems);
  });

  it('without one needs an id or a link as ever', () => {
    expect(problemsOf({ message: { to, type: 'image', image: {} } })).toEqual([
      { path: 'message.image', detail: 'must have either id or link' },
    ]);
  });
});

describe('a send with a file beside its message', () => {
  const asked = requestOf({ to: customer, type: 'image' }, { media: { uploadId: 'u1' } });

  /** The send path with a file that Meta gives an id, or that is refused the first times. */
  function sending(refusals: Problem[] = []) {
    let resolved = 0;
    const resolve = async ({ message }: SendRequest) => {
      const refusal = refusals.shift();
      if (refusal) throw refusal;
      resolved++;
      return message.type === 'image' ? { ...message, image: { id: 'media-1' } } : message;
    };
    let isQueueDown = false;
    const here = new SendWorld({}, undefined, ({ queue }) => ({
      outgoingMedia: { resolve },
      queue: {
        async enqueue(queued) {
          if (isQueueDown) throw new Error('SQS is down');
          await queue.enqueue(queued);
        },
      },
    }));
    return {
      here,
      resolved: () => resolved,
      breakQueue: (isDown: boolean) => {
        isQueueDown = isDown;
      },
    };
  }

  it('hands Meta its id, once for a key', async () => {
    const { here, resolved } = sending();
    for (const _ of [1, 2]) {
      expect(await here.request(asked, 'k1')).toMatchObject({ body: { status: 'accepted' } });
    }
    expect(here.calls).toMatchObject([{ body: { type: 'image', image: { id: 'media-1' } } }]);
    expect(resolved()).toBe(1);
  });

  it('waits in the queue with its id', async () => {
    const { here } = sending();
    await here.request({ ...asked, delivery: 'queued' }, 'k1');
    await here.deliverSome();
    expect(here.calls).toMatchObject([{ body: { image: { id: 'media-1' } } }]);
  });

  it('has its id also where a repeat is what queues it', async () => {
    const { here, breakQueue } = sending();
    breakQueue(true);
    expect(await here.request({ ...asked, delivery: 'queued' }, 'k1')).toMatchObject({
      code: 'unavailable',
    });
    breakQueue(false);
    here.advance(60_000);
    await here.request({ ...asked, delivery: 'queued' }, 'k1');
    await here.deliverSome();
    expect(here.calls).toMatchObject([{ body: { image: { id: 'media-1' } } }]);
  });

  it('that is refused leaves its key free', async () => {
    const { here } = sending([new Problem('unavailable', { detail: 'not now' })]);
    expect(await here.request(asked, 'k1')).toMatchObject({ code: 'unavailable' });
    expect(here.ledger.records).toEqual([]);
    expect(await here.request(asked, 'k1')).toMatchObject({ body: { status: 'accepted' } });
  });
});
