import { randomUUID } from 'node:crypto';
import { CreateTableCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { conversationLookupInDynamoDb } from '../../lambdas/inbox/conversation-lookup.dynamodb.ts';
import { workErasure } from '../../lambdas/inbox/erase.ts';
import { erasureDataInDynamoDb } from '../../lambdas/inbox/erasure-data.dynamodb.ts';
import type { ErasureMessage } from '../../lambdas/inbox/erasure-job.schema.ts';
import { erasureJobs } from '../../lambdas/inbox/erasure-job.schema.ts';
import { erasableObjectsInS3 } from '../../lambdas/inbox/erasure-objects.s3.ts';
import { erasureProgress, requestErasure } from '../../lambdas/inbox/erasure-requests.ts';
import { jobsInDynamoDb } from '../../lambdas/inbox/jobs.dynamodb.ts';
import { jobsOfChange, type OutgoingJob } from '../../lambdas/inbox/jobs-of-change.ts';
import { peopleInDynamoDb } from '../../lambdas/inbox/people.dynamodb.ts';
import { storedEventsInDynamoDb } from '../../lambdas/inbox/stored-events.dynamodb.ts';
import { aliasesInDynamoDb } from '../../lambdas/ingest/alias.dynamodb.ts';
import { ledgerInDynamoDb } from '../../lambdas/ingest/ledger.dynamodb.ts';
import { normalise } from '../../lambdas/ingest/normalise.ts';
import { receiveWebhook } from '../../lambdas/ingest/receive-webhook.ts';
import { sendFactsInDynamoDb } from '../../lambdas/ingest/send-facts.dynamodb.ts';
import { mediaObjectKey } from '../../lambdas/media/fetch-file.ts';
import { mediaErrorsInDynamoDb } from '../../lambdas/media/media-errors.dynamodb.ts';
import { mirrorMedia } from '../../lambdas/media/mirror-media.ts';
import { graphTokensInDynamoDb } from '../../lambdas/send/facade/graph-tokens.dynamodb.ts';
import { messagesInDynamoDb } from '../../lambdas/send/messages.dynamodb.ts';
import { jobEnded } from '../../lambdas/transcribe/move-transcription.ts';
import { transcribeNote } from '../../lambdas/transcribe/transcribe-note.ts';
import type { TranscriptionOrder } from '../../lambdas/transcribe/transcriber.port.ts';
import { mediaBucketInS3 } from '../../lambdas/transcribe/transcript-output.s3.ts';
import { transcriptionsInDynamoDb } from '../../lambdas/transcribe/transcriptions.dynamodb.ts';
import { connectionsInDynamoDb } from '../../shared/connections/connections.dynamodb.ts';
import { AccessToken } from '../../shared/credentials/access-token.ts';
import { messageKey } from '../../shared/events/message-item.ts';
import { jsonApi } from '../../shared/http/api.ts';
import { mediaLedgerInDynamoDb } from '../../shared/media/media-ledger.dynamodb.ts';
import type { ConnectedNumber } from '../../shared/routing/route.port.ts';
import { sendLedgerInDynamoDb } from '../../shared/sends/send-ledger.dynamodb.ts';
import { defaultSettings } from '../../shared/settings/settings.schema.ts';
import { objectStoreInS3 } from '../../shared/storage/object-store.s3.ts';
import { type TableItem, tableReader } from '../../shared/table/table-reader.dynamodb.ts';
import type { Engines } from '../contract/engines.ts';
import { MemoryWebhookQueue } from '../fakes/memory-queues.ts';
import { MemorySettings } from '../fakes/memory-settings.ts';
import { messageOf } from '../media/media-fixtures.ts';
import { sign } from '../pipeline/pipeline.ts';

type Through = <Port extends object>(port: Port) => Port;

/**
 * The functions that write what an erasure erases, and the erasure, with their own adapters on real
 * engines: an empty table, and an empty bucket.
 */
export async function openErasureWorld(
  { dynamoDb: client, bucket }: Engines,
  connected: readonly ConnectedNumber[],
  { retentionDays = 90 } = {},
) {
  const tableName = `Erasure-${randomUUID()}`;
  await erasableObjectsInS3(bucket).removeAll('');
  await createTable();
  let nowMs = Date.parse('2026-11-22T10:00:00.000Z');
  const now = () => new Date(nowMs);
  const reader = tableReader(client, tableName);
  const config = { tableName, reader };
  const raw = objectStoreInS3(bucket, { requestTimeout: 5000, maxAttempts: 3 });
  const s3 = new S3Client({});
  const ledger = ledgerInDynamoDb(client, { tableName, retentionDays: async () => 90, now });
  const aliases = aliasesInDynamoDb(client, tableName);
  const sends = sendLedgerInDynamoDb(client, { ...config, indexName: 'Listing' });
  const messages = messagesInDynamoDb(client, { ...config, retentionDays: async () => 90, now });
  const transcriptions = transcriptionsInDynamoDb(client, { ...config, indexName: 'Listing' });
  const media = mediaBucketInS3(bucket);
  const routeOf = (phoneNumberId: string) =>
    connected.find((number) => number.phoneNumberId === phoneNumberId);

  const webhookPorts = {
    routes: {
      byPhoneNumber: async (phoneNumberId: string) => routeOf(phoneNumberId),
      byWaba: async () => [],
    },
    ...{ aliases, ledger, sends, store: raw, rawBucket: bucket, now },
    sendFacts: sendFactsInDynamoDb(client, { ...config, now }),
    connections: connectionsInDynamoDb(client, config),
    settings: new MemorySettings(),
    noteSightings: async () => undefined,
  };

  /** Takes a webhook of Meta's, and lets it be stored. */
  async function post(webhook: unknown) {
    const queue = new MemoryWebhookQueue();
    const body = Buffer.from(JSON.stringify(webhook));
    const appSecret = { appSecrets: ['an app secret'], verifyTokens: ['token'] };
    await receiveWebhook(body, sign(body), {
      ...{ appSecret: { read: async () => appSecret }, queue, store: raw, now },
    });
    for (const message of queue.messages) {
      await normalise(message.body, webhookPorts);
    }
  }

  const mirrorPorts = {
    ledger: mediaLedgerInDynamoDb(client, config),
    routes: webhookPorts.routes,
    settings: webhookPorts.settings,
    credentials: {
      find: async (organizationId: string, wabaId: string) => ({
        ...{ organizationId, wabaId, state: 'VALID' as const, ciphertext: new Uint8Array() },
      }),
      wabasOf: async () => [],
      open: async () => new AccessToken('token'),
      invalidate: async () => false,
    },
    errors: mediaErrorsInDynamoDb(client, config),
    graph: {
      call: async ({ path }: { path: string }) => ({
        ...{ kind: 'ok' as const, body: { url: `https://meta.test/${path}` } },
      }),
    },
    download: {
      async open(url: string) {
        const [, name = '', isSound] = /(\w+?)(-\w+)?$/.exec(url) ?? [];
        const kind = isSound ? 'OggS\0' : '';
        const bytes = Buffer.from(`${kind} file of ${name}`);
        return {
          ...{ kind: 'open' as const, sizeBytes: bytes.length, close: () => undefined },
          bytes: (async function* () {
            yield bytes;
          })(),
        };
      },
    },
    store: {
      async put({ key, bytes }: { key: string; bytes: AsyncIterable<Uint8Array> }) {
        const chunks: Uint8Array[] = [];
        for await (const chunk of bytes) {
          chunks.push(chunk);
        }
        await raw.put(key, Buffer.concat(chunks));
      },
    },
    now,
    report: (error: unknown) => {
      throw error;
    },
  };

  const orders = new Map<string, TranscriptionOrder>();
  const transcribePorts = {
    ...{ transcriptions, media, now, onTold: () => undefined, jobNamePrefix: 'test-' },
    settings: { read: async () => defaultSettings },
    transcriber: {
      async start(order: TranscriptionOrder) {
        orders.set(order.jobName, order);
        return 'started' as const;
      },
      look: async () => ({ status: 'COMPLETED' }),
    },
    toTranscribable: async () => ({ ok: false as const, problem: 'none' }),
  };

  /** Lets Transcribe end all that it was given. */
  async function endTranscriptions(): Promise<void> {
    for (const [name, { outputKey }] of orders) {
      const item = {
        ...{ type: 'pronunciation', start_time: '0.1', end_time: '3.2' },
        alternatives: [{ confidence: '0.9', content: 'spoken' }],
      };
      const results = { transcripts: [{ transcript: `words of ${name}` }], items: [item] };
      const output = { results: { ...results, language_code: 'en-US' } };
      await raw.put(outputKey, Buffer.from(JSON.stringify(output)));
      await jobEnded(name, 'COMPLETED', transcribePorts);
    }
    orders.clear();
  }

  const queued: ErasureMessage[] = [];
  const data = erasureDataInDynamoDb(client, config);
  const people = peopleInDynamoDb(client, { tableName, listingIndex: 'Listing' });
  const erasures = jobsInDynamoDb(client, config, erasureJobs);
  const events = storedEventsInDynamoDb(client, { tableName, conversationIndex: 'Conversation' });
  const erasureQueue = { send: async (message: ErasureMessage) => void queued.push(message) };

  async function createTable(): Promise<void> {
    const keys = (partition: string, order: string) => [
      { AttributeName: partition, KeyType: 'HASH' as const },
      { AttributeName: order, KeyType: 'RANGE' as const },
    ];
    const indexKeys = {
      Listing: ['listing', 'listingOrder'],
      Conversation: ['conversationId', 'orderKey'],
    } as const;
    await client.send(
      new CreateTableCommand({
        ...{ TableName: tableName, BillingMode: 'PAY_PER_REQUEST', KeySchema: keys('pk', 'sk') },
        AttributeDefinitions: ['pk', 'sk', ...Object.values(indexKeys).flat()].map(
          (AttributeName) => ({ AttributeName, AttributeType: 'S' }),
        ),
        GlobalSecondaryIndexes: Object.entries(indexKeys).map(([IndexName, [hash, range]]) => ({
          ...{ IndexName, KeySchema: keys(hash, range) },
          Projection: { ProjectionType: 'KEYS_ONLY' },
        })),
      }),
    );
  }

  async function items(): Promise<TableItem[]> {
    const found: TableItem[] = [];
    let start: TableItem | undefined;
    do {
      const scan = new ScanCommand({ TableName: tableName, ExclusiveStartKey: start });
      const { Items = [], LastEvaluatedKey } = await client.send(scan);
      found.push(...Items);
      start = LastEvaluatedKey;
    } while (start);
    return found;
  }

  /** The jobs that follow from what is in the table. */
  async function jobs() {
    const images = (await items()).map((item) =>
      Object.fromEntries(Object.entries(item).flatMap(([name, { S }]) => (S ? [[name, S]] : []))),
    );
    return images.flatMap((image) => jobsOfChange(undefined, image));
  }

  return {
    ...{ ledger, sends, messages, raw, queued, data, events, now, post, items, jobs },
    ...{ endTranscriptions },
    advance(ms: number) {
      nowMs += ms;
    },
    /** What had begun before an erasure, and ends behind it. */
    async lateWrites(late: OutgoingJob | undefined, conversationId: string, messageId: string) {
      if (late?.queueName !== 'mediaJobs') {
        throw new Error('No job of a file');
      }
      await raw.put(mediaObjectKey(late.job), Buffer.from('late bytes'));
      const message = { ...late.job.message, conversationId, messageId };
      const { media: file, ...event } = messageOf({ ...late.job, message });
      const key = messageKey(message.phoneNumberId, messageId);
      await ledger.storeEvent({ key, event });
    },
    graphTokens: graphTokensInDynamoDb({ client, tableName, reader }),
    /** Puts the organisation's connection into a state. */
    async connect(state: 'active' | 'disconnected') {
      const [{ organizationId, wabaId } = { organizationId: '', wabaId: '' }] = connected;
      const at = now().toISOString();
      await webhookPorts.connections.change({ organizationId, wabaId }, () => ({
        ...{ organizationId, wabaId, state, stateAt: at, connectedAt: at, source: 'by-hand' },
        ...{ steps: {}, numbers: [], webhookOverride: false, scopes: [], restrictions: [] },
      }));
    },
    work: (job: OutgoingJob): Promise<unknown> =>
      job.queueName === 'mediaJobs'
        ? mirrorMedia(job.job, { receives: 1, queuedAt: now() }, mirrorPorts)
        : transcribeNote(job.job, transcribePorts),
    /** The objects of the bucket, by their keys. */
    async objects(): Promise<Map<string, string>> {
      const found = new Map<string, string>();
      let token: string | undefined;
      do {
        const list = new ListObjectsV2Command({ Bucket: bucket, ContinuationToken: token });
        const { Contents = [], NextContinuationToken } = await s3.send(list);
        for (const { Key = '' } of Contents) {
          const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
          found.set(Key, (await Body?.transformToString()) ?? '');
        }
        token = NextContinuationToken;
      } while (token);
      return found;
    },
    async call(
      method: 'GET' | 'POST',
      input: Record<string, unknown>,
      through: Through = (port) => port,
    ) {
      const ports = {
        ...{ erasures: through(erasures), erasureData: through(data), events: through(events) },
        conversations: through(conversationLookupInDynamoDb(reader)),
        connections: through(webhookPorts.connections),
        ...{ erasureQueue: through(erasureQueue), now },
      };
      const api = jsonApi(
        { POST: requestErasure(ports), GET: erasureProgress(ports) },
        {
          organizationsClaim: undefined,
          onError(error) {
            throw error;
          },
        },
      );
      const answer = await api({
        rawPath: '/whatsapp-erasure',
        requestContext: { http: { method } },
        headers: { 'content-type': 'application/json' },
        ...(method === 'GET' ? { queryStringParameters: input } : { body: JSON.stringify(input) }),
        isBase64Encoded: false,
      });
      const body: Record<string, unknown> = JSON.parse(answer.body);
      return { status: answer.statusCode, body };
    },
    /**
     * Works an erasure once.
     * @param through what the calls of the ports pass
     * @returns in how many ms it has to come again
     */
    erase(message: ErasureMessage, hasTime = () => true, through: Through = (port) => port) {
      const objects = erasableObjectsInS3(bucket);
      return workErasure(message, {
        ...{ jobs: through(erasures), data: through(data), people: through(people) },
        ...{ events: through(events), media: through(objects), raw: through(objects) },
        ...{ now, hasTime, settleMs: 900_000, retentionDays },
      });
    },
  };
}

/** See `openErasureWorld`. */
export type ErasureWorld = Awaited<ReturnType<typeof openErasureWorld>>;
