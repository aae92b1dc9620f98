import { describe, expect, it } from '@jest/globals';
import type { Download, MediaDownload } from '../../lambdas/media/media-download.port.ts';
import { type MirrorPorts, mirrorMedia } from '../../lambdas/media/mirror-media.ts';
import type { GraphAnswer } from '../../shared/graph/graph.port.ts';
import { graphErrorKind } from '../../shared/graph/graph-errors.ts';
import { hash } from '../../shared/hash.ts';
import type { MediaLedger } from '../../shared/media/media-ledger.port.ts';
import type { MediaJob, MediaRecord } from '../../shared/media/media-record.schema.ts';
import { MemoryCredentials } from '../fakes/memory-credentials.ts';
import { MemoryMediaErrors, MemoryMediaStore } from '../fakes/memory-media.ts';
import { MemoryMediaLedger } from '../fakes/memory-media-ledger.ts';
import { MemorySettings } from '../fakes/memory-settings.ts';
import { everyPlan, type FaultPlan, singleFaults } from '../pipeline/fault-plans.ts';
import { FaultSeam, faults, Invocation } from '../pipeline/faults.ts';
import { fileOf } from './hostile-cdn.ts';
import { mediaJob, messageOf, receiver, receiverToken, sentAt } from './media-fixtures.ts';

const content = Buffer.concat([Buffer.from('\xff\xd8\xff\xe0', 'latin1'), Buffer.alloc(9000, 'x')]);
const file = fileOf(content);

/** What Meta does to the attempts, in turn; the last for all that follow. */
interface Scenario {
  graph?: readonly ('ok' | 'unsent' | readonly [code: number, subcode?: number])[];
  cdn?: readonly ('file' | 'other bytes' | 'cut' | 404 | 500)[];
  /** Somebody asks again once it has ended. */
  retried?: boolean;
  /** By how many turns each further copy of the job starts after the one before. */
  copies?: readonly number[];
}

const scenarios: Record<string, Scenario> = {
  'at once': {},
  'the connection fails first': { cdn: ['cut', 'file'] },
  'other bytes first': { cdn: ['other bytes', 'file'] },
  'other bytes always': { cdn: ['other bytes'] },
  'no such file': { graph: [[100, 33]] },
  'no such file at the CDN, then asked for again': { cdn: [404, 404, 404, 'file'], retried: true },
  'Meta is down': { graph: ['unsent'], cdn: [500] },
  'a dead token': { graph: [[190]] },
};

/** Ports with something in them changed: how a bug is planted. */
type Sabotage = (ports: MirrorPorts) => Partial<MirrorPorts>;

const hourMs = 60 * 60 * 1000;

class Graph {
  readonly #scenario: Scenario;
  #calls = 0;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
  }

  async call(): Promise<GraphAnswer> {
    const reactions = this.#scenario.graph ?? ['ok'];
    const reaction = reactions[this.#calls++] ?? reactions.at(-1) ?? 'ok';
    if (reaction === 'unsent') return { kind: 'unsent', problem: 'no connection' };
    if (reaction !== 'ok') {
      const [code, subcode] = reaction;
      const error = { ...graphErrorKind(code, subcode), code, subcode, httpStatus: 400 };
      return { kind: 'refused', error };
    }
    const url = 'https://lookaside.fbsbx.com/1';
    return { kind: 'ok', body: { url, file_size: file.sizeBytes, sha256: file.sha256 } };
  }
}

class Cdn implements MediaDownload {
  readonly #scenario: Scenario;
  #calls = 0;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
  }

  async open(): Promise<Download> {
    const reactions = this.#scenario.cdn ?? ['file'];
    const reaction = reactions[this.#calls++] ?? reactions.at(-1) ?? 'file';
    if (typeof reaction === 'number') {
      return { kind: 'refused', status: reaction, retryAfterMs: undefined };
    }
    const sent = reaction === 'other bytes' ? Buffer.alloc(content.length, 'y') : content;
    async function* bytes() {
      for (let start = 0; start < sent.length; start += 3000) {
        await Promise.resolve();
        if (reaction === 'cut' && start > 0) throw new Error('cut');
        yield sent.subarray(start, start + 3000);
      }
    }
    return { kind: 'open', bytes: bytes(), sizeBytes: sent.length, close: () => undefined };
  }
}

/** The function over fakes; whatever can die dies. */
class MirrorWorld {
  readonly ledger = new MemoryMediaLedger();
  readonly store = new MemoryMediaStore();
  readonly errors = new MemoryMediaErrors();
  readonly credentials = new MemoryCredentials();
  readonly seam: FaultSeam;
  readonly job: MediaJob = mediaJob({ sha256: Buffer.from(file.sha256, 'hex').toString('base64') });
  readonly #graph: Graph;
  readonly #cdn: Cdn;
  readonly #sabotage: Sabotage;
  #nowMs = Date.parse(sentAt);

