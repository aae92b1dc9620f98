import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { attachment } from '../../lambdas/media/media-link.ts';
import { mediaLinksInS3 } from '../../lambdas/media/media-links.s3.ts';
import { uploadForm } from '../../lambdas/media/upload-form.ts';
import { transcriptsInDynamoDb } from '../../lambdas/media/whatsapp-media-transcripts.dynamodb.ts';
import type { MediaFiles } from '../../lambdas/send/media/media-files.port.ts';
import { mediaFilesInS3 } from '../../lambdas/send/media/media-files.s3.ts';
import { mediaUploadOverHttps } from '../../lambdas/send/media/media-upload.graph.ts';
import { metaMediaInDynamoDb } from '../../lambdas/send/media/meta-media.dynamodb.ts';
import type { MetaMedia } from '../../lambdas/send/media/meta-media.port.ts';
import { outgoingMedia } from '../../lambdas/send/media/outgoing-media.ts';
import { receivedFilesInDynamoDb } from '../../lambdas/send/media/received-files.dynamodb.ts';
import { mediaOwnersInDynamoDb } from '../../lambdas/send/media-owner.dynamodb.ts';
import { sendRequestSchema } from '../../lambdas/send/send-request.schema.ts';
import { listenLocally, stopServer } from '../../local/servers.ts';
import { AccessToken } from '../../shared/credentials/access-token.ts';
import { messageKey } from '../../shared/events/message-item.ts';
import { transcriptAttribute } from '../../shared/media/media-attributes.ts';
import { mediaKey } from '../../shared/media/media-item.ts';
import { toVoiceMessage } from '../../shared/media/remux.ts';
import { uploadLifetimeMs } from '../../shared/media/upload-item.schema.ts';
import { uploadsInDynamoDb } from '../../shared/media/uploads.dynamodb.ts';
import type { Uploads } from '../../shared/media/uploads.port.ts';
import { tableReader } from '../../shared/table/table-reader.dynamodb.ts';
import { MemoryCredentials } from '../fakes/memory-credentials.ts';
import {
  MemoryMediaFiles,
  MemoryMetaMedia,
  MemoryUploads,
} from '../fakes/memory-outgoing-media.ts';
import { signUpTenant, startEdges } from '../simulator/edge-server.ts';
import { type Engines, startEngines } from './engines.ts';

const webm = readFileSync(new URL('../fixtures/media/voice.webm', import.meta.url));

let engines: Engines;
beforeAll(async () => {
  engines = await startEngines();
});
afterAll(() => engines.stop());

const at = '2026-11-22T10:00:00.000Z';
const clock = { ms: Date.parse(at) };
const now = () => new Date(clock.ms);
afterEach(() => {
  clock.ms = Date.parse(at);
});
const table = () => {
  const { dynamoDb: client, tableName } = engines;
  return { client, tableName, reader: tableReader(client, tableName), now };
};
let next = 0;
const newName = (kind: string) => `${kind}-${next++}`;

describe.each<[string, () => Uploads]>([
  ['in memory', () => new MemoryUploads(now)],
  ['in DynamoDB', () => uploadsInDynamoDb(table())],
])('the uploads %s', (_where, open) => {
  it.each([{}, { filename: 'عقد.pdf' }])(
    'are found by their organisation for a day: %j',
    async (more) => {
      const uploads = open();
      const upload = {
        ...{ organizationId: 'north', uploadId: newName('upload'), mimeType: 'image/png' },
        ...{ sizeBytes: 7, createdAt: at, ...more },
      };
      await uploads.create(upload);
      expect(await uploads.find('north', upload.uploadId)).toEqual(upload);
      expect(await uploads.find('south', upload.uploadId)).toBeUndefined();
      expect(await uploads.find('north', newName('upload'))).toBeUndefined();
      clock.ms += uploadLifetimeMs - 1;
      expect(await uploads.find('north', upload.uploadId)).toEqual(upload);
      clock.ms += 1;
      expect(await uploads.find('north', upload.uploadId)).toBeUndefined();
    },
  );
});

