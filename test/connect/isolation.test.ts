import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sequences } from '../pipeline/runs.ts';
import { ConnectWorld, type Sabotage } from './connect-world.ts';

/** Names that run into each other where keys are put together carelessly. */
const organizations = ['ORG', 'ORG-1', '__proto__', 'a', 'A', 'CONNECTION', '1001', 'constructor'];
/** An account's id may be a number's id too, or begin with another one. */
const ids = ['10010', '100100', '10011', '20010'];

const anId = fc.constantFrom(...ids);

/** Mostly what an honest caller would do: else nothing is ever connected that could be crossed. */
const actionArbitrary = fc
  .record({
    kind: fc.constantFrom(
      'sign up',
      'sign up',
      'sign up',
      'resume',
      'save',
      'disconnect',
      'list',
      'wait',
    ),
    who: fc.nat(2),
    other: fc.nat(2),
    isHonest: fc.constantFrom(true, true, true, false),
    wabaId: anId,
    hint: fc.option(anId, { nil: undefined }),
    phoneNumberId: anId,
  })
  .map(({ isHonest, other, hint, ...action }) => ({
    ...action,
    /** Whose state is used. */
    whose: isHonest ? action.who : other,
    /** What the browser claims the account to be. */
    hint: isHonest ? action.wabaId : hint,
  }));

interface Action {
  kind: string;
  who: number;
  whose: number;
  wabaId: string;
  hint: string | undefined;
  phoneNumberId: string;
}

/** Three organisations, what Meta has granted them, and what they do to each other. */
class Neighbours {
  readonly world: ConnectWorld;
  readonly wrong: string[] = [];
  readonly #names: string[];
  /** Which organisation's own person has gone through the popup for an account. */
  readonly #granted = new Set<string>();
  /** Whose a token is. */
  readonly #tokens = new Map<string, string>();

  constructor(names: string[], sabotage?: Sabotage) {
    this.#names = names;
    this.world = new ConnectWorld(undefined, sabotage);
  }

  async act({ kind, who, whose, wabaId, hint, phoneNumberId }: Action): Promise<void> {
    const me = this.#names[who] ?? '';
    const other = this.#names[whose] ?? '';
    const routes = structuredClone(this.world.claims.numbers);
    const calls = this.world.meta.calls.length;
    switch (kind) {
      case 'sign up': {
        const state = await this.world.start(other);
        const number = { id: phoneNumberId, displayPhoneNumber: '15550001111' };
        const { code } = this.world.meta.signUp({
          wabaId,
          businessId: `9${who}999`,
          phoneNumbers: [number],
        });
        this.#grantAll(me, code);
        const before = new Set(this.world.meta.state.tokens.keys());
        const sessionInfo = hint === undefined ? {} : { waba_id: hint };
        const body = { organizationId: me, state, code, sessionInfo };
        const answer = await this.world.request('POST', '/wa-es-callback', { body });
        for (const token of this.world.meta.state.tokens.keys()) {
          if (!before.has(token)) this.#tokens.set(token, me);
        }
        this.#expect(me === other || answer?.statusCode === 400, "another's state was taken");
        break;
      }
      case 'resume':
        await this.world.request('POST', '/wa-es-callback/resume', {
          body: { organizationId: me, wabaId },
        });
        break;
      case 'save': {
        // Whoever has a token has what it grants: its own is all that an organisation can have.
        const [accessToken = 'EAA-unknown'] =
          [...this.#tokens].find(([, owner]) => owner === me) ?? [];
        const body = { organizationId: me, wabaId, accessToken };
        await this.world.request('POST', '/save-whatsapp-credentials', { body });
        break;
      }
      case 'disconnect':
        await this.world.request('DELETE', '/save-whatsapp-credentials', {
          body: { organizationId: me, wabaId },
        });
        break;
      case 'list': {
        const answer = await this.world.request('GET', '/save-whatsapp-credentials', {
          query: { organizationId: me, source: 'live' },
        });
        for (const one of this.#names.filter((name) => name !== me)) {
          const names = `"organizationId":"${one}"`;
          this.#expect(!answer?.body.includes(names), `${me} is shown what is ${one}'s`);
        }
        break;
      }
      default:
        this.world.nowMs += 45_000;
    }
    for (const { token } of this.world.meta.calls.slice(calls)) {
      const owner = this.#tokens.get(token ?? '');
      this.#expect(owner === undefined || owner === me, `${me} has used a token of ${owner}`);
    }
    this.#checkMoves(routes, me);
    await this.#checkStored();
  }

  /** A person of the organisation's has granted all accounts of their business. */
  #grantAll(organizationId: string, code: string): void {
    for (const wabaId of this.world.meta.onboarding.codes.get(code)?.wabaIds ?? []) {
      this.#granted.add(JSON.stringify([organizationId, wabaId]));
    }
  }

