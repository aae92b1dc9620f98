import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { aliasesInDynamoDb } from '../../lambdas/ingest/alias.dynamodb.ts';
import { ledgerInDynamoDb } from '../../lambdas/ingest/ledger.dynamodb.ts';
import { normalise } from '../../lambdas/ingest/normalise.ts';
import { sendFactsInDynamoDb } from '../../lambdas/ingest/send-facts.dynamodb.ts';
import { occasionalNotes } from '../../shared/doctor/occasional-notes.ts';
import { sightingsInDynamoDb } from '../../shared/doctor/sightings.dynamodb.ts';
import { tableReader } from '../../shared/table/table-reader.dynamodb.ts';
import { type Engines, startEngines } from '../contract/engines.ts';
import { MemoryConnections } from '../fakes/memory-connections.ts';
import { MemoryObjectStore } from '../fakes/memory-object-store.ts';
import { MemorySendLedger } from '../fakes/memory-send-ledger.ts';
import { MemorySettings } from '../fakes/memory-settings.ts';
import { MemoryTable } from '../fakes/memory-table.ts';
import { Pipeline } from './pipeline.ts';

let engines: Engines;
beforeAll(async () => {
  engines = await startEngines();
});
afterAll(() => engines.stop());

const route = { organizationId: 'north', wabaId: '1001', phoneNumberId: '2001' };

function webhook(name: string, ids: readonly string[], second: number): unknown {
  const value = {
    metadata: { phone_number_id: route.phoneNumberId },
    contacts: [{ profile: { name }, wa_id: '966500000001' }],
    messages: ids.map((id) => ({
      id,
      from: '966500000001',
      timestamp: String(1_763_800_000 + second),
      type: 'text',
      text: { body: '' },
    })),
  };
  const changes = [{ field: 'messages', value }];
  return { object: 'whatsapp_business_account', entry: [{ id: route.wabaId, changes }] };
}

it('a new name is told once, however many messages show it and however often they come', async () => {
  const pipeline = new Pipeline([route]);
  const deliveries = [
    webhook('Aisha', ['a1', 'a2'], 0),
    webhook('Aisha B', ['b1', 'b2', 'b3'], 10),
    webhook('Aisha B', ['b1', 'b2', 'b3'], 10),
    webhook('Aisha', ['a1', 'a2'], 0),
    webhook('Aisha B', ['b4'], 20),
    webhook('Aisha C', ['c1'], 30),
  ];
  for (const delivery of deliveries) {
    await pipeline.post(delivery);
    await pipeline.settle();
  }
  const changed = pipeline.inbox.events.filter(({ type }) => type === 'contact.changed');
  expect(changed).toMatchObject([
    { reason: 'profile', previous: { name: 'Aisha' }, current: { name: 'Aisha B' } },
    { reason: 'profile', previous: { name: 'Aisha B' }, current: { name: 'Aisha C' } },
  ]);
});

it('that webhooks were seen costs one request a minute', async () => {
  const { dynamoDb, tableName } = engines;
  const requests: string[] = [];
  dynamoDb.middlewareStack.add(
    (send) => (input) => {
      requests.push(JSON.stringify(input));
      return send(input);
    },
    { step: 'initialize' },
  );
  const now = () => new Date('2026-11-22T10:00:20.000Z');
  const reader = tableReader(dynamoDb, tableName);
  const reports: unknown[] = [];
  const ports = {
    routes: new MemoryTable([route]),
    aliases: aliasesInDynamoDb(dynamoDb, tableName),
    ledger: ledgerInDynamoDb(dynamoDb, { tableName, retentionDays: async () => 30, now }),
    sendFacts: sendFactsInDynamoDb(dynamoDb, { tableName, reader, now }),
    ...{ connections: new MemoryConnections(), sends: new MemorySendLedger() },
    ...{ store: new MemoryObjectStore(), rawBucket: 'raw', now },
    settings: new MemorySettings(),
    noteSightings: occasionalNotes(sightingsInDynamoDb(dynamoDb, tableName), (error) =>
      reports.push(error),
    ),
  };
  // A thousand messages in twenty webhooks within twenty seconds.
  for (let second = 0; second < 20; second++) {
    const messages = Array.from({ length: 50 }, (_, index) => ({
      ...{ id: `${second} ${index}`, from: '966500000001' },
      ...{ timestamp: '1763800000', type: 'text', text: { body: '' } },
    }));
    const value = { metadata: { phone_number_id: route.phoneNumberId }, messages };
    const body = JSON.stringify({
      schemaVersion: 1,
      receivedAt: `2026-11-22T10:00:${String(second).padStart(2, '0')}.000Z`,
      changes: [{ entryId: route.wabaId, field: 'messages', position: 0, value }],
    });
    expect(await normalise(body, ports)).toMatchObject({ stored: 50 });
  }
  expect(requests.filter((request) => request.includes('SEEN#'))).toHaveLength(1);
  // Two inserts of up to 25 and a few reads for each webhook.
  expect(requests.length).toBeLessThan(120);
  expect(reports).toEqual([]);
}, 30_000);