describe.each<[string, () => MetaMedia]>([
  ['in memory', () => new MemoryMetaMedia()],
  ['in DynamoDB', () => metaMediaInDynamoDb(table())],
])('what Meta was handed, %s', (_where, open) => {
  it('is found by its name', async () => {
    const metaMedia = open();
    const name = newName('name');
    expect(await metaMedia.idOf(name)).toBeUndefined();
    for (const mediaId of [newName('media'), newName('media')]) {
      await metaMedia.remember({ name, mediaId, organizationId: 'north', phoneNumberId: '2001' });
      expect(await metaMedia.idOf(name)).toBe(mediaId);
    }
  });
});

it('a file that Meta was handed is the number’s own, and is used as long as a send may still wait', async () => {
  const { reader, client, tableName } = table();
  const metaMedia = metaMediaInDynamoDb(table());
  const [name, mediaId] = [newName('name'), newName('media')];
  const owner = { organizationId: 'north', phoneNumberId: '2001' };
  await metaMedia.remember({ name, mediaId, ...owner });
  expect(await mediaOwnersInDynamoDb(reader).ownerOf(mediaId)).toEqual(owner);
  const { Item } = await client.send(
    new GetItemCommand({
      TableName: tableName,
      Key: { pk: { S: mediaKey(mediaId) }, sk: { S: 'MEDIA' } },
    }),
  );
  expect(Item?.['expiresAt']).toEqual({ N: String(Date.parse('2026-12-23T10:00:00Z') / 1000) });
  clock.ms = Date.parse('2026-12-14T09:59:59.000Z');
  expect(await metaMedia.idOf(name)).toBe(mediaId);
  clock.ms += 1000;
  expect(await metaMedia.idOf(name)).toBeUndefined();
});

describe('the transcripts in DynamoDB', () => {
  const ready = {
    ...{ state: 'READY', revision: 0, at, text: 'مرحبا', language: 'ar-SA', confidence: 0.9 },
    ...{ lowConfidence: false, durationMs: 900, wordsKey: 'w' },
  } as const;
  const wish = (revision: number) => ({ revision, languages: 'ar', at }) as const;

  async function stored() {
    const { client, tableName, reader } = table();
    const messageId = newName('wamid');
    const key = { pk: { S: messageKey('2001', messageId) }, sk: { S: 'MSG' } };
    const transcript = { [transcriptAttribute(0)]: { S: JSON.stringify(ready) } };
    const Item = { ...key, organizationId: { S: 'north' }, ...transcript };
    await client.send(new PutItemCommand({ TableName: tableName, Item }));
    return { messageId, transcripts: transcriptsInDynamoDb(client, { tableName, reader }) };
  }

  it('are told with the revisions that are asked for, each once', async () => {
    const { messageId, transcripts } = await stored();
    const answers = await Promise.all(
      [1, 2].map(() => transcripts.ask('2001', messageId, wish(1))),
    );
    expect(answers.sort()).toEqual([false, true]);
    expect(await transcripts.ask('2001', messageId, wish(0))).toBe(false);
    expect(await transcripts.ask('2001', messageId, wish(2))).toBe(true);
    const found = await transcripts.find('2001', messageId);
    expect(found).toMatchObject({ organizationId: 'north', transcripts: [ready] });
    expect(new Set(found?.asked)).toEqual(new Set([1, 2]));
  });

  it('of a message that is not there stay away', async () => {
    const { messageId, transcripts } = await stored();
    expect(await transcripts.ask('2002', messageId, wish(1))).toBe(false);
    expect(await transcripts.find('2002', messageId)).toBeUndefined();
  });
});

const noHurry = () => new AbortController().signal;

describe.each<[string, () => MediaFiles & { put(key: string, bytes: Buffer): Promise<void> }]>([
  [
    'in memory',
    () => {
      const files = new MemoryMediaFiles();
      return {
        look: (key) => files.look(key),
        open: (key, version) => files.open(key, version),
        put: async (key, bytes) => void files.objects.set(key, bytes),
      };
    },
  ],
  [
    'in S3',
    () => ({
      ...mediaFilesInS3(engines.bucket),
      put: async (Key, Body) => {
        await new S3Client({}).send(new PutObjectCommand({ Bucket: engines.bucket, Key, Body }));
      },
    }),
  ],
])('the media files %s', (_where, start) => {
  it('are looked at, and opened as long as they are the same', async () => {
    const files = start();
    const key = `uploads/north/${newName('upload')}`;
    expect(await files.look(key)).toBeUndefined();
    await files.put(key, Buffer.from('first'));
    const found = await files.look(key);
    expect(found).toEqual({ sizeBytes: 5, version: expect.any(String) });
    const { version = '' } = found ?? {};
    const opened = await files.open(key, version, noHurry());
    expect((await buffer(opened)).toString()).toBe('first');
    await files.put(key, Buffer.from('other'));
    expect((await files.look(key))?.version).not.toBe(version);
    await expect(files.open(key, version, noHurry())).rejects.toThrow();
  });
});

