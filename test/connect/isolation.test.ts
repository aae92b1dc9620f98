import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { aliasesInDynamoDb } from '../../lambdas/ingest/alias.dynamodb.ts';
import { sweep } from '../../lambdas/ingest/drain.ts';
import { ledgerInDynamoDb } from '../../lambdas/ingest/ledger.dynamodb.ts';
import { normalise } from '../../lambdas/ingest/normalise.ts';
import { parkedInDynamoDb } from '../../lambdas/ingest/parked.dynamodb.ts';
import { sendFactsInDynamoDb } from '../../lambdas/ingest/send-facts.dynamodb.ts';
import { messageKey } from '../../shared/events/message-item.ts';
import { routesInDynamoDb } from '../../shared/routing/route.dynamodb.ts';
import type { RouteTable } from '../../shared/routing/route.port.ts';
import { routeClaimsInDynamoDb } from '../../shared/routing/route-claims.dynamodb.ts';
import { tableReader } from '../../shared/table/table-reader.dynamodb.ts';
import { type Engines, startEngines } from '../contract/engines.ts';
import { MemoryConnections } from '../fakes/memory-connections.ts';
import { MemoryObjectStore } from '../fakes/memory-object-store.ts';
import { MemoryWebhookQueue } from '../fakes/memory-queues.ts';
import { MemorySendLedger } from '../fakes/memory-send-ledger.ts';
import { MemorySettings } from '../fakes/memory-settings.ts';
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
    { numRuns: sequences(500) },
  );
  expect(connected).toBeGreaterThan(sequences(500) / 2);
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

