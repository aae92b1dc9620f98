import { describe, expect, it } from '@jest/globals';
import { everyPlan, type FaultPlan, singleFaults } from '../pipeline/fault-plans.ts';
import { FaultSeam, faults } from '../pipeline/faults.ts';
import { isThorough } from '../pipeline/runs.ts';
import { type Answer, ConnectWorld, type Sabotage } from './connect-world.ts';

const organizationId = 'north';

/** How a business comes along, and how often at once. */
interface Scenario {
  signup?: object;
  /** A second tab with a signup of its own, or the same callback twice. */
  twice?: 'two tabs' | 'double callback';
}

const number = { id: '20012001', displayPhoneNumber: '15550001111' };
const account = { wabaId: '10011001', phoneNumbers: [number] };

const scenarios: Record<string, Scenario> = {
  'a new number': {},
  'a number of the WhatsApp Business app': { signup: { coexistence: true } },
  'two numbers': { signup: { phoneNumbers: [number, { ...number, id: '20022002' }] } },
};

/** A person who goes on until the number works: resumes what can be resumed, else starts again. */
async function persist(world: ConnectWorld, scenario: Scenario, delay = 0): Promise<void> {
  const { wabaId } = account;
  for (let signups = 0; signups < 4; signups++) {
    const state = await world.start(organizationId);
    const { code } = world.meta.signUp({ ...account, ...scenario.signup });
    for (let turn = 0; turn < delay; turn++) {
      await Promise.resolve();
    }
    const body = { organizationId, state, code, sessionInfo: { waba_id: wabaId } };
    const call = () => world.request('POST', '/wa-es-callback', { body });
    const answers =
      scenario.twice === 'double callback' ? await Promise.all([call(), call()]) : [await call()];
    if (answers.some(isActive)) return;
    for (let resumes = 0; resumes < 4; resumes++) {
      world.nowMs += 1000;
      const answer = await world.request('POST', '/wa-es-callback/resume', {
        body: { organizationId, wabaId },
      });
      if (isActive(answer)) return;
      if (answer?.statusCode === 404) break;
    }
  }
}

function isActive(answer: Answer | undefined): boolean {
  return answer?.body.includes('"state":"active"') ?? false;
}

async function run(
  scenario: Scenario,
  plan: FaultPlan = new Map(),
  { delay = 0, sabotage }: { delay?: number; sabotage?: Sabotage } = {},
): Promise<{ world: ConnectWorld; wrong: string[] }> {
  const world = new ConnectWorld(new FaultSeam(plan), sabotage);
  await Promise.all([
    persist(world, scenario),
    ...(scenario.twice === 'two tabs' ? [persist(world, scenario, delay)] : []),
  ]);
  // A signup that was given up for another is found, and changes nothing.
  await world.request('POST', '/wa-es-callback/resume', {
    body: { organizationId, wabaId: account.wabaId },
  });
  return { world, wrong: await violations(world, scenario) };
}

/** Everything that must hold when all is over: a line for each thing that does not. */
async function violations(world: ConnectWorld, { signup, twice }: Scenario): Promise<string[]> {
  const { wabaId } = account;
  const found: string[] = [];
  const expectThat = (holds: boolean, what: string) => {
    if (!holds) found.push(what);
  };
  const [record, ...more] = world.connections.records;
  expectThat(more.length === 0, 'there are several connections');
  expectThat(record?.state === 'active', `the connection is ${record?.state}`);
  const credential = await world.store.find(organizationId, wabaId);
  expectThat(credential?.state === 'VALID', `the credential is ${credential?.state}`);
  const token = credential && (await world.store.open(credential)).reveal();
  expectThat(world.meta.state.tokens.has(token ?? ''), 'Meta does not know the token');
  expectThat(world.store.signups.size === 0, 'a token is left without a connection');
  for (const [id, route] of world.claims.numbers) {
    expectThat(route.state === 'ACTIVE', `the route of ${id} is ${route.state}`);
    const facts = world.meta.onboarding.numbers.get(id);
    expectThat(facts?.registered === true, `${id} is not registered`);
    const registrations = facts?.registerCalls.length ?? 0;
    expectThat(registrations <= 3, `${id} was registered ${registrations} times`);
    expectThat(
      !facts?.pin || world.pins.includes(facts.pin),
      `${id} has a PIN that nobody here has made`,
    );
    expectThat(Boolean(facts?.pin) === world.store.pins.size > 0, `the PIN of ${id} is not kept`);
  }
  const { phoneNumbers = [number] } = Object(signup ?? {});
  expectThat(world.claims.numbers.size === phoneNumbers.length, 'not every number is claimed');
  expectThat((await world.claims.usersOf(wabaId)).length === 1, 'the account is not used once');
  expectThat(world.meta.onboarding.subscribedAccounts.has(wabaId), 'the app is not subscribed');
  expectThat(world.templates.marked.includes(wabaId), 'templates are not fetched again');
  const ids = world.connections.told.map(({ eventId }) => eventId);
  expectThat(new Set(ids).size === ids.length, 'something was told twice');
  expectThat(world.connections.told.at(-1)?.state === 'active', 'active is not what was told last');
  const restarts = world.meta.onboarding.codes.size - (twice === 'two tabs' ? 2 : 1);
  const excuses = world.seam.struck.filter((site) => untilKept.includes(site)).length;
  expectThat(restarts <= excuses, 'a token that was kept is lost');
  return found;
}

/** As long as the token is not kept, only a new signup helps. */
const untilKept = [
  'MemorySignupStates.use',
  'Meta GET oauth/access_token',
  'MemoryCredentialStore.keepSignup',
];