it('an opened file in S3 ends with an error when its time is over', async () => {
  const key = newName('large');
  const Body = Buffer.alloc(4 * 1024 * 1024);
  await new S3Client({}).send(new PutObjectCommand({ Bucket: engines.bucket, Key: key, Body }));
  const files = mediaFilesInS3(engines.bucket);
  const { version = '' } = (await files.look(key)) ?? {};
  const hurry = new AbortController();
  const opened = await files.open(key, version, hurry.signal);
  hurry.abort();
  await expect(buffer(opened)).rejects.toThrow();
  const late = new AbortController();
  await files.open(key, version, late.signal);
  late.abort();
  // An error that nobody listens for would come up here.
  await new Promise((resolve) => setImmediate(resolve));
});

it('what a form has uploaded comes back by a link', async () => {
  const links = mediaLinksInS3(engines.bucket);
  const key = `uploads/north/${newName('upload')}`;
  const form = await links.upload({
    key,
    lifetimeSeconds: 900,
    mimeType: 'image/png',
    maxBytes: 9,
  });
  const body = new FormData();
  for (const [name, value] of Object.entries(form.fields)) body.append(name, value);
  body.append('file', new File(['pixels'], 'any'));
  const { status } = await fetch(form.url, { method: 'POST', body });
  expect(status).toBe(204);
  const disposition = attachment('صورة.png');
  const object = { key, lifetimeSeconds: 300, mimeType: 'image/png', disposition };
  const response = await fetch(await links.download(object));
  expect(await response.text()).toBe('pixels');
});