  #checkMoves(
    before: ReadonlyMap<string, { organizationId: string; state: string; releasedAt?: number }>,
    actor: string,
  ) {
    for (const [id, route] of this.world.claims.numbers) {
      const old = before.get(id);
      if (!old || JSON.stringify(old) === JSON.stringify(route)) continue;
      this.#expect(
        old.organizationId === actor || old.state === 'RELEASED',
        `${actor} has touched a route of ${old.organizationId}`,
      );
      const isFree = this.world.nowMs - (old.releasedAt ?? Number.POSITIVE_INFINITY) >= 60_000;
      this.#expect(
        old.organizationId === route.organizationId || isFree,
        `${id} went from ${old.organizationId} to ${route.organizationId} too early`,
      );
    }
  }

  async #checkStored(): Promise<void> {
    const { claims, store, meta, connections } = this.world;
    for (const [id, { organizationId, wabaId }] of claims.numbers) {
      const isGranted = this.#granted.has(JSON.stringify([organizationId, wabaId]));
      this.#expect(isGranted, `${organizationId} has ${id} and was never granted its account`);
      this.#expect(meta.state.numbers.get(id)?.wabaId === wabaId, `${id} is not of ${wabaId}`);
    }
    for (const credential of store.credentials.values()) {
      const token = (await store.open(credential)).reveal();
      const owner = this.#tokens.get(token);
      this.#expect(
        owner === credential.organizationId,
        `${credential.organizationId} has ${owner}'s token`,
      );
      const reached = meta.state.tokens.get(token)?.wabaIds ?? [];
      this.#expect(
        reached.includes(credential.wabaId),
        'a token is kept for what it does not reach',
      );
      for (const other of this.#names.filter((name) => name !== credential.organizationId)) {
        const opened = await store
          .open({ ...credential, organizationId: other })
          .catch(() => undefined);
        this.#expect(!opened, `${other} can open a token of ${credential.organizationId}`);
      }
    }
    for (const { organizationId, wabaId } of connections.told) {
      const isGranted = this.#granted.has(JSON.stringify([organizationId, wabaId]));
      this.#expect(isGranted, `${organizationId} is told of ${wabaId}`);
    }
  }

  #expect(holds: boolean, what: string): void {
    if (!holds) this.wrong.push(what);
  }
}

const scripts = fc.record({
  names: fc.shuffledSubarray(organizations, { minLength: 3, maxLength: 3 }),
  actions: fc.array(actionArbitrary, { minLength: 1, maxLength: 10 }),
});

async function wrongWith(
  { names, actions }: { names: string[]; actions: Action[] },
  sabotage?: Sabotage,
): Promise<string[]> {
  const neighbours = new Neighbours(names, sabotage);
  for (const action of actions) {
    await neighbours.act(action);
  }
  return neighbours.wrong;
}

it('nothing crosses between organisations', async () => {
  let connected = 0;
  await fc.assert(
    fc.asyncProperty(scripts, async (script) => {
      const neighbours = new Neighbours(script.names);
      for (const action of script.actions) await neighbours.act(action);
      connected += neighbours.world.connections.told.filter(
        ({ state }) => state === 'active',
      ).length;
      expect(neighbours.wrong).toEqual([]);
    }),
    { numRuns: sequences(2000) },
  );
  expect(connected).toBeGreaterThan(sequences(2000) / 2);
}, 600_000);

/** Bugs that others have shipped. */
const bugs: Record<string, Sabotage> = {
  'gives a number to whoever comes last': ({ claims }) => ({
    claims: changed(claims, {
      claimNumber: async (number, at) => {
        for (const organizationId of organizations) {
          for (const wabaId of ids) {
            await claims.releaseNumber({ ...number, organizationId, wabaId }, new Date(0));
          }
        }
        return claims.claimNumber(number, at);
      },
    }),
  }),
  'does not wait until routes are forgotten': ({ claims }) => ({
    claims: changed(claims, {
      claimNumber: (number, at) => claims.claimNumber(number, new Date(at.getTime() + 120_000)),
    }),
  }),
  'believes the browser': ({ appGraph }) => ({
    appGraph: {
      callAsApp: async (request) => {
        const answer = await appGraph.callAsApp(request);
        return request.path === 'debug_token' && answer.kind === 'ok'
          ? { kind: 'ok', body: widened(answer.body) }
          : answer;
      },
    },
  }),
};

/** As if Meta had granted every account. */
function widened(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body, (key, value) => (key === 'target_ids' ? ids : value)));
}

function changed<Port extends object>(port: Port, change: Partial<Port>): Port {
  return new Proxy(port, {
    get: (target, name) => Reflect.get(change, name) ?? Reflect.get(target, name),
  });
}

it.each(Object.entries(bugs))('a bug would be caught: %s', async (_name, sabotage) => {
  const found = fc.check(
    fc.asyncProperty(scripts, async (script) => (await wrongWith(script, sabotage)).length === 0),
    { numRuns: 2000, endOnFailure: true },
  );
  expect((await found).failed).toBe(true);
});
