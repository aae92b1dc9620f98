import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sweep } from '../../lambdas/ingest/drain.ts';
import type { Ledger } from '../../lambdas/ingest/ledger.port.ts';
import { normalise } from '../../lambdas/ingest/normalise.ts';
import type { WebhookQueue } from '../../lambdas/ingest/webhook-queue.port.ts';
import type { RouteTable } from '../../shared/routing/route.port.ts';
import { MemoryConnections } from '../fakes/memory-connections.ts';
import { MemorySettings } from '../fakes/memory-settings.ts';
import type { MemoryTable } from '../fakes/memory-table.ts';
import { type Fault, FaultSeam, faults } from './faults.ts';
import { expectNothingLostOrDoubled } from './invariants.ts';
import { Pipeline } from './pipeline.ts';
import { sequences } from './runs.ts';
import { deliveries, routes, type Update, webhookOf } from './scenario.ts';

/** One message, and the number that it is for. */
const update: Update = {
  kind: 'text',
  id: 'wamid.in0',
  route: 0,
  person: 0,
  second: 0,
  text: 'hello',
};
const [north = { organizationId: '', wabaId: '', phoneNumberId: '' }] = routes;

/** What happens beside the workers after a webhook came in. */
interface Beside {
  connect: readonly number[];
  disconnect: readonly number[];
  /** Which come before the workers and which after them: everything runs at once all the same. */
  triggers: readonly ('drain' | 'sweep' | 'workers')[];
}

/** One webhook of a scenario, and what happens while it is worked on. */
interface Step {
  batch: readonly Update[];
  beside: Beside;
}

const someRoutes = fc.subarray(routes.map((_, index) => index));

const besides: fc.Arbitrary<Beside> = fc.record({
  connect: someRoutes,
  disconnect: someRoutes,
  triggers: fc.shuffledSubarray(['drain', 'sweep', 'workers', 'sweep'] as const),
});

const steps: fc.Arbitrary<Step[]> = deliveries.chain((batches) =>
  fc
    .array(besides, { minLength: batches.length, maxLength: batches.length })
    .map((list) => list.map((beside, index): Step => ({ batch: batches[index] ?? [], beside }))),
);

const delays = fc.array(fc.nat(6), { maxLength: 300 });

/** Lets numbers come and go while their webhooks arrive, connects all of them, and waits. */
async function run(scenario: readonly Step[], seam: FaultSeam, paces: readonly number[] = []) {
  const pipeline = new Pipeline([], seam, paces);
  const connected = new Set<number>();
  const connect = (index: number) => {
    const route = routes[index];
    if (route && !connected.has(index)) {
      connected.add(index);
      pipeline.table.connect(route);
    }
  };
  const start = {
    async drain() {
      for (let round = 0; round < 4; round++) {
        await pipeline.drainSome();
        await turns(1);
      }
    },
    sweep: () => pipeline.sweep(),
    async workers() {
      for (let round = 0; round < 4; round++) {
        await pipeline.normaliseSome(3);
        await turns(1);
      }
    },
  };
  for (const { batch, beside } of scenario) {
    await pipeline.post(webhookOf(batch));
    const running = beside.triggers.map((trigger) => start[trigger]());
    await turns(paces[0] ?? 0);
    for (const index of beside.disconnect) {
      pipeline.table.disconnect(routes[index]?.phoneNumberId ?? '');
      connected.delete(index);
    }
    await turns(paces[1] ?? 0);
    beside.connect.forEach(connect);
    await Promise.all(running);
  }
  routes.forEach((_, index) => {
    connect(index);
  });
  // Both triggers after the last connection; a sweep that failed is followed by the next.
  await pipeline.settle();
  for (let last = -1; last !== seam.struck.length; ) {
    last = seam.struck.length;
    await pipeline.sweep();
    await pipeline.settle();
  }
  expect([...pipeline.table.parked.values()].flatMap((changes) => [...changes])).toEqual([]);
  expectNothingLostOrDoubled(
    pipeline,
    scenario.flatMap(({ batch }) => batch),
  );
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count * 4; turn++) {
    await Promise.resolve();
  }
}

