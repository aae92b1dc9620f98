import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { tailBytes } from '../../lambdas/transcribe/sound-duration.ts';
import { transcriptEvent } from '../../lambdas/transcribe/transcript-event.ts';
import { mediaBucketInS3 } from '../../lambdas/transcribe/transcript-output.s3.ts';
import type { Note, Transcription } from '../../lambdas/transcribe/transcription.schema.ts';
import { transcriptionsInDynamoDb } from '../../lambdas/transcribe/transcriptions.dynamodb.ts';
import type { Transcriptions } from '../../lambdas/transcribe/transcriptions.port.ts';
import { messageKey } from '../../shared/events/message-item.ts';
import type { Transcript } from '../../shared/media/transcript.schema.ts';
import { settingsInDynamoDb } from '../../shared/settings/settings.dynamodb.ts';
import type { SettingsTable } from '../../shared/settings/settings.port.ts';
import { defaultSettings, settingsSchema } from '../../shared/settings/settings.schema.ts';
import { tableReader } from '../../shared/table/table-reader.dynamodb.ts';
import { MemorySettings } from '../fakes/memory-settings.ts';
import { MemoryTranscriptions } from '../fakes/memory-transcriptions.ts';
import { type Engines, startEngines } from './engines.ts';

let engines: Engines;
beforeAll(async () => {
  engines = await startEngines();
});
afterAll(() => engines.stop());

interface Opened {
  transcriptions: Transcriptions;
  receive(message: Note['message']): Promise<void>;
}

function inMemory(): Opened {
  const transcriptions = new MemoryTranscriptions();
  return { transcriptions, receive: async (message) => transcriptions.receive(message) };
}

function inDynamoDb(): Opened {
  const { dynamoDb: client, tableName, indexName } = engines;
  const reader = tableReader(client, tableName);
  return {
    transcriptions: transcriptionsInDynamoDb(client, { tableName, indexName, reader }),
    async receive(message) {
      const Item = { ...messageItem(message), event: { S: '{}' } };
      await client.send(new PutItemCommand({ TableName: tableName, Item }));
    },
  };
}

function messageItem({ phoneNumberId, messageId }: Note['message']) {
  return { pk: { S: messageKey(phoneNumberId, messageId) }, sk: { S: 'MSG' } };
}

const startedAt = '2026-11-22T10:00:00.000Z';

let next = 0;
function newRecord(differences: Partial<Transcription> = {}): Transcription {
  return {
    name: `nexus-contract-${next++}`,
    organizationId: `org-${next}`,
    key: 'media/one',
    format: 'ogg',
    plan: { mode: 'given', language: 'ar-SA' },
    durationMs: 4000,
    state: 'STARTED',
    startedAt,
    attempt: 1,
    restarts: 0,
    dueAt: '2026-11-22T10:10:00.000Z',
    ...differences,
  };
}

function newNote(revision = 0): Note {
  const message = { organizationId: 'north', phoneNumberId: '2001', messageId: `wamid.${next++}` };
  return { message, revision };
}

const said: Transcript = {
  ...{ state: 'READY', revision: 0, at: startedAt, text: 'مرحبا', language: 'ar-SA' },
  ...{ confidence: 0.9, lowConfidence: false, durationMs: 4000, wordsKey: 'transcripts/x.json' },
};
const free = { seconds: 4, capSeconds: null };