describe('a number that goes from one organisation to another', () => {
  let engines: Engines;
  beforeAll(async () => {
    engines = await startEngines();
  });
  afterAll(() => engines.stop());

  let next = 0;

  /** One number in the real table, what comes for it, and whose that is. */
  class Handover {
    readonly #number = { phoneNumberId: `2${++next}`, wabaId: `1${next}` };
    readonly #queue = new MemoryWebhookQueue();
    readonly #claims = routeClaimsInDynamoDb(engines.dynamoDb, engines.tableName);
    readonly #routes: RouteTable;
    #nowMs = Date.parse('2026-11-22T10:00:00.000Z');
    /** Who has had the number last, by our own account, and whether it is given back. */
    #owner: string | undefined;
    #isReleased = true;
    /** Of each message, who had the number when it came: the first owner where nobody ever had. */
    readonly #came = new Map<string, string | undefined>();
    /** The messages that are for nobody any more: the number has changed hands since. */
    readonly #lapsed = new Set<string>();

    constructor(routesOf: (routes: RouteTable) => RouteTable) {
      this.#routes = routesOf(routesInDynamoDb(engines.dynamoDb, engines.tableName));
    }

    async act({ kind, organizationId }: { kind: string; organizationId: string }): Promise<void> {
      const number = { organizationId, ...this.#number };
      this.#nowMs += 1000;
      switch (kind) {
        case 'claim':
          if ((await this.#claims.claimNumber(number, new Date(this.#nowMs))) === 'claimed') {
            this.#isReleased = false;
            this.#takeOver(organizationId);
          }
          break;
        case 'activate':
          await this.#claims.activateNumber(number);
          break;
        case 'release':
          await this.#claims.releaseNumber(number, new Date(this.#nowMs));
          this.#isReleased ||= organizationId === this.#owner;
          break;
        case 'wait':
          this.#nowMs += 61_000;
          break;
        case 'message':
          this.#receive();
          break;
        default:
          await this.#work();
      }
    }

    #takeOver(organizationId: string): void {
      for (const [id, owner] of this.#came) {
        if (this.#owner === undefined) {
          this.#came.set(id, organizationId);
        } else if (owner !== organizationId || this.#owner !== organizationId) {
          this.#lapsed.add(id);
        }
      }
      this.#owner = organizationId;
    }

    #receive(): void {
      const id = `wamid.${this.#number.phoneNumberId}.${this.#came.size}`;
      const timestamp = String(Math.floor(this.#nowMs / 1000));
      const messages = [{ id, from: '966500000001', timestamp, type: 'text', text: { body: '' } }];
      const value = { metadata: { phone_number_id: this.#number.phoneNumberId }, messages };
      const body = JSON.stringify({
        schemaVersion: 1,
        receivedAt: new Date(this.#nowMs).toISOString(),
        changes: [{ entryId: this.#number.wabaId, field: 'messages', position: 0, value }],
      });
      this.#came.set(id, this.#owner);
      this.#queue.messages.push({ groupId: 'group', body });
    }

    /** Sweeps, and works on what waits. */
    async #work(): Promise<void> {
      const { dynamoDb, tableName } = engines;
      const now = () => new Date(this.#nowMs);
      const parked = {
        ...parkedInDynamoDb(dynamoDb, tableName),
        owners: async () => [this.#number.phoneNumberId],
      };
      await sweep({ routes: this.#routes, parked, queue: this.#queue });
      const reader = tableReader(dynamoDb, tableName);
      for (const { body } of this.#queue.messages.splice(0)) {
        await normalise(body, {
          routes: this.#routes,
          aliases: aliasesInDynamoDb(dynamoDb, tableName),
          ledger: ledgerInDynamoDb(dynamoDb, { tableName, retentionDays: async () => 30, now }),
          sendFacts: sendFactsInDynamoDb(dynamoDb, { tableName, reader, now }),
          ...{ connections: new MemoryConnections(), sends: new MemorySendLedger() },
          ...{ store: new MemoryObjectStore(), rawBucket: 'raw', now },
          settings: new MemorySettings(),
          noteSightings: async () => undefined,
        });
      }
    }

    /** @returns what crossed, and what is missing, once everything is worked on */
    async wrong(): Promise<string[]> {
      const organizationId = this.#owner;
      if (organizationId !== undefined) {
        await this.act({ kind: 'claim', organizationId });
        await this.act({ kind: 'activate', organizationId });
      }
      await this.#work();
      await this.#work();
      const all = [...this.#came].map(async ([id, owner]) => {
        const told = await this.#toldTo(id);
        const isMissing = told === undefined && organizationId && !this.#lapsed.has(id);
        const isCrossed = told !== undefined && owner !== undefined && told !== owner;
        return [
          ...(isMissing ? [`${id} of ${owner} is lost`] : []),
          ...(isCrossed ? [`${id} of ${owner} went to ${told}`] : []),
        ];
      });
      return (await Promise.all(all)).flat();
    }

    async #toldTo(id: string): Promise<string | undefined> {
      const key = messageKey(this.#number.phoneNumberId, id);
      const { Item } = await engines.dynamoDb.send(
        new GetItemCommand({
          TableName: engines.tableName,
          Key: { pk: { S: key }, sk: { S: 'MSG' } },
        }),
      );
      return Item?.['organizationId']?.S;
    }
  }

  const kinds = ['claim', 'claim', 'activate', 'release', 'wait', 'message', 'message', 'work'];
  const actions = fc.array(
    fc.record({
      kind: fc.constantFrom(...kinds),
      organizationId: fc.constantFrom('north', 'south'),
    }),
    { minLength: 4, maxLength: 16 },
  );

  async function wrongAfter(
    script: { kind: string; organizationId: string }[],
    routesOf = (routes: RouteTable) => routes,
  ): Promise<string[]> {
    const handover = new Handover(routesOf);
    for (const action of script) await handover.act(action);
    return handover.wrong();
  }

  const by = (organizationId: string, ...names: string[]) =>
    names.map((kind) => ({ kind, organizationId }));
  const disconnected = [
    ...by('north', 'message', 'claim', 'activate', 'message', 'release', 'message', 'work'),
    ...by('north', 'message', 'wait'),
  ];

  it.each([
    ['comes back at once', by('north', 'claim', 'activate', 'work', 'message')],
    ['comes back late', by('north', 'wait', 'claim', 'activate', 'work', 'message')],
    ['is another', by('south', 'claim', 'message', 'activate', 'message', 'work')],
  ])('nothing crosses and nothing is lost where the next owner %s', async (_who, then) => {
    expect(await wrongAfter([...disconnected, ...then])).toEqual([]);
  });

  it('nothing crosses and nothing is lost, whatever they do', async () => {
    await fc.assert(
      fc.asyncProperty(actions, async (script) => expect(await wrongAfter(script)).toEqual([])),
      // Each over a real table: 20,000 would take half an hour.
      { numRuns: Math.min(sequences(150), 1500) },
    );
  }, 600_000);

  it('a bug would be caught: routes that forget who had the number before', async () => {
    const forgetful = (routes: RouteTable): RouteTable => ({
      ...routes,
      async byPhoneNumber(id, options) {
        const route = await routes.byPhoneNumber(id, options);
        return route && { ...route, takenOverAt: undefined };
      },
    });
    const then = by('south', 'claim', 'activate', 'work');
    const found = await wrongAfter([...disconnected, ...then], forgetful);
    expect(found).toContainEqual(expect.stringMatching(/of north went to south/));
  });
});