describe('numbers that come and go while their webhooks arrive', () => {
  it('leave nothing parked, lose nothing, and get what is theirs', async () => {
    await fc.assert(
      fc.asyncProperty(steps, delays, (scenario, paces) => run(scenario, new FaultSeam(), paces)),
      { numRuns: sequences(1000) },
    );
  });

  it('nor when calls fail and processes die along the way', async () => {
    const plan = fc.uniqueArray(
      fc.tuple(fc.integer({ min: 1, max: 80 }), fc.constantFrom(...faults)),
      { maxLength: 5, selector: ([call]) => call },
    );
    await fc.assert(
      fc.asyncProperty(steps, delays, plan, (scenario, paces, struck) =>
        run(scenario, new FaultSeam(new Map(struck)), paces),
      ),
      { numRuns: sequences(1000) },
    );
  });
});

describe('one fault at every call there is', () => {
  const text = (index: number, route: number): Update => ({
    kind: 'text',
    id: `wamid.in${index}`,
    route,
    person: 2,
    second: index,
    text: `number ${index}`,
  });
  const none = { connect: [], disconnect: [] };
  /** Parked in more than one page, connected while more comes in, gone and back again. */
  const scenario: readonly Step[] = [
    { batch: [text(0, 0)], beside: { ...none, triggers: ['workers'] } },
    { batch: [text(1, 0), text(2, 1)], beside: { ...none, triggers: ['workers', 'sweep'] } },
    { batch: [text(3, 0)], beside: { ...none, connect: [0], triggers: ['workers', 'drain'] } },
    { batch: [text(4, 0)], beside: { ...none, connect: [1], triggers: ['drain', 'sweep'] } },
    {
      batch: [text(5, 1)],
      beside: { connect: [], disconnect: [0, 1], triggers: ['sweep', 'workers', 'drain'] },
    },
  ];

  /** Lets each connection come between a worker's parking and its second look at the routes. */
  const paces = [0, 2];

  it('covers every port call of drain', async () => {
    const seam = new FaultSeam();
    await run(scenario, seam, paces);
    expect([...seam.sites].sort()).toEqual([
      'MemoryOutgoingQueues.send',
      'MemorySettings.read',
      'MemoryTable.byPhoneNumber',
      'MemoryTable.byWaba',
      'MemoryTable.note',
      'MemoryTable.openWindow',
      'MemoryTable.owners',
      'MemoryTable.page',
      'MemoryTable.park',
      'MemoryTable.read',
      'MemoryTable.registerOwner',
      'MemoryTable.remove',
      'MemoryTable.storeEvent',
      'MemoryTable.unpark',
      'MemoryTable.write',
      'MemoryWebhookQueue.send',
      'Object.read',
    ]);
  });

  it.each(faults)('%s: nothing lost, nothing doubled, nothing left', async (fault) => {
    for (let call = 1; ; call++) {
      const seam = new FaultSeam(new Map<number, Fault>([[call, fault]]));
      await run(scenario, seam, paces);
      if (seam.struck.length === 0) {
        expect(call).toBeGreaterThan(40);
        return;
      }
    }
  });
});