describe('an upload to Meta', () => {
  const appSecret = 'app-secret';
  const source = { read: async () => ({ appSecrets: [appSecret], verifyTokens: [] }) };
  const uploadTo = (url: string) =>
    mediaUploadOverHttps({ url, version: 'v25.0', appSecret: source });
  async function* inChunks(bytes: Buffer) {
    for (let at = 0; at < bytes.length; at += 64 * 1024) yield bytes.subarray(at, at + 64 * 1024);
  }
  const file = (bytes: Buffer, mimeType: string, phoneNumberId = '2001') => ({
    ...{ phoneNumberId, mimeType, sizeBytes: bytes.length, bytes: inChunks(bytes) },
  });
  const token = new AccessToken('EAAtest');

  it('arrives byte for byte, for its number', async () => {
    const graph = await startEdges();
    try {
      const tenant = await signUpTenant(graph);
      const bytes = Buffer.alloc(20 * 1024 * 1024, '%PDF-1.7\r\n--');
      const answer = await uploadTo(graph.url).upload(
        file(bytes, 'application/pdf', tenant.phoneNumberId),
        new AccessToken(tenant.token),
        noHurry(),
      );
      expect(answer).toMatchObject({ kind: 'ok', body: { id: expect.any(String) } });
      const [kept] = graph.media.uploaded.values();
      expect(kept).toMatchObject({
        mimeType: 'application/pdf',
        phoneNumberId: tenant.phoneNumberId,
      });
      expect(kept?.sha256).toEqual(createHash('sha256').update(bytes).digest());
      const refused = await uploadTo(graph.url).upload(
        file(Buffer.from('GIF89a'), 'image/gif', tenant.phoneNumberId),
        new AccessToken(tenant.token),
        noHurry(),
      );
      expect(refused).toMatchObject({ kind: 'refused', error: { code: 100 } });
    } finally {
      await graph.stop();
    }
  });

  it('of what a browser has recorded arrives as a voice message, once', async () => {
    const graph = await startEdges();
    try {
      const { wabaId, phoneNumberId, token: reveal } = await signUpTenant(graph);
      const credentials = new MemoryCredentials();
      credentials.connect('north', wabaId, reveal);
      const { reader } = table();
      const uploads = uploadsInDynamoDb(table());
      const media = outgoingMedia({
        ...{ uploads, credentials, toVoiceMessage, now },
        received: receivedFilesInDynamoDb(reader),
        files: mediaFilesInS3(engines.bucket),
        metaMedia: metaMediaInDynamoDb(table()),
        upload: uploadTo(graph.url),
        report: (error) => {
          throw error;
        },
      });
      const wanted = { organizationId: 'north', mimeType: 'audio/webm', sizeBytes: 1648 };
      const links = mediaLinksInS3(engines.bucket);
      const { uploadId, url, fields } = await uploadForm(wanted, { uploads, links, now });
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.append(name, value);
      form.append('file', new File([new Uint8Array(webm)], 'recording'));
      expect((await fetch(url, { method: 'POST', body: form })).ok).toBe(true);
      const message = { to: '+966500000001', type: 'audio', audio: { voice: true } };
      const sent = { organizationId: 'north', phoneNumberId, message, media: { uploadId } };
      const request = sendRequestSchema.parse(sent);
      const resolved = [await media.resolve(request, wabaId), await media.resolve(request, wabaId)];
      const [[id, kept] = []] = [...graph.media.uploaded];
      expect(graph.media.uploaded.size).toBe(1);
      expect(kept).toMatchObject({ mimeType: 'audio/ogg', phoneNumberId });
      expect(kept?.contentProblem).toBeUndefined();
      expect(resolved).toMatchObject([1, 2].map(() => ({ audio: { id, voice: true } })));
    } finally {
      await graph.stop();
    }
  });

  async function serving(
    listener: Parameters<typeof createServer>[1],
    work: (url: string) => Promise<void>,
  ) {
    const server = createServer(listener);
    const url = await listenLocally(server);
    try {
      await work(url);
    } finally {
      server.closeAllConnections();
      await stopServer(server);
    }
  }

  it('announces its length, and carries the token and its proof', async () => {
    const seen: object[] = [];
    await serving(
      async (incoming, response) => {
        const length = (await buffer(incoming)).length;
        seen.push({ url: incoming.url, length, headers: incoming.headers });
        response.end('{"id":"1"}');
      },
      async (url) => {
        await uploadTo(url).upload(file(Buffer.from('text'), 'text/plain'), token, noHurry());
        const [request] = seen;
        expect(request).toMatchObject({
          url: expect.stringMatching(/^\/v25\.0\/2001\/media\?appsecret_proof=[0-9a-f]{64}$/),
          headers: { authorization: 'Bearer EAAtest' },
        });
        const length = Object.entries(request ?? {}).find(([name]) => name === 'length')?.[1];
        expect(request).toMatchObject({ headers: { 'content-length': String(length) } });
      },
    );
  });

  const large = Buffer.alloc(8 * 1024 * 1024);

  it('that is refused before it is through is refused', async () => {
    const error = JSON.stringify({ error: { code: 190, message: 'dead' } });
    await serving(
      (_incoming, response) => {
        response.writeHead(401, { 'content-type': 'application/json' }).end(error);
      },
      async (url) => {
        const answer = await uploadTo(url).upload(file(large, 'video/mp4'), token, noHurry());
        expect(answer).toMatchObject({ kind: 'refused', error: { code: 190 } });
      },
    );
  });

  it.each<[string, Parameters<typeof createServer>[1]]>([
    ['is never answered', () => {}],
    ['is cut off', (incoming) => incoming.socket.destroy()],
    ['is answered in part', (_incoming, response) => response.writeHead(200).write('{"id":')],
    ['is answered with a page', (_incoming, response) => response.end('<html>')],
  ])('is ambiguous where it %s', async (_what, listener) => {
    await serving(listener, async (url) => {
      const signal = AbortSignal.timeout(300);
      const answer = await uploadTo(url).upload(file(large, 'video/mp4'), token, signal);
      expect(answer.kind).toBe('ambiguous');
    });
  });

  it('is ambiguous where the file breaks off', async () => {
    await serving(
      (incoming) => incoming.resume(),
      async (url) => {
        const bytes = (async function* () {
          yield large;
          throw new Error('S3 has hung up');
        })();
        const broken = { ...file(large, 'video/mp4'), sizeBytes: 2 * large.length, bytes };
        const answer = await uploadTo(url).upload(broken, token, noHurry());
        expect(answer.kind).toBe('ambiguous');
      },
    );
  });
});
