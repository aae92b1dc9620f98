import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { signedRequest } from '../../local/meta/graph/onboarding/signed-request.ts';
import { AccessToken } from '../../shared/credentials/access-token.ts';
import { everyPlan } from '../pipeline/fault-plans.ts';
import { FaultSeam } from '../pipeline/faults.ts';
import { type Answer, ConnectWorld, callbackUrl, page } from './connect-world.ts';
import { app } from './meta-in-process.ts';

const organizationId = 'north';
const number = { id: '20012001', displayPhoneNumber: '15550001111' };
const wabaId = '10011001';

/** What somebody asks for, again until it is done, and what must hold then. */
interface Scenario {
  /** Makes what is there before, but for the connection. */
  prepare?(world: ConnectWorld): Promise<void>;
  ask(world: ConnectWorld): Promise<Answer | undefined>;
  isDone?(answer: Answer, world: ConnectWorld): boolean;
  expectDone(world: ConnectWorld): Promise<void>;
}

const token = 'EAAbyhand';

const isAnswered = ({ statusCode }: Answer) => statusCode < 400;
const isActive = ({ body }: Answer) => body.includes('"state":"active"');

function byHand(world: ConnectWorld) {
  return world.request('POST', '/save-whatsapp-credentials', {
    body: { organizationId, wabaId, accessToken: token },
  });
}

function takeApart(world: ConnectWorld) {
  return world.request('DELETE', '/save-whatsapp-credentials', {
    body: { organizationId, wabaId },
  });
}

function resume(world: ConnectWorld) {
  return world.request('POST', '/wa-es-callback/resume', { body: { organizationId, wabaId } });
}

const codeSchema = z.object({ confirmation_code: z.string() });

function userOf(world: ConnectWorld): string {
  return [...world.meta.onboarding.tokens.values()].at(-1)?.userId ?? '';
}

function metaAsks(world: ConnectWorld, path: string) {
  const issuedAt = Math.floor(world.nowMs / 1000) + 60;
  const signed = signedRequest({ userId: userOf(world), issuedAt }, app.appSecret);
  return world.request('POST', path, { form: { signed_request: signed } });
}

async function expectState(world: ConnectWorld, state: string): Promise<void> {
  expect(world.connections.records.map((record) => record.state)).toEqual([state]);
  const ids = world.connections.told.map(({ eventId }) => eventId);
  expect(new Set(ids).size).toBe(ids.length);
}

const scenarios: Readonly<Record<string, Scenario>> = {
  disconnect: {
    ask: takeApart,
    async expectDone(world) {
      await expectState(world, 'disconnected');
      expect(world.store.credentials.size).toBe(0);
      expect(world.claims.numbers.get(number.id)?.state).toBe('RELEASED');
    },
  },
  'deauthorise at Meta': {
    ask: (world) => metaAsks(world, '/wa-deauthorize'),
    expectDone: (world) => expectState(world, 'disconnected'),
  },
  'delete a person at Meta, and ask how far it is': {
    async ask(world) {
      const answer = await metaAsks(world, '/wa-data-deletion');
      const code = codeSchema.safeParse(answer?.json).data?.confirmation_code;
      return code === undefined
        ? undefined
        : world.request('GET', '/wa-data-deletion', { query: { code } });
    },
    async expectDone(world) {
      await expectState(world, 'disconnected');
      expect(await world.people.connectionsOf(userOf(world))).toEqual([]);
    },
  },
  'save another token': {
    ...{ ask: byHand, isDone: isActive },
    expectDone: (world) => expectState(world, 'active'),
  },
  'save a token that is for no account in particular': {
    async prepare({ meta }) {
      const answer = meta.callAsApp.bind(meta);
      const isSaid = (name: string) => name !== 'target_ids';
      meta.callAsApp = async (call) =>
        JSON.parse(
          JSON.stringify(await answer(call), (name, it) => (isSaid(name) ? it : undefined)),
        );
    },
    ...{ ask: byHand, isDone: isActive },
    expectDone: (world) => expectState(world, 'active'),
  },
  'save a token that dies at its first use': {
    async prepare({ meta }) {
      const answer = meta.call.bind(meta);
      meta.call = (call) => {
        meta.state.tokens.clear();
        return answer(call);
      };
    },
    ask: byHand,
    isDone: ({ statusCode }) => statusCode < 500,
    expectDone: (world) => expectState(world, 'degraded'),
  },
  'disconnect while somebody goes on': {
    async ask(world) {
      // In the middle of the steps.
      const apart = async () => {
        for (let turn = 0; turn < 30; turn++) await Promise.resolve();
        await takeApart(world);
      };
      await Promise.all([byHand(world), apart()]);
      return takeApart(world);
    },
    async expectDone(world) {
      await expectState(world, 'disconnected');
      expect(world.claims.numbers.get(number.id)?.state).toBe('RELEASED');
    },
  },
  'list connections as Meta has them': {
    ask: (world) =>
      world.request('GET', '/save-whatsapp-credentials', {
        query: { organizationId, source: 'live' },
      }),
    expectDone: (world) => expectState(world, 'active'),
  },
  'sign up by redirect': {
    async ask(world) {
      const state = await world.start(organizationId, page);
      const signup = { wabaId, phoneNumbers: [number], redirectUri: callbackUrl };
      const { code } = world.meta.signUp(signup);
      await world.request('GET', '/wa-es-callback', { query: { state, code } });
      return resume(world);
    },
    isDone: isActive,
    expectDone: (world) => expectState(world, 'active'),
  },
  'resume a signup whose token is good for nothing': {
    async prepare({ meta, store }) {
      meta.state.tokens.set(token, { appId: 'another app', wabaIds: [wabaId] });
      const exchangedAt = '2026-11-22T10:00:00.000Z';
      const signup = { organizationId, signupId: 'left', userId: 'agent-1', exchangedAt };
      await store.keepSignup(signup, new AccessToken(token));
    },
    ask: resume,
    // Where Meta cannot be asked it stays for the next time.
    isDone: (_answer, { store }) => store.signups.size === 0,
    async expectDone(world) {
      await expectState(world, 'active');
      expect(world.store.signups.size).toBe(0);
    },
  },
};

describe.each(Object.entries(scenarios))('%s', (_name, scenario) => {
  const { prepare, ask, isDone = isAnswered, expectDone } = scenario;

  it('one fault at every call there is: done in the end', async () => {
    await everyPlan(async (plan) => {
      const seam = new FaultSeam(plan);
      const world = await connected(seam);
      await prepare?.(world);
      for (let attempt = 0; attempt < 4; attempt++) {
        const answer = await ask(world);
        if (answer && isDone(answer, world)) break;
        world.nowMs += 1000;
      }
      await expectDone(world);
      return seam.calls;
    }, 1);
  });
});

/** A connection from before the faults begin. */
async function connected(seam: FaultSeam): Promise<ConnectWorld> {
  const world = new ConnectWorld(seam);
  seam.isQuiet = true;
  const state = await world.start(organizationId);
  const { code } = world.meta.signUp({ wabaId, phoneNumbers: [number] });
  world.meta.state.tokens.set(token, { appId: app.appId, wabaIds: [wabaId] });
  await world.request('POST', '/wa-es-callback', {
    body: { organizationId, state, code, sessionInfo: { waba_id: wabaId } },
  });
  seam.isQuiet = false;
  return world;
}
