import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { SendRequest } from '../../lambdas/send/send-request.schema.ts';
import type { SendLedger } from '../../shared/sends/send-ledger.port.ts';
import { everyPlan, type FaultPlan, singleFaults } from '../pipeline/fault-plans.ts';
import { FaultSeam, faults } from '../pipeline/faults.ts';
import { isThorough } from '../pipeline/runs.ts';
import { violations } from './invariants.ts';
import { type Sabotage, type Scenario, SendWorld, sender } from './send-world.ts';

const key = 'key-1';

function requestOf({ delivery }: Scenario): SendRequest {
  const { organizationId, phoneNumberId } = sender;
  return {
    organizationId,
    phoneNumberId,
    message: {
      type: 'text',
      recipient_type: 'individual',
      to: '+966500000001',
      text: { body: 'hi' },
    },
    ...(delivery ? { delivery } : {}),
  };
}

/** Two callers with one key at once, who both persist; then time goes by, and dead letters come back. */
async function run(
  scenario: Scenario,
  plan: FaultPlan = new Map(),
  sabotage?: Sabotage,
): Promise<{ world: SendWorld; wrong: string[] }> {
  const world = new SendWorld(scenario, new FaultSeam(plan), sabotage);
  const request = requestOf(scenario);
  await Promise.all(
    (scenario.delays ?? [0]).map(async (turns) => {
      for (let turn = 0; turn < turns; turn++) {
        await Promise.resolve();
      }
      await world.persist(request, key);
    }),
  );
  await world.quiesce();
  // Whatever was ever queued comes once more: a redrive of dead letters, 14 days late.
  world.redrive();
  await world.deliverSome();
  await world.settle();
  return { world, wrong: await violations(world, key) };
}

const scenarios: Record<string, Scenario> = {
  'at once': {},
  'at once, a failed call is ambiguous': { failure: 'ambiguous' },
  'at once, the webhook is faster than the answer': { webhook: 'early', failure: 'ambiguous' },
  'at once, throttled first': { reactions: [130429] },
  'at once, throttled, queueing refused': { reactions: [131056], delivery: 'now' },
  'at once, an error of Meta first': { reactions: [131000] },
  'at once, a dead token': { reactions: [190] },
  'at once, refused for good': { reactions: [131026] },
  queued: { delivery: 'queued' },
  'queued, a failed call is ambiguous': { delivery: 'queued', failure: 'ambiguous' },
  'queued, throttled first': { delivery: 'queued', reactions: [130429], webhook: 'early' },
  'queued, refused for good': { delivery: 'queued', reactions: [131026] },
  'queued, an error of Meta first': { delivery: 'queued', reactions: [131000] },
};

/** Expects that all ends well. @returns how many calls there were */
async function runWell(scenario: Scenario, plan: FaultPlan): Promise<number> {
  const { world, wrong } = await run(scenario, plan);
  if (wrong.length > 0) {
    expect({ scenario, plan: [...plan], wrong }).toEqual({ scenario, plan: [...plan], wrong: [] });
  }
  return world.seam.calls;
}

/** Chance is the same in every run: what goes wrong with a plan goes wrong again. */
beforeEach(() => {
  jest.spyOn(Math, 'random').mockReturnValue(0.5);
});

describe.each(Object.entries(scenarios))('%s', (_name, scenario) => {
  it('ends well where nothing goes wrong', async () => {
    expect((await run(scenario)).wrong).toEqual([]);
  });

  it('ends well with any one or two faults', async () => {
    const { calls, singles, pairs } = await everyPlan((plan) => runWell(scenario, plan), 2);
    expect(singles).toBe(4 * calls);
    expect(pairs).toBeGreaterThan((singles * singles) / 4);
  });

  it('ends well with a second caller at any moment and any one fault', async () => {
    for (let turns = 0; turns < 40; turns += isThorough ? 3 : 6) {
      const two = { ...scenario, delays: [0, turns] };
      const { calls, singles } = await everyPlan((plan) => runWell(two, plan), 1);
      expect(singles).toBe(4 * calls);
    }
  });
});