/** Expects that all ends well. @returns how many calls there were */
async function runWell(scenario: Scenario, plan: FaultPlan, delay = 0): Promise<number> {
  const { world, wrong } = await run(scenario, plan, { delay });
  if (wrong.length > 0) {
    const what = { scenario, delay, plan: [...plan] };
    expect({ ...what, wrong }).toEqual({ ...what, wrong: [] });
  }
  return world.seam.calls;
}

/** Expects that all ends well with any one fault. */
async function everyFaultEndsWell(scenario: Scenario, delay = 0): Promise<void> {
  const { calls, singles } = await everyPlan((plan) => runWell(scenario, plan, delay), 1);
  expect(singles).toBe(4 * calls);
}

/** By how many turns the second tab comes later. */
const delays = isThorough ? Array.from({ length: 40 }, (_, at) => 4 * at) : [0, 17, 60];

describe.each(Object.entries(scenarios))('%s', (_name, scenario) => {
  it('is connected where nothing goes wrong', async () => {
    expect((await run(scenario)).wrong).toEqual([]);
  });

  it('is connected with any one fault', async () => {
    await everyFaultEndsWell(scenario);
  });

  it('is connected once with a double callback and any one fault', async () => {
    await everyFaultEndsWell({ ...scenario, twice: 'double callback' });
  });

  it('is connected once in two tabs, whenever the second comes, with any one fault', async () => {
    for (const delay of delays) {
      await everyFaultEndsWell({ ...scenario, twice: 'two tabs' }, delay);
    }
  });
});

it('is connected with any two faults, and every call is struck by every fault', async () => {
  const struck = new Set<string>();
  const called = new Set<string>();
  for (const scenario of Object.values(scenarios)) {
    const runSeen = async (plan: FaultPlan) => {
      const { world, wrong } = await run(scenario, plan);
      if (wrong.length > 0) {
        expect({ plan: [...plan], wrong }).toEqual({ plan: [...plan], wrong: [] });
      }
      const kinds = [...plan.values()];
      for (const site of world.seam.sites) called.add(site);
      for (const [at, site] of world.seam.struck.entries()) struck.add(`${site} ${kinds[at]}`);
      return world.seam.calls;
    };
    const { calls, singles, pairs } = await everyPlan(runSeen, 2, { pairsApart: 29 });
    expect(singles).toBe(4 * calls);
    expect(pairs).toBeGreaterThan((singles * singles) / 4);
  }
  const all = [...called].flatMap((site) => faults.map((fault) => `${site} ${fault}`));
  expect(all.filter((one) => !struck.has(one))).toEqual([]);
  expect([...called].sort()).toMatchInlineSnapshot(`
[
  "MemoryApp.verifyToken",
  "MemoryConnections.change",
  "MemoryConnections.find",
  "MemoryCredentialStore.dropSignup",
  "MemoryCredentialStore.find",
  "MemoryCredentialStore.keepPin",
  "MemoryCredentialStore.keepSignup",
  "MemoryCredentialStore.open",
  "MemoryCredentialStore.openSignup",
  "MemoryCredentialStore.pendingSignups",
  "MemoryCredentialStore.store",
  "MemoryMetaPeople.remember",
  "MemoryRouteClaims.activateAccount",
  "MemoryRouteClaims.activateNumber",
  "MemoryRouteClaims.claimAccount",
  "MemoryRouteClaims.claimNumber",
  "MemorySettings.read",
  "MemorySignupStates.issue",
  "MemorySignupStates.use",
  "MemoryTemplateMarks.markChanged",
  "Meta GET debug_token",
  "Meta GET id/phone_numbers",
  "Meta GET id/subscribed_apps",
  "Meta GET id/subscriptions",
  "Meta GET oauth/access_token",
  "Meta POST id/register",
  "Meta POST id/smb_app_data",
  "Meta POST id/subscribed_apps",
  "Meta POST id/subscriptions",
]
`);
}, 600_000);

/** Bugs that others have shipped. */
const bugs: Record<string, Sabotage> = {
  'keeps the token in memory until all is done': ({ store }) => ({
    store: changed(store, { keepSignup: async () => {} }),
  }),
  'forgets the token before the connection has it': ({ store }) => ({
    store: changed(store, {
      pendingSignups: async (organizationId) => {
        const pending = await store.pendingSignups(organizationId);
        for (const { signupId } of pending) await store.dropSignup(organizationId, signupId);
        return pending;
      },
    }),
  }),
  'makes up a PIN that it does not keep': ({ store }) => ({
    store: changed(store, { keepPin: async (_number, pin) => pin }),
  }),
  'takes a timeout for a success': ({ graph }) => ({
    graph: {
      call: async (request) => {
        const answer = await graph.call(request);
        return answer.kind === 'unsent' ? { kind: 'ok', body: { data: [] } } : answer;
      },
    },
  }),
};

function changed<Port extends object>(port: Port, change: Partial<Port>): Port {
  return new Proxy(port, {
    get: (target, name) => Reflect.get(change, name) ?? Reflect.get(target, name),
  });
}

/** Every plan of two faults of which the second strikes soon after the first. */
function* closeFaults(calls: number): Generator<FaultPlan> {
  for (const first of singleFaults(calls)) {
    const [struck = 0] = first.keys();
    for (const fault of faults) {
      for (const distance of [1, 2, 3]) {
        yield new Map([...first, [struck + distance, fault]]);
      }
    }
  }
}

it.each(Object.entries(bugs))('a bug would be caught: %s', async (_name, sabotage) => {
  for (const plan of [new Map(), ...singleFaults(50), ...closeFaults(50)]) {
    if ((await run({}, plan, { sabotage })).wrong.length > 0) {
      return;
    }
  }
  throw new Error('Nothing noticed it');
});
