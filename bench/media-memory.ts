import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import path from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import * as z from 'zod';
import { credentialKey } from '../shared/credentials/credential-item.ts';
import { messageKey } from '../shared/events/message-item.ts';
import type { MediaJob } from '../shared/media/media-record.schema.ts';
import { numberKey } from '../shared/routing/route-items.ts';
import type { Measurement, Row } from './measurement.ts';

const mebibyte = 1024 * 1024;
const sizes = [1, 16, 100];

const message = {
  organizationId: 'bench',
  wabaId: '1001',
  phoneNumberId: '2001',
  conversationId: 'conversation',
  messageId: 'wamid.bench',
};
const sentAt = '2026-11-22T10:00:00.000Z';

const event = {
  schemaVersion: 1,
  eventId: 'bench',
  type: 'message.received',
  occurredAt: sentAt,
  receivedAt: sentAt,
  orderKey: sentAt,
  organizationId: message.organizationId,
  phoneNumberId: message.phoneNumberId,
  message: { id: message.messageId, type: 'document' },
  media: { state: 'pending', kind: 'document', mimeType: 'application/pdf' },
  window: { expiresAt: sentAt },
};

const owner = { organizationId: { S: message.organizationId }, wabaId: { S: message.wabaId } };

const number = numberKey(message.phoneNumberId);
const credential = credentialKey(message.organizationId, message.wabaId);

/** The table's items, by their keys. */
const items = new Map<string, object>([
  [`${number.pk} ${number.sk}`, { state: { S: 'ACTIVE' }, ...owner }],
  [
    `${messageKey(message.phoneNumberId, message.messageId)} MSG`,
    { event: { S: JSON.stringify(event) } },
  ],
  [`${credential.pk} ${credential.sk}`, { state: { S: 'VALID' }, ciphertext: { B: 'AAAA' } }],
]);

const textSchema = z.object({ S: z.string() });
const keySchema = z.object({ pk: textSchema, sk: textSchema });
const getSchema = z.object({ Key: keySchema });
const batchSchema = z.object({
  RequestItems: z.record(z.string(), z.object({ Keys: z.array(keySchema) })),
});

const runSchema = z.object({
  failures: z.number(),
  milliseconds: z.number(),
  peakKib: z.number(),
});

const itemAt = ({ pk, sk }: z.output<typeof keySchema>) => items.get(`${pk.S} ${sk.S}`);

/** What AWS answers, as far as `mirror-media` asks. */
const awsAnswers: Record<string, (body: string) => unknown> = {
  GetItem: (body) => ({ Item: itemAt(getSchema.parse(JSON.parse(body)).Key) }),
  BatchGetItem: (body) => {
    const { RequestItems } = batchSchema.parse(JSON.parse(body));
    const tables = Object.entries(RequestItems).map(([table, { Keys }]) => [
      table,
      Keys.flatMap((key) => {
        const item = itemAt(key);
        return item ? [{ ...key, ...item }] : [];
      }),
    ]);
    return { Responses: Object.fromEntries(tables), UnprocessedKeys: {} };
  },
  UpdateItem: () => ({}),
  Decrypt: () => ({ Plaintext: Buffer.from('token').toString('base64') }),
  GetSecretValue: () => ({
    SecretString: JSON.stringify({ appSecrets: ['secret'], verifyTokens: ['token'] }),
  }),
};

/** A file of so many bytes that nobody holds in memory. */
function* blocksOf(sizeBytes: number): Generator<Buffer> {
  const block = Buffer.alloc(64 * 1024, '%PDF-1.7 ');
  for (let left = sizeBytes; left > 0; left -= block.length) {
    yield block.subarray(0, Math.min(left, block.length));
  }
}