/** A ledger of which one promise is broken. */
function brokenLedger(broken: (ledger: SendLedger) => Partial<SendLedger>): Sabotage {
  return ({ ledger }) => ({
    ledger: {
      find: (...of) => ledger.find(...of),
      create: (...of) => ledger.create(...of),
      replace: (...of) => ledger.replace(...of),
      remove: (...of) => ledger.remove(...of),
      byClientReference: (...of) => ledger.byClientReference(...of),
      isHeld: (...of) => ledger.isHeld(...of),
      due: (...of) => ledger.due(...of),
      ...broken(ledger),
    },
  });
}

/** Bugs that others have shipped. */
const bugs: Record<string, Sabotage> = {
  'sends again after a timeout': ({ graph }) => ({
    graph: {
      call: async (request) => {
        const answer = await graph.call(request);
        return answer.kind === 'ambiguous' ? graph.call(request) : answer;
      },
    },
  }),
  'takes a timeout for a refusal': ({ graph }) => ({
    graph: {
      call: async (request) => {
        const answer = await graph.call(request);
        return answer.kind === 'ambiguous' ? { kind: 'unsent', problem: '' } : answer;
      },
    },
  }),
  'takes the record of another request for its own': brokenLedger((ledger) => ({
    create: async (record, event) =>
      (await ledger.create(record, event)) ?? ledger.find(record.organizationId, record.sendId),
  })),
  'writes over what has changed': brokenLedger((ledger) => ({
    replace: async ({ record: { organizationId, sendId } }, next, event) => {
      const stored = await ledger.find(organizationId, sendId);
      return stored && ledger.replace(stored, next, event);
    },
  })),
  'delivers what is not waiting': brokenLedger((ledger) => ({
    find: async (organizationId, sendId) => {
      const stored = await ledger.find(organizationId, sendId);
      return stored?.record.state === 'DISPATCHED'
        ? { ...stored, record: { ...stored.record, state: 'PENDING' } }
        : stored;
    },
  })),
  'forgets to say how it ended': brokenLedger((ledger) => ({
    replace: (stored, next) => ledger.replace(stored, next),
  })),
  'never looks at what is open': brokenLedger(() => ({ due: async () => [] })),
};

it.each(Object.entries(bugs))('a bug would be caught: %s', async (_name, sabotage) => {
  for (const scenario of Object.values(scenarios)) {
    const delayed = { ...scenario, delays: [0, 3] };
    for (const plan of [new Map(), ...singleFaults(30)]) {
      if ((await run(delayed, plan, sabotage)).wrong.length > 0) {
        return;
      }
    }
  }
  throw new Error('Nothing noticed it');
});

it('every call was struck by every fault', async () => {
  const struck = new Set<string>();
  const called = new Set<string>();
  for (const scenario of Object.values(scenarios)) {
    await everyPlan(async (plan) => {
      const { seam } = (await run(scenario, plan)).world;
      const [fault] = plan.values();
      for (const site of seam.sites) called.add(site);
      for (const site of seam.struck) struck.add(`${site} ${fault}`);
      return seam.calls;
    }, 1);
  }
  const all = [...called].flatMap((site) => faults.map((fault) => `${site} ${fault}`));
  expect(all.filter((one) => !struck.has(one))).toEqual([]);
  expect([...called].sort()).toMatchInlineSnapshot(`
[
  "MemoryConversations.find",
  "MemoryCredentials.find",
  "MemoryCredentials.invalidate",
  "MemoryCredentials.open",
  "MemoryMessages.recordSent",
  "MemoryPace.pause",
  "MemoryPace.reserve",
  "MemorySendLedger.create",
  "MemorySendLedger.due",
  "MemorySendLedger.find",
  "MemorySendLedger.isHeld",
  "MemorySendLedger.remove",
  "MemorySendLedger.replace",
  "MemorySendQueue.enqueue",
  "Meta.call",
]
`);
});
