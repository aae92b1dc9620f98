import { describe, expect, it } from '@jest/globals';
import { drainConnected, sweep } from '../../lambdas/ingest/drain.ts';
import { drainEventSchema } from '../../lambdas/ingest/drain-event.schema.ts';
import type { WebhookQueue } from '../../lambdas/ingest/webhook-queue.port.ts';
import { MemoryWebhookQueue } from '../fakes/memory-queues.ts';
import { MemoryTable } from '../fakes/memory-table.ts';

const north = { organizationId: 'north', wabaId: '1001', phoneNumberId: '2001' };
const south = { organizationId: 'south', wabaId: '1002', phoneNumberId: '2002' };

/** Three changes parked for each of some owners. */
async function parkedFor(...owners: string[]): Promise<MemoryTable> {
  const table = new MemoryTable([north, south]);
  for (const owner of owners) {
    await table.registerOwner(owner);
    for (const name of ['a', 'b', 'c']) {
      await table.park({ owner, body: `${owner} ${name}` });
    }
  }
  return table;
}

const portsOf = (table: MemoryTable, queue: WebhookQueue = new MemoryWebhookQueue()) => ({
  routes: table,
  parked: table,
  queue,
});

/** A queue that is down for one number. */
function refusing(body: string): WebhookQueue {
  return {
    async send(messages) {
      if (messages.some((message) => message.body.startsWith(body))) {
        throw new Error('down');
      }
    },
  };
}

describe('drain', () => {
  it('queues what is parked for a number and for a WABA, each in a group of its own', async () => {
    const table = await parkedFor('2001', '1002');
    const queue = new MemoryWebhookQueue();
    const changes = ['2001', '1002'].map((owner) => ({ sequenceNumber: owner, owner }));
    expect(await drainConnected(changes, portsOf(table, queue))).toEqual({
      drained: 6,
      retryFrom: undefined,
    });
    expect(queue.messages.map(({ body }) => body).sort()).toEqual(
      ['1002', '2001'].flatMap((owner) => ['a', 'b', 'c'].map((name) => `${owner} ${name}`)),
    );
    expect(new Set(queue.messages.map(({ groupId }) => groupId)).size).toBe(2);
  });

  it('asks for everything again from the first route that failed, and drains the others', async () => {
    const table = await parkedFor('2001', '2002', '1002');
    const changes = ['2001', '2002', '1002'].map((owner) => ({ sequenceNumber: owner, owner }));
    const result = await drainConnected(changes, portsOf(table, refusing('2002')));
    expect(result).toEqual({ drained: 6, retryFrom: '2002', failure: new Error('down') });
    expect([...table.parked.values()].map(({ size }) => size)).toEqual([0, 3, 0]);
  });

  it('passes over who is not connected, and does not let one failure stop a sweep', async () => {
    const table = await parkedFor('9999', '2002', '2001');
    const result = await sweep(portsOf(table, refusing('2002')));
    expect(result).toMatchObject({ drained: 3, waiting: 1, failures: [new Error('down')] });
    expect([...table.parked.values()].map(({ size }) => size)).toEqual([3, 3, 0]);
  });
});

describe('what drain is called with', () => {
  const record = (pk: string) => ({
    eventName: 'INSERT',
    dynamodb: { SequenceNumber: '7', Keys: { pk: { S: pk }, sk: { S: 'ROUTE' } } },
  });

  it.each([
    ['ROUTE#2001', '2001'],
    ['WABA#1001', '1001'],
    ['WABA#', ''],
    ['ROUTE#a#b', 'a#b'],
  ])('%s is the route of "%s"', (pk, owner) => {
    expect(drainEventSchema.parse({ Records: [record(pk)] })).toEqual({
      kind: 'routes',
      changes: [{ sequenceNumber: '7', owner }],
    });
  });

  it('a schedule is the time for a sweep', () => {
    const event = { source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} };
    expect(drainEventSchema.parse(event)).toEqual({ kind: 'sweep' });
  });

  it.each([{}, { Records: [record('MSG#1')] }, { source: 'aws.s3' }])('%j is neither', (event) => {
    expect(drainEventSchema.safeParse(event).success).toBe(false);
  });
});
