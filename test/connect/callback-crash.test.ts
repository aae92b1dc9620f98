import { describe, expect, it } from '@jest/globals';
import { signedRequest } from '../../local/meta/graph/onboarding/signed-request.ts';
import { everyPlan } from '../pipeline/fault-plans.ts';
import { FaultSeam } from '../pipeline/faults.ts';
import { ConnectWorld } from './connect-world.ts';
import { app } from './meta-in-process.ts';

const organizationId = 'north';
const number = { id: '20012001', displayPhoneNumber: '15550001111' };
const wabaId = '10011001';

/** What somebody asks for, again until it is done, and what must hold then. */
interface Scenario {
  ask(world: ConnectWorld): ReturnType<ConnectWorld['request']>;
  expectDone(world: ConnectWorld): Promise<void>;
}

const token = 'EAAbyhand';

function byHand(world: ConnectWorld) {
  return world.request('POST', '/save-whatsapp-credentials', {
    body: { organizationId, wabaId, accessToken: token },
  });
}

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
    ask: (world) =>
      world.request('DELETE', '/save-whatsapp-credentials', { body: { organizationId, wabaId } }),
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
  'delete a person at Meta': {
    ask: (world) => metaAsks(world, '/wa-data-deletion'),
    async expectDone(world) {
      await expectState(world, 'disconnected');
      expect(await world.people.connectionsOf(userOf(world))).toEqual([]);
    },
  },
  'save another token': {
    ask: byHand,
    expectDone: (world) => expectState(world, 'active'),
  },
};

describe.each(Object.entries(scenarios))('%s', (_name, { ask, expectDone }) => {
  it('one fault at every call there is: done in the end', async () => {
    await everyPlan(async (plan) => {
      const seam = new FaultSeam(plan);
      const world = await connected(seam);
      for (let attempt = 0; attempt < 4; attempt++) {
        const answer = await ask(world);
        if (answer && answer.statusCode < 400) break;
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