  constructor(scenario: Scenario, seam: FaultSeam, sabotage: Sabotage = () => ({})) {
    this.#graph = new Graph(scenario);
    this.#cdn = new Cdn(scenario);
    this.seam = seam;
    this.#sabotage = sabotage;
    this.ledger.add(messageOf(this.job));
    this.credentials.connect(receiver.organizationId, receiver.wabaId, receiverToken);
  }

  #ports(invocation: Invocation): MirrorPorts {
    const ports = {
      ledger: invocation.through(this.ledger),
      store: invocation.through(this.store),
      errors: invocation.through(this.errors),
      credentials: invocation.through(this.credentials),
      graph: invocation.through(this.#graph),
      download: invocation.through(this.#cdn),
      routes: invocation.through({
        byPhoneNumber: async () => receiver,
        byWaba: async () => [receiver],
      }),
      settings: new MemorySettings(),
      now: () => new Date(this.#nowMs),
      report: () => undefined,
    };
    return { ...ports, ...this.#sabotage(ports) };
  }

  /** As the queue does: again until it is done, later each time. */
  async work(job: MediaJob): Promise<void> {
    const queuedAt = new Date(this.#nowMs);
    for (let receives = 1; receives < 60; receives++) {
      const invocation = new Invocation(this.seam);
      const ports = this.#ports(invocation);
      const result = await mirrorMedia(job, { receives, queuedAt }, ports).catch(() => undefined);
      if (result && !invocation.crashed && result.outcome !== 'again') return;
      this.#nowMs += 4 * hourMs;
    }
  }

  async record(): Promise<MediaRecord | undefined> {
    return (await this.ledger.find(receiver.phoneNumberId, this.job.message.messageId))?.record;
  }

  /** @returns the job of the next revision */
  async askAgain(): Promise<MediaJob> {
    const stored = await this.ledger.find(receiver.phoneNumberId, this.job.message.messageId);
    const revision = 1;
    if (stored) await this.ledger.replace(stored, { state: 'PENDING', revision, at: sentAt });
    return { ...this.job, revision };
  }

  /** What must never be, of a revision that has had all the time there is. */
  async violations(revision: number): Promise<string[]> {
    const record = await this.record();
    const told = this.ledger.told.filter(({ eventId }) => this.#idsOf(revision).includes(eventId));
    const wrong: string[] = [];
    if (record?.revision !== revision || record.state === 'PENDING') {
      return [`It never ended: ${JSON.stringify(record)}`];
    }
    if (told.length !== 1) {
      wrong.push(`The inbox was told ${told.length} times`);
    }
    const type = record.state === 'STORED' ? 'media.stored' : 'media.failed';
    if (told.some((event) => event.type !== type || event.occurredAt !== record.at)) {
      wrong.push('The inbox was told something else');
    }
    const object = record.state === 'STORED' ? this.store.objects.get(record.key) : undefined;
    if (record.state === 'STORED' && !object?.content.equals(content)) {
      wrong.push('It is not there, or not what it should be');
    }
    if ([...this.store.objects.values()].some((one) => !one.content.equals(content))) {
      wrong.push('Something was stored that nobody verified');
    }
    return wrong;
  }

  #idsOf(revision: number): string[] {
    const key = `MSG#${hash(receiver.phoneNumberId, this.job.message.messageId)}`;
    return ['stored', 'failed'].map((what) => hash(key, `told:media.${what}#${revision}`));
  }
}

async function run(
  scenario: Scenario,
  plan: FaultPlan = new Map(),
  sabotage?: Sabotage,
): Promise<{ world: MirrorWorld; wrong: string[] }> {
  const world = new MirrorWorld(scenario, new FaultSeam(plan), sabotage);
  await Promise.all(
    (scenario.copies ?? [0]).map(async (turns) => {
      for (let turn = 0; turn < turns; turn++) {
        await Promise.resolve();
      }
      await world.work(world.job);
    }),
  );
  const wrong = await world.violations(0);
  if (scenario.retried && (await world.record())?.state === 'FAILED') {
    const again = await world.askAgain();
    await Promise.all([world.work(again), world.work(world.job)]);
    wrong.push(...(await world.violations(1)));
  }
  return { world, wrong };
}

/** Of what repeats itself for days the first calls are as good as all. */
const mostCalls = 20;

/** Expects that all ends well. @returns how many calls there were */
async function runWell(scenario: Scenario, plan: FaultPlan): Promise<number> {
  const { world, wrong } = await run(scenario, plan);
  if (wrong.length > 0) {
    const what = { scenario, plan: [...plan] };
    expect({ ...what, wrong }).toEqual({ ...what, wrong: [] });
  }
  return world.seam.calls;
}

describe.each(Object.entries(scenarios))('%s', (_name, scenario) => {
  it('ends well where nothing goes wrong', async () => {
    expect((await run(scenario)).wrong).toEqual([]);
  });

  it('ends well with any one or two faults', async () => {
    const { calls, singles, pairs } = await everyPlan((plan) => runWell(scenario, plan), 2, {
      most: mostCalls,
    });
    expect(singles).toBe(4 * calls);
    expect(pairs).toBeGreaterThan((singles * singles) / 4);
  }, 60_000);

  it('ends well with a second copy of the job at any moment and any one fault', async () => {
    for (let turns = 0; turns < 30; turns += 3) {
      const two = { ...scenario, copies: [0, turns] };
      const { calls, singles } = await everyPlan((plan) => runWell(two, plan), 1, {
        most: mostCalls,
      });
      expect(singles).toBe(4 * calls);
    }
  }, 60_000);
});

/** A ledger of which one promise is broken. */
function brokenLedger(broken: (ledger: MediaLedger) => Partial<MediaLedger>): Sabotage {
  return ({ ledger }) => ({
    ledger: {
      find: (...of) => ledger.find(...of),
      replace: (...of) => ledger.replace(...of),
      ...broken(ledger),
    },
  });
}

/** Bugs that others have shipped. */
const bugs: Record<string, Sabotage> = {
  'says that it is stored before it is': ({ store }) => ({
    store: {
      put: async (toStore) => {
        store.put(toStore).catch(() => undefined);
      },
    },
  }),
  'stores what came, whatever it is': ({ store }) => ({
    store: {
      put: async (toStore) => {
        const kept: Uint8Array[] = [];
        try {
          for await (const chunk of toStore.bytes) kept.push(chunk);
        } catch {}
        const sizeBytes = kept.reduce((sum, { length }) => sum + length, 0);
        await store.put({
          ...toStore,
          sizeBytes,
          bytes: (async function* () {
            yield* kept;
          })(),
        });
      },
    },
  }),
  'writes over what has changed': brokenLedger((ledger) => ({
    replace: async ({ event: { phoneNumberId = '', message } }, next, event) => {
      const stored = await ledger.find(phoneNumberId, message.id);
      return stored !== undefined && ledger.replace(stored, next, event);
    },
  })),
  'forgets to say how it ended': brokenLedger((ledger) => ({
    replace: (stored, next) => ledger.replace(stored, next),
  })),
  'looks for what has ended again': brokenLedger((ledger) => ({
    find: async (...of) => {
      const stored = await ledger.find(...of);
      return stored && { ...stored, record: undefined };
    },
  })),
};

it.each(Object.entries(bugs))(
  'a bug would be caught: %s',
  async (_name, sabotage) => {
    for (const scenario of Object.values(scenarios)) {
      for (const copies of [[0], [0, 3]]) {
        for (const plan of [new Map(), ...singleFaults(12)]) {
          if ((await run({ ...scenario, copies }, plan, sabotage)).wrong.length > 0) {
            return;
          }
        }
      }
    }
    throw new Error('Nothing noticed it');
  },
  30_000,
);

it('every call was struck by every fault', async () => {
  const struck = new Set<string>();
  const called = new Set<string>();
  for (const scenario of Object.values(scenarios)) {
    await everyPlan(
      async (plan) => {
        const { seam } = (await run(scenario, plan)).world;
        const [fault] = plan.values();
        for (const site of seam.sites) called.add(site);
        for (const site of seam.struck) struck.add(`${site} ${fault}`);
        return seam.calls;
      },
      1,
      { most: mostCalls },
    );
  }
  const all = [...called].flatMap((site) => faults.map((fault) => `${site} ${fault}`));
  expect(all.filter((one) => !struck.has(one))).toEqual([]);
  expect([...called].sort()).toEqual([
    'Cdn.open',
    'Graph.call',
    'MemoryCredentials.find',
    'MemoryCredentials.invalidate',
    'MemoryCredentials.open',
    'MemoryMediaErrors.countOfNumber',
    'MemoryMediaErrors.ofNumber',
    'MemoryMediaErrors.strike',
    'MemoryMediaLedger.find',
    'MemoryMediaLedger.replace',
    'MemoryMediaStore.put',
    'Object.byPhoneNumber',
  ]);
});
