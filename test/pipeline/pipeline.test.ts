import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Fault, FaultSeam, faults } from './faults.ts';
import { expectNothingLostOrDoubled } from './invariants.ts';
import { Pipeline } from './pipeline.ts';
import { sequences } from './runs.ts';
import { deliveries, routes, type Update, webhookOf } from './scenario.ts';

async function run(batches: readonly Update[][], seam: FaultSeam, workers: number) {
  const pipeline = new Pipeline(routes, seam);
  for (const batch of batches) {
    await pipeline.post(webhookOf(batch));
    await pipeline.normaliseSome(workers);
    await pipeline.publishSome(3);
  }
  await pipeline.settle(workers);
  expectNothingLostOrDoubled(pipeline, batches.flat());
}

describe('random webhooks, repeated, reordered and split as chance has it', () => {
  it('are each published once, merged right, in one conversation a person', async () => {
    await fc.assert(
      fc.asyncProperty(deliveries, fc.integer({ min: 1, max: 4 }), (batches, workers) =>
        run(batches, new FaultSeam(), workers),
      ),
      { numRuns: sequences(1000) },
    );
  });

  it('lose and double nothing when calls fail and processes die along the way', async () => {
    const plan = fc.uniqueArray(
      fc.tuple(fc.integer({ min: 1, max: 60 }), fc.constantFrom(...faults)),
      { maxLength: 5, selector: ([call]) => call },
    );
    await fc.assert(
      fc.asyncProperty(deliveries, plan, (batches, struck) =>
        run(batches, new FaultSeam(new Map(struck)), 2),
      ),
      { numRuns: sequences(1000) },
    );
  });
});

describe('one fault at every call there is', () => {
  /** Two numbers of two organisations, both kinds of update, a duplicate and a second worker. */
  const text: Update = {
    kind: 'text',
    id: 'wamid.in0',
    route: 0,
    person: 2,
    second: 1,
    text: 'مرحبا',
  };
  const reaction: Update = { kind: 'reaction', id: 'wamid.in1', route: 1, person: 1, second: 2 };
  const sent: Update = {
    kind: 'status',
    id: 'wamid.out1',
    route: 1,
    person: 1,
    second: 0,
    status: 'sent',
  };
  const read: Update = { ...sent, second: 2, status: 'read' };
  const batches = [[read, text], [text, reaction, sent], [read]];

  async function callsWithoutFault(): Promise<FaultSeam> {
    const seam = new FaultSeam();
    await run(batches, seam, 2);
    return seam;
  }

  it('covers every port call of the three functions', async () => {
    const { sites } = await callsWithoutFault();
    expect([...sites].sort()).toEqual([
      'MemoryOutgoingQueues.send',
      'MemorySettings.read',
      'MemoryTable.byPhoneNumber',
      'MemoryTable.mergeStatus',
      'MemoryTable.note',
      'MemoryTable.openWindow',
      'MemoryTable.read',
      'MemoryTable.storeEvent',
      'MemoryTable.write',
      'MemoryWebhookQueue.send',
      'Object.read',
    ]);
  });

  it.each(faults)('%s: nothing lost, nothing doubled', async (fault) => {
    for (let call = 1; ; call++) {
      const seam = new FaultSeam(new Map<number, Fault>([[call, fault]]));
      await run(batches, seam, 2);
      if (seam.struck.length === 0) {
        expect(call).toBeGreaterThan(15);
        return;
      }
    }
  });

  it('two faults at once', async () => {
    const { calls } = await callsWithoutFault();
    for (let first = 1; first <= calls; first++) {
      for (let second = first + 1; second <= calls; second++) {
        const plan = new Map<number, Fault>([
          [first, 'crash-after'],
          [second, 'fail-after'],
        ]);
        await run(batches, new FaultSeam(plan), 2);
      }
    }
  });
});