describe('a number that is connected, and drained, before its change is parked', () => {
  /** One run of normalise that reads the route too early, over a ledger that may die. */
  async function overtaken(pipeline: Pipeline, ledgerOf: (table: MemoryTable) => Ledger) {
    const { table, sends, store, webhookQueue } = pipeline;
    await pipeline.post(webhookOf([update]));
    const early: RouteTable = {
      byWaba: (id) => table.byWaba(id),
      async byPhoneNumber(id, { fresh }) {
        if (fresh) {
          return table.byPhoneNumber(id);
        }
        table.connect(north);
        await pipeline.drainSome();
        return undefined;
      },
    };
    return normalise(webhookQueue.messages[0]?.body ?? '', {
      ...{ routes: early, aliases: table, ledger: ledgerOf(table), sendFacts: table, sends },
      connections: new MemoryConnections(),
      settings: new MemorySettings(),
      noteSightings: async () => undefined,
      ...{ store, rawBucket: 'raw', now: () => new Date() },
    });
  }

  it('gets it at once', async () => {
    const pipeline = new Pipeline([]);
    const counts = await overtaken(pipeline, (table) => table);
    expect(counts).toMatchObject({ stored: 1, parked: 0 });
    expect(pipeline.table.parked.get(north.phoneNumberId)?.size).toBe(0);
  });

  it('leaves nothing parked although the process died when it was', async () => {
    const pipeline = new Pipeline([]);
    const dying = overtaken(pipeline, (table) => ({
      storeEvent: (record) => table.storeEvent(record),
      isErased: (key) => table.isErased(key),
      mergeStatus: (record) => table.mergeStatus(record),
      registerOwner: (owner) => table.registerOwner(owner),
      unpark: (change) => table.unpark(change),
      recordTestWebhook: (receivedAt) => table.recordTestWebhook(receivedAt),
      async park(change) {
        await table.park(change);
        throw new Error('The process is gone');
      },
    }));
    await expect(dying).rejects.toThrow('gone');
    await pipeline.settle();
    await pipeline.sweep();
    await pipeline.settle();
    expect(pipeline.table.parked.get(north.phoneNumberId)?.size).toBe(0);
    expectNothingLostOrDoubled(pipeline, [update]);
  });
});

describe('a number that another organisation takes over', () => {
  const rival = { ...north, organizationId: 'rival', wabaId: '1009' };
  /** After the first webhook came in, and before the second. */
  const takenOverAt = '2026-11-22T10:00:00.010Z';
  const atTakeover = Date.parse(takenOverAt) / 1000 - 1_763_800_000;
  const earlier = { ...update, id: 'wamid.earlier', second: Math.floor(atTakeover) };
  const later = { ...earlier, id: 'wamid.later' };
  const late = { ...earlier, id: 'wamid.late', second: earlier.second - 1 };

  const told = ({ inbox }: Pipeline) =>
    inbox.events.map(
      (event) =>
        `${event.organizationId} ${event.type === 'message.received' ? event.message.id : ''}`,
    );

  /** A message comes for somebody who has disconnected the number; then it is another one's. */
  async function takenOver(next: typeof rival & { takenOverAt?: string }) {
    const pipeline = new Pipeline(routes);
    pipeline.table.disconnect(north.phoneNumberId);
    await pipeline.post(webhookOf([earlier]));
    await pipeline.settle();
    expect(pipeline.table.parked.get(north.phoneNumberId)?.size).toBe(1);
    pipeline.table.connect(next);
    return pipeline;
  }

  it('gets nothing that came before, and everything that comes from then on', async () => {
    const pipeline = await takenOver({ ...rival, takenOverAt });
    await pipeline.post(webhookOf([later]));
    await pipeline.settle();
    expect(told(pipeline)).toEqual(['rival wamid.later']);
    expect(pipeline.table.parked.get(north.phoneNumberId)?.size).toBe(0);
    expect([...pipeline.table.seen.keys()]).toEqual([`rival ${north.phoneNumberId}`]);
  });

  it('nor what Meta brings late', async () => {
    const pipeline = await takenOver({ ...rival, takenOverAt });
    await pipeline.post(webhookOf([late, later]));
    await pipeline.settle();
    expect(told(pipeline)).toEqual(['rival wamid.later']);
  });

  it('nor what a worker has parked in the moment in which it was connected', async () => {
    const pipeline = new Pipeline(routes);
    const { table } = pipeline;
    table.disconnect(north.phoneNumberId);
    await pipeline.post(webhookOf([earlier]));
    const { park } = table;
    table.park = async (change) => {
      await park.call(table, change);
      table.connect({ ...rival, takenOverAt });
    };
    await pipeline.settle();
    expect(told(pipeline)).toEqual([]);
    expect(table.parked.get(north.phoneNumberId)?.size).toBe(0);
  });

  it('gets a history that is older than all of this', async () => {
    const pipeline = await takenOver({ ...rival, takenOverAt });
    await pipeline.post(historyOf(late.second));
    await pipeline.settle();
    expect(pipeline.inbox.events.map(({ type }) => type).sort()).toEqual([
      'history.progress',
      'message.imported',
    ]);
  });

  it('gets everything where it has only come back', async () => {
    const pipeline = await takenOver(north);
    await pipeline.post(webhookOf([late, later]));
    await pipeline.settle();
    expect(told(pipeline).sort()).toEqual(
      ['earlier', 'late', 'later'].map((name) => `north wamid.${name}`),
    );
  });

  /** A message of the phone app's history, as Meta brings it when the number is connected. */
  function historyOf(second: number): unknown {
    const message = {
      ...{ id: 'wamid.old', from: '966500000001', type: 'text', text: { body: 'long ago' } },
      ...{ timestamp: String(1_763_800_000 + second), history_context: { status: 'READ' } },
    };
    const value = {
      messaging_product: 'whatsapp',
      metadata: { display_phone_number: '15550001', phone_number_id: rival.phoneNumberId },
      history: [
        {
          metadata: { phase: 0, chunk_order: 1, progress: 55 },
          threads: [{ id: '966500000001', messages: [message] }],
        },
      ],
    };
    const entry = [{ id: rival.wabaId, changes: [{ field: 'history', value }] }];
    return { object: 'whatsapp_business_account', entry };
  }
});

