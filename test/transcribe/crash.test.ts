import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Transcriptions } from '../../lambdas/transcribe/transcriptions.port.ts';
import type { TranscribeJob } from '../../shared/media/media-record.schema.ts';
import { everyPlan, type FaultPlan, singleFaults } from '../pipeline/fault-plans.ts';
import { FaultSeam, faults } from '../pipeline/faults.ts';
import { isThorough } from '../pipeline/runs.ts';
import { jobOf, type Sabotage, type Scenario, TranscribeWorld } from './transcribe-world.ts';

interface Run extends Scenario {
  jobs: readonly TranscribeJob[];
  /** A voice note that comes when Transcribe has just ended. */
  latecomer?: TranscribeJob;
  /** How many jobs Transcribe is given, where nothing goes wrong and where something does. */
  started: number;
  ends: 'READY' | 'FAILED';
}

const one = jobOf('wamid.1');
const sameSound = jobOf('wamid.2');

const scenarios: Record<string, Run> = {
  'one voice note': { jobs: [one], started: 1, ends: 'READY' },
  'its job twice at once': { jobs: [one, one], started: 1, ends: 'READY' },
  'the same sound in two messages at once': {
    ...{ jobs: [one, sameSound], started: 1, ends: 'READY' },
  },
  'the same sound again while it ends': {
    ...{ jobs: [one], latecomer: sameSound, started: 1, ends: 'READY' },
  },
  'two revisions at once': {
    ...{ jobs: [one, { ...one, revision: 1, languages: 'ar' }], started: 2, ends: 'READY' },
  },
  'the event is lost': { jobs: [one], events: 'lost', started: 1, ends: 'READY' },
  'the event comes twice': { jobs: [one], events: 'twice', started: 1, ends: 'READY' },
  'the event is late': { jobs: [one], events: 'late', started: 1, ends: 'READY' },
  'nobody speaks': { jobs: [one], fates: ['silent'], started: 1, ends: 'FAILED' },
  'the job fails': { jobs: [one], fates: ['unsupported'], started: 1, ends: 'FAILED' },
  'the job is refused': { jobs: [one], fates: ['refused', 'refused'], started: 0, ends: 'FAILED' },
  'the job never ends': { jobs: [one], fates: ['stuck'], started: 1, ends: 'FAILED' },
  'another organisation has the same sound': {
    ...{ jobs: [one, jobOf('wamid.3', { organizationId: 'south' })], started: 2, ends: 'READY' },
  },
};

/** Everything that must hold when all is over: a line for each thing that does not. */
function violations(world: TranscribeWorld, { jobs, latecomer, started, ends }: Run): string[] {
  const found: string[] = [];
  const expectThat = (holds: boolean, what: string) => {
    if (!holds) {
      found.push(what);
    }
  };
  const { told, records } = world.transcriptions;
  for (const { message, revision } of [...jobs, ...(latecomer ? [latecomer] : [])]) {
    const own = told.filter(
      ({ note }) => note.message.messageId === message.messageId && note.revision === revision,
    );
    expectThat(own.length === 1, `${message.messageId}#${revision} was told ${own.length} times`);
    for (const { transcript, event } of own) {
      expectThat(transcript.state === ends, `it ends ${JSON.stringify(transcript)}`);
      expectThat(
        event.type === (ends === 'READY' ? 'transcript.ready' : 'transcript.failed'),
        `it was told as ${event.type}`,
      );
      expectThat(event.organizationId === message.organizationId, 'somebody else was told');
    }
  }
  const { size } = world.transcriber.jobs;
  expectThat(size === started, `Transcribe was given ${size} jobs`);
  expectThat(!records.some(({ state }) => state === 'STARTED'), 'a transcription does not end');
  expectThat(!records.some(({ dueAt }) => dueAt !== undefined), 'something is left to be done');
  expectThat(world.queued === 0, 'a queue message is left');
  const counted = ['north', 'south'].map((org) => world.transcriptions.usage(org, '2026-11'));
  const sum = records.reduce((total, { durationMs }) => total + durationMs / 1000, 0);
  expectThat(
    counted.reduce((total, seconds) => total + seconds, 0) === sum,
    `${counted} seconds were counted`,
  );
  return found;
}

