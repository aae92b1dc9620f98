import { inspect } from 'node:util';
import { expect, it } from '@jest/globals';
import { type Fault, FaultSeam, faults } from '../pipeline/faults.ts';
import { ConnectWorld, callbackUrl, page } from './connect-world.ts';
import { app } from './meta-in-process.ts';

const organizationId = 'north';
const number = { id: '20012001', displayPhoneNumber: '15550001111' };
const account = { wabaId: '10011001', phoneNumbers: [number] };
const { wabaId } = account;
const ownPin = '739146';

/** Every address, with the plan of faults. @returns all that somebody may see, and all that nobody may */
async function run(plan: ReadonlyMap<number, Fault>) {
  const world = new ConnectWorld(new FaultSeam(plan));
  const seen: unknown[] = [];
  const codes: string[] = [];
  const see = async (answer: unknown) => {
    seen.push(await answer);
  };
  const signUp = (more: object) => {
    const { code } = world.meta.signUp({ ...account, ...more });
    codes.push(code);
    return code;
  };
  const post = (path: string, body: object) => see(world.request('POST', path, { body }));

  const state = await world.start(organizationId);
  const code = signUp({ phoneNumbers: [{ ...number, pin: ownPin }] });
  await post('/wa-es-callback', { organizationId, state, code, sessionInfo: { waba_id: wabaId } });
  await post('/wa-es-callback/resume', { organizationId, wabaId, pin: '571938' });
  await post('/wa-es-callback/resume', { organizationId, wabaId, pin: ownPin });
  const redirected = {
    state: await world.start(organizationId, page),
    code: signUp({ redirectUri: callbackUrl }),
  };
  await see(world.request('GET', '/wa-es-callback', { query: redirected }));
  const token = [...world.meta.state.tokens.keys()].at(-1) ?? 'EAA-unknown-token';
  await post('/save-whatsapp-credentials', { organizationId, wabaId, accessToken: token });
  await post('/save-whatsapp-credentials', { organizationId, wabaId, accessToken: `${token}x` });
  const query = { organizationId, source: 'live' };
  await see(world.request('GET', '/save-whatsapp-credentials', { query }));
  await see(
    world.request('DELETE', '/save-whatsapp-credentials', { body: { organizationId, wabaId } }),
  );
  return {
    world,
    visible: [
      seen,
      world.reports,
      world.connections.told,
      world.connections.records,
      [...world.store.signups.values()],
      [...world.store.credentials.values()],
    ],
    secrets: [
      ...[...world.meta.state.tokens.keys(), ...codes],
      ...[app.appSecret, ownPin, '571938', ...world.pins],
    ],
  };
}

function textOf(value: unknown): string {
  // As it is logged, and as it is sent or stored.
  return `${inspect(value, { depth: null, maxStringLength: null, maxArrayLength: null })} ${JSON.stringify(value)}`;
}

it('no token, code, PIN or app secret is in any answer, error, event or record, whatever fails', async () => {
  const { world, visible } = await run(new Map());
  expect(textOf(visible)).toContain('"state":"active"');
  for (let call = 1; call <= world.seam.calls; call++) {
    for (const fault of faults) {
      const { visible: shown, secrets } = await run(new Map([[call, fault]]));
      const text = textOf(shown);
      const leaks = secrets.filter((secret) => text.includes(secret));
      expect({ call, fault, leaks }).toEqual({ call, fault, leaks: [] });
    }
  }
}, 120_000);