describe('what is for nobody', () => {
  /** The webhook as the dashboard's test button would send it. */
  function fromDashboard(): unknown {
    const json = JSON.stringify(webhookOf([update]));
    return JSON.parse(json.replace(`"id":"${north.wabaId}"`, '"id":"0"'));
  }

  it('stays parked while nobody connects its number, however often it is looked for', async () => {
    const pipeline = new Pipeline(routes.slice(1));
    await pipeline.post(webhookOf([update]));
    await pipeline.settle();
    await pipeline.sweep();
    await pipeline.sweep();
    expect(pipeline.isIdle).toBe(true);
    expect(pipeline.table.parked.get(north.phoneNumberId)?.size).toBe(1);
    expect(pipeline.inbox.events).toEqual([]);
  });

  it('stays parked when its number is gone again before it is worked on', async () => {
    const pipeline = new Pipeline([]);
    const { table, webhookQueue } = pipeline;
    await pipeline.post(webhookOf([update]));
    await pipeline.settle();
    table.connect(north);
    /** What it takes is worked on before it answers. */
    const queue: WebhookQueue = {
      async send(messages) {
        await webhookQueue.send(messages);
        table.disconnect(north.phoneNumberId);
        await pipeline.normaliseSome(1);
      },
    };
    expect(await sweep({ routes: table, parked: table, queue })).toMatchObject({ drained: 1 });
    expect(table.parked.get(north.phoneNumberId)?.size).toBe(1);
    table.connect(north);
    await pipeline.settle();
    expectNothingLostOrDoubled(pipeline, [update]);
  });

  it('is no more than remembered when it is a test of the dashboard', async () => {
    const pipeline = new Pipeline(routes.slice(1));
    await pipeline.post(fromDashboard());
    await pipeline.settle();
    expect(pipeline.table.testedAt).toBe('2026-11-22T10:00:00.007Z');
    expect(pipeline.table.parked.size).toBe(0);
    expect(await pipeline.table.owners()).toEqual([]);
    expect(pipeline.inbox.events).toEqual([]);
  });

  it('does not include what comes for a known number', async () => {
    const pipeline = new Pipeline(routes);
    await pipeline.post(fromDashboard());
    await pipeline.settle();
    expect(pipeline.table.testedAt).toBeUndefined();
    expect(pipeline.inbox.events).toHaveLength(1);
  });
});