describe.each<[string, () => Opened]>([
  ['in memory', inMemory],
  ['in DynamoDB', inDynamoDb],
])('transcriptions %s', (_where, open) => {
  it('are created once, and found', async () => {
    const { transcriptions } = open();
    const record = newRecord();
    const both = await Promise.all([
      transcriptions.create(record, free),
      transcriptions.create(record, free),
    ]);
    expect(both).toContain('exists');
    expect(both).toContainEqual({ record, version: 1 });
    expect(await transcriptions.find(record.name)).toEqual({ record, version: 1 });
    expect(await transcriptions.find('nobody')).toBeUndefined();
  });

  it('are changed by who has read them last', async () => {
    const { transcriptions } = open();
    const record = newRecord();
    await transcriptions.create(record, free);
    const stored = await transcriptions.find(record.name);
    if (!stored) throw new Error('It is not there');
    const ended: Transcription = { ...record, state: 'FAILED', reason: 'no-speech' };
    const all = await Promise.all([
      transcriptions.replace(stored, ended),
      transcriptions.replace(stored, ended),
    ]);
    expect(all.filter(Boolean)).toEqual([{ record: ended, version: 2 }]);
    expect(await transcriptions.find(record.name)).toEqual({ record: ended, version: 2 });
  });

  it('are counted up to a month and an organisation has no more', async () => {
    const { transcriptions } = open();
    const { organizationId } = newRecord();
    const usage = { seconds: 4, capSeconds: 10 };
    const create = (differences: Partial<Transcription>) =>
      transcriptions.create(newRecord({ organizationId, ...differences }), usage);
    const outcomes = await Promise.all([create({}), create({}), create({})]);
    expect(outcomes.filter((outcome) => outcome === 'cap-reached')).toHaveLength(1);
    expect(await create({})).toBe('cap-reached');
    expect(await create({ startedAt: '2026-12-01T00:00:00.000Z' })).toMatchObject({ version: 1 });
    expect(await create({ organizationId: `${organizationId}-other` })).toMatchObject({
      version: 1,
    });
    const more = { seconds: 11, capSeconds: 10 };
    expect(await transcriptions.create(newRecord(), more)).toBe('cap-reached');
  });

  it('are due at their time, the longest first, and not once nothing is left to be done', async () => {
    const { transcriptions } = open();
    const year = `${3000 + next}`;
    const [first, second] = [
      newRecord({ dueAt: `${year}-01-01T00:01:00.000Z` }),
      newRecord({ dueAt: `${year}-01-01T00:02:00.000Z` }),
    ];
    await transcriptions.create(second, free);
    const stored = await transcriptions.create(first, free);
    const dueAt = async (now: string) =>
      (await transcriptions.due(now, 100)).filter((name) =>
        [first.name, second.name].includes(name),
      );
    expect(await dueAt(`${year}-01-01T00:00:59.000Z`)).toEqual([]);
    expect(await dueAt(`${year}-01-01T00:02:00.000Z`)).toEqual([first.name, second.name]);
    if (typeof stored === 'string') throw new Error(stored);
    const { dueAt: _, ...over } = first;
    await transcriptions.replace(stored, { ...over, state: 'DONE' });
    expect(await dueAt(`${year}-01-01T00:02:00.000Z`)).toEqual([second.name]);
    expect(await transcriptions.due(`${year}-01-01T00:02:00.000Z`, 1)).toHaveLength(1);
  });

  it('have notes that wait for them, each once', async () => {
    const { transcriptions } = open();
    const { name } = newRecord();
    const notes = [newNote(), newNote(), newNote(2)];
    for (const note of notes) {
      expect(await transcriptions.addNote(name, note)).toBe(true);
    }
    expect(await transcriptions.addNote(name, notes[0] ?? newNote())).toBe(false);
    const waiting = await transcriptions.notes(name);
    expect(waiting).toHaveLength(3);
    expect(waiting).toEqual(expect.arrayContaining(notes));
    expect(await transcriptions.notes('nobody')).toEqual([]);
  });

  it('tell a message each revision once', async () => {
    const { transcriptions, receive } = open();
    const note = newNote();
    expect(await transcriptions.isWanted(note)).toBe(false);
    expect(await transcriptions.tell(note, said, transcriptEvent(note, said))).toBe(false);
    await receive(note.message);
    expect(await transcriptions.isWanted(note)).toBe(true);
    const tell = () => transcriptions.tell(note, said, transcriptEvent(note, said));
    expect((await Promise.all([tell(), tell()])).sort()).toEqual([false, true]);
    expect(await transcriptions.isWanted(note)).toBe(false);
    expect(await transcriptions.isWanted({ ...note, revision: 1 })).toBe(true);
  });
});

it('a message that is gone is not made again by its transcript', async () => {
  const note = newNote();
  await inDynamoDb().transcriptions.tell(note, said, transcriptEvent(note, said));
  expect(await itemOf(note)).toBeUndefined();
});

it('a transcript and what is told of it stand on the message', async () => {
  const { transcriptions, receive } = inDynamoDb();
  const note = newNote();
  await receive(note.message);
  const event = transcriptEvent(note, said);
  await transcriptions.tell(note, said, event);
  expect(await itemOf(note)).toMatchObject({
    'transcript:0': { S: JSON.stringify(said) },
    'told:transcript.ready#0': { S: JSON.stringify(event) },
  });
});

async function itemOf({ message }: Note) {
  const { dynamoDb, tableName: TableName } = engines;
  return (await dynamoDb.send(new GetItemCommand({ TableName, Key: messageItem(message) }))).Item;
}

describe.each<[string, () => SettingsTable]>([
  ['in memory', () => new MemorySettings()],
  [
    'in DynamoDB',
    () => {
      const { dynamoDb, tableName } = engines;
      const reader = tableReader(dynamoDb, tableName);
      return settingsInDynamoDb(dynamoDb, { tableName, reader });
    },
  ],
])('settings %s', (_where, open) => {
  it('are the defaults until an organisation decides, then what it has decided last', async () => {
    const table = open();
    expect(await table.read('undecided')).toEqual(defaultSettings);
    for (const languages of ['ar', 'mixed'] as const) {
      const settings = settingsSchema.parse({
        transcription: { languages },
        historyImport: { enabled: languages === 'mixed' },
        retention: { messageDays: languages === 'mixed' ? null : 90 },
      });
      await table.write('decided', settings);
      expect(await table.read('decided')).toEqual(settings);
    }
    expect(await table.read('undecided')).toEqual(defaultSettings);
  });
});

describe('the media bucket in S3', () => {
  const put = (Key: string, Body: Uint8Array) =>
    new S3Client({}).send(new PutObjectCommand({ Bucket: engines.bucket, Key, Body }));

  it.each([0, 10, tailBytes, tailBytes + 1, 3 * tailBytes])(
    'gives the end of an object of %d bytes',
    async (size) => {
      const bytes = Buffer.from(Array.from({ length: size }, (_, index) => index % 251));
      await put(`sound-${size}`, bytes);
      const tail = await mediaBucketInS3(engines.bucket).tail(`sound-${size}`, size);
      expect(Buffer.from(tail ?? [])).toEqual(bytes.subarray(-tailBytes));
    },
  );

  it('gives whole objects, and says which are not there', async () => {
    const media = mediaBucketInS3(engines.bucket);
    await put('transcripts/one.json', Buffer.from('{}'));
    expect(Buffer.from((await media.read('transcripts/one.json')) ?? []).toString()).toBe('{}');
    expect(await media.read('transcripts/none.json')).toBeUndefined();
    expect(await media.tail('none', 100_000)).toBeUndefined();
  });
});