/** Meta and AWS on one port, and what S3 was given. */
async function startWorld(sizeBytes: number) {
  const digest = createHash('sha256');
  for (const block of blocksOf(sizeBytes)) digest.update(block);
  const sha256 = digest.digest('hex');
  const stored = { requests: 0, bytes: 0 };
  let url = '';

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target =
      String(request.headers['x-amz-target'] ?? '')
        .split('.')
        .at(-1) ?? '';
    if (request.method === 'PUT') {
      stored.requests++;
      for await (const chunk of request) stored.bytes += chunk.length;
      response.setHeader('etag', '"etag"').end();
    } else if (target) {
      const body = awsAnswers[target]?.(await text(request)) ?? {};
      response.setHeader('content-type', 'application/x-amz-json-1.0').end(JSON.stringify(body));
    } else if (request.url?.startsWith('/file')) {
      response.setHeader('content-length', sizeBytes);
      await pipeline(Readable.from(blocksOf(sizeBytes), { objectMode: false }), response);
    } else {
      response.end(JSON.stringify({ url: `${url}/file`, sha256, file_size: sizeBytes }));
    }
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error) => response.destroy(error));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  return {
    url,
    stored,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const handlerFile = path.resolve(import.meta.dirname, '../lambdas/media/mirror-media.handler.ts');

const child = `
const { handler } = await import(${JSON.stringify(handlerFile)});
const startedAt = performance.now();
const { batchItemFailures } = await handler(JSON.parse(process.env.EVENT), {});
console.log(JSON.stringify({
  failures: batchItemFailures.length,
  milliseconds: Math.round(performance.now() - startedAt),
  peakKib: process.resourceUsage().maxRSS,
}));`;

/** The function's own process: its sources as they are, so what a bundle saves is not yet saved. */
async function run(url: string): Promise<z.output<typeof runSchema>> {
  const job: MediaJob = {
    schemaVersion: 1,
    message,
    revision: 0,
    mediaId: '1',
    kind: 'document',
    mimeType: 'application/pdf',
    occurredAt: sentAt,
  };
  const record = {
    messageId: '1',
    receiptHandle: '1',
    body: JSON.stringify(job),
    eventSourceARN: 'arn:aws:sqs:eu-west-1:000000000000:media-jobs',
    attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(Date.now()) },
  };
  const worker = spawn(process.execPath, ['--input-type=module', '-e', child], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      EVENT: JSON.stringify({ Records: [record] }),
      NODE_OPTIONS: '--max-semi-space-size=1',
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'bench',
      AWS_SECRET_ACCESS_KEY: 'bench',
      AWS_ENDPOINT_URL: url,
      TABLE_NAME: 'Table',
      MEDIA_BUCKET: 'media',
      RAW_BUCKET: 'raw',
      MEDIA_JOBS_QUEUE_URL: `${url}/000000000000/media-jobs`,
      APP_SECRET_ARN: 'arn:aws:secretsmanager:eu-west-1:000000000000:secret:app',
      TOKEN_KEY_ARN: 'arn:aws:kms:eu-west-1:000000000000:key/token',
      GRAPH_URL: url,
      GRAPH_VERSION: 'v25.0',
      POWERTOOLS_SERVICE_NAME: 'mirror-media',
    },
  });
  const lines = (await text(worker.stdout)).trim().split('\n');
  return runSchema.parse(JSON.parse(lines.at(-1) ?? ''));
}

/** What `mirror-media` needs of memory for one file, in a process of its own, with Meta and AWS beside it. */
export const mediaMemory: Measurement = {
  title: 'memory of mirror-media for one file; MiB of resident memory at most, requests to S3',
  minutes: 1,
  async run() {
    const rows: Row[] = [];
    for (const size of sizes) {
      const world = await startWorld(size * mebibyte);
      try {
        const { failures, milliseconds, peakKib } = await run(world.url);
        const { requests, bytes } = world.stored;
        if (failures > 0 || bytes !== size * mebibyte) throw new Error('The file was not stored');
        rows.push({
          'file MiB': size,
          'peak MiB': Math.round(peakKib / 1024),
          'S3 requests': requests,
          ms: milliseconds,
        });
      } finally {
        world.stop();
      }
    }
    return rows;
  },
};