async function run(
  scenario: Run,
  plan: FaultPlan = new Map(),
  sabotage?: Sabotage,
  turns = 0,
): Promise<{ world: TranscribeWorld; wrong: string[] }> {
  const world = new TranscribeWorld(scenario, new FaultSeam(plan), sabotage);
  for (const job of scenario.jobs) {
    world.request(job);
  }
  if (scenario.latecomer) {
    await world.work();
    world.advance(30_000);
    world.request(scenario.latecomer);
    const ending = world.events();
    for (let turn = 0; turn < turns; turn++) {
      await Promise.resolve();
    }
    await Promise.all([world.work(), ending]);
  }
  await world.quiesce();
  const wrong = violations(world, scenario);
  // Dead letters are redriven.
  for (const job of scenario.jobs) {
    world.enqueue(JSON.stringify(job));
  }
  await world.quiesce();
  return { world, wrong: [...wrong, ...violations(world, scenario)] };
}

/** Expects that all ends well. @returns how many calls there were */
async function runWell(scenario: Run, plan: FaultPlan, turns = 0): Promise<number> {
  const { world, wrong } = await run(scenario, plan, undefined, turns);
  if (wrong.length > 0) {
    const what = { scenario, plan: [...plan], turns };
    expect({ ...what, wrong }).toEqual({ ...what, wrong: [] });
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
});

it('ends well for who comes at any moment of an end, with any one fault', async () => {
  const scenario = scenarios['the same sound again while it ends'];
  for (let turns = 0; scenario && turns < 40; turns += isThorough ? 1 : 3) {
    const { calls, singles } = await everyPlan((plan) => runWell(scenario, plan, turns), 1);
    expect(singles).toBe(4 * calls);
  }
});

/** Transcriptions of which one promise is broken. */
function broken(change: (ports: Transcriptions) => Partial<Transcriptions>): Sabotage {
  return ({ transcriptions }) => ({
    transcriptions: {
      isWanted: (...of) => transcriptions.isWanted(...of),
      tell: (...of) => transcriptions.tell(...of),
      addNote: (...of) => transcriptions.addNote(...of),
      notes: (...of) => transcriptions.notes(...of),
      find: (...of) => transcriptions.find(...of),
      create: (...of) => transcriptions.create(...of),
      replace: (...of) => transcriptions.replace(...of),
      due: (...of) => transcriptions.due(...of),
      ...change(transcriptions),
    },
  });
}

/** Bugs that others have shipped. */
const bugs: Record<string, Sabotage> = {
  'forgets to look at what is stuck': broken(() => ({ due: async () => [] })),
  'joins without waiting': broken(() => ({ addNote: async () => true })),
  'takes a running job for a failed one': ({ transcriber }) => ({
    transcriber: {
      start: (order) => transcriber.start(order),
      look: async (name) => {
        const seen = await transcriber.look(name);
        return seen?.status === 'IN_PROGRESS' ? { status: 'FAILED' } : seen;
      },
    },
  }),
  'tells only who asked first': broken((transcriptions) => ({
    notes: async (name) => (await transcriptions.notes(name)).slice(0, 1),
  })),
  'is done before everybody is told': broken((transcriptions) => ({
    replace: (stored, { dueAt, ...next }) =>
      transcriptions.replace(
        stored,
        next.state === 'STARTED' && dueAt !== undefined ? { ...next, dueAt } : next,
      ),
  })),
  'gives each start a name of its own': ({ transcriber }) => ({
    transcriber: {
      look: (name) => transcriber.look(name),
      start: (order) =>
        transcriber.start({ ...order, jobName: `${order.jobName}-${Math.random()}` }),
    },
  }),
  'takes a job that exists for a failure': ({ transcriber }) => ({
    transcriber: {
      look: (name) => transcriber.look(name),
      start: async (order) =>
        (await transcriber.start(order)) === 'exists' ? 'refused' : 'started',
    },
  }),
  'names jobs without the organisation': ({ transcriptions, transcriber }) => ({
    transcriber: {
      look: (name) => transcriber.look(name),
      start: (order) => transcriber.start({ ...order, jobName: `shared-${order.plan.mode}` }),
    },
    transcriptions,
  }),
};

it.each(Object.entries(bugs))('a bug would be caught: %s', async (_name, sabotage) => {
  for (const scenario of Object.values(scenarios)) {
    for (const plan of [new Map(), ...singleFaults(30)]) {
      if ((await run(scenario, plan, sabotage)).wrong.length > 0) {
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
  expect([...called].sort()).toEqual([
    'MemoryMedia.read',
    'MemoryMedia.tail',
    'MemorySettings.read',
    'MemoryTranscriber.look',
    'MemoryTranscriber.start',
    'MemoryTranscriptions.addNote',
    'MemoryTranscriptions.create',
    'MemoryTranscriptions.due',
    'MemoryTranscriptions.find',
    'MemoryTranscriptions.isWanted',
    'MemoryTranscriptions.notes',
    'MemoryTranscriptions.replace',
    'MemoryTranscriptions.tell',
  ]);
});
