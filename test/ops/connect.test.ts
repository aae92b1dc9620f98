import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { connectionSteps } from '../../shared/connections/connection.schema.ts';
import { ConnectWorld } from '../connect/connect-world.ts';
import { app } from '../connect/meta-in-process.ts';
import { FaultSeam } from '../pipeline/faults.ts';
import { type Ended, startCommand } from './run-command.ts';
import { type ServedWorld, serveWorld } from './serve-world.ts';

jest.setTimeout(40_000);

const token = 'EAAthe-token-that-nobody-sees';
const pin = '739146';
const number = { id: '20012001', displayPhoneNumber: '15550001111' };
const wabaId = '10011001';

let world: ConnectWorld;
let api: ServedWorld;
/** What has to happen before Meta registers a number. */
let beforeRegister: Promise<unknown> = Promise.resolve();

beforeEach(async () => {
  beforeRegister = Promise.resolve();
  world = new ConnectWorld(new FaultSeam(), ({ graph }) => ({
    graph: {
      async call(request) {
        if (request.path.endsWith('/register')) await beforeRegister;
        return graph.call(request);
      },
    },
  }));
  world.meta.signUp({ wabaId, phoneNumbers: [number] });
  world.meta.state.tokens.set(token, { appId: app.appId, wabaIds: [wabaId] });
  api = await serveWorld(world);
});
afterEach(() => api.stop());

const ofNorth = () => ['--organization', 'north', '--api-url', api.url];
const withToken = { env: { WHATSAPP_TOKEN: token } };
const start = (options: string[], given: Parameters<typeof startCommand>[2] = {}) =>
  startCommand('ops/connect.ts', [...ofNorth(), ...options], given);

/** Runs the command; what nobody may see is in nothing that it says. */
async function connect(options: string[], given?: Parameters<typeof start>[1]): Promise<Ended> {
  const { ended } = start(options, given);
  const { code, out, err } = await ended;
  for (const secret of [token, pin, ...world.pins]) expect(out + err).not.toContain(secret);
  return { code, out, err };
}

const setPin = () => {
  const facts = world.meta.onboarding.numbers.get(number.id);
  if (!facts) throw new Error('Meta does not know the number');
  facts.pin = pin;
};

describe('npm run connect', () => {
  it('shows each step once in its order, then the number and what to do next', async () => {
    const { code, out, err } = await connect(['--waba', wabaId], withToken);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const done = [...out.matchAll(/^ {2}done {2}(\w+) +\S/gm)].map(([, step]) => step);
    expect(done).toEqual([...connectionSteps]);
    expect(out).toMatch(/^10011001 {2}active {2}connected \S+ {2}token without an end$/m);
    expect(out).toMatch(
      /^ {2}20012001 {2}\+1 555-000-1111 {2}Lucky Shrub {2}CONNECTED .* {2}receives here$/m,
    );
    expect(out).toMatch(
      new RegExp(`\\nnext: npm run doctor -- --organization north --api-url ${api.url}\\n$`),
    );
    expect(out).not.toContain('\u001b');
    expect(api.requests).toEqual(['POST /save-whatsapp-credentials']);
  });

  it('takes the token from the standard input', async () => {
    const { code } = await connect(['--waba', wabaId, '--token-stdin'], { input: `${token}\n` });
    expect(code).toBe(0);
  });

  it('shows the steps while they are being done', async () => {
    const { promise: shown, resolve } = Promise.withResolvers<void>();
    beforeRegister = shown;
    const { child, ended } = start(['--waba', wabaId], withToken);
    let out = '';
    child.stdout?.on('data', (chunk) => {
      out += chunk;
      if (/^ {2}done {2}subscribe/m.test(out)) resolve();
    });
    await shown;
    expect(out).not.toContain('activate');
    expect((await ended).code).toBe(0);
  });

  it('connects only the numbers that are named', async () => {
    const other = { id: '20012002', displayPhoneNumber: '15550002222' };
    world.meta.signUp({ wabaId, phoneNumbers: [other] });
    const { code, out } = await connect(['--waba', wabaId, '--number', other.id], withToken);
    expect(code).toBe(0);
    expect(out).toContain(other.id);
    expect(out).not.toContain(number.id);
  });

  it('prints the connection as JSON, and the steps beside it', async () => {
    const { code, out, err } = await connect(['--waba', wabaId, '--json'], withToken);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ connection: { wabaId, state: 'active' } });
    expect(err).toMatch(/^ {2}done {2}activate/m);
  });

  it('names step, cause and cure where a token is of no use, and ends with 1', async () => {
    world.meta.state.tokens.set(token, { appId: '5', wabaIds: [wabaId] });
    const { code, out } = await connect(['--waba', wabaId], withToken);
    expect(code).toBe(1);
    expect(out).toMatch(/^ {2}FAIL {2}grants/m);
    expect(out).toMatch(/^The step "grants" has failed \(token-of-another-app\)\. .* Make one/m);
    expect(out).toMatch(/\nto try again: npm run connect -- --organization north --waba 10011001 /);
  });

  describe('where a number has a PIN', () => {
    beforeEach(setPin);

    it('stops at its step and says how to go on', async () => {
      const { code, out } = await connect(['--waba', wabaId], withToken);
      expect(code).toBe(1);
      expect(out).toMatch(/^ {2}FAIL {2}register/m);
      expect(out).toMatch(
        /^step: {2}register, number 20012001\ncause: pin-mismatch \(Meta: 133005 .*\ncure: {2}/m,
      );
      expect(out).toMatch(/\nto go on: npm run connect -- .* --waba 10011001 --resume/);
    });

    it('goes on with the PIN that it is given', async () => {
      const env = { WHATSAPP_TOKEN: token, WHATSAPP_PIN: pin };
      const { code, out } = await connect(['--waba', wabaId], { env });
      expect(code).toBe(0);
      expect(out).toMatch(/FAIL {2}register.*done {2}register.*done {2}activate/s);
      expect(api.requests).toEqual([
        'POST /save-whatsapp-credentials',
        'POST /wa-es-callback/resume',
      ]);
    });

    it('tries a wrong PIN once', async () => {
      const env = { WHATSAPP_TOKEN: token, WHATSAPP_PIN: '111111' };
      const { code } = await connect(['--waba', wabaId], { env });
      expect(code).toBe(1);
      expect(api.requests).toHaveLength(2);
    });

    it('goes on later without the token', async () => {
      await connect(['--waba', wabaId], withToken);
      const env = { WHATSAPP_PIN: pin };
      const { code, out } = await connect(['--waba', wabaId, '--resume'], { env });
      expect(code).toBe(0);
      expect(out).toMatch(/^10011001 {2}active/m);
    });
  });

  it('says after Ctrl-C that nothing is lost, and goes on with what it says', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    beforeRegister = promise;
    const { child, ended } = start(['--waba', wabaId], withToken);
    if (child.stdout) await once(child.stdout, 'data');
    child.kill('SIGINT');
    const { code, err } = await ended;
    resolve();
    expect(code).toBe(130);
    expect(err).toMatch(/Nothing is lost.*\n +npm run connect -- --organization north --waba 1/);
    const resumed = await connect(['--waba', wabaId, '--resume']);
    expect(resumed.code).toBe(0);
  });

  it('goes on by itself where one request was too short', async () => {
    const { resolve, promise } = Promise.withResolvers<void>();
    beforeRegister = promise;
    const command = connect(['--waba', wabaId], withToken);
    while (!world.meta.calls.some(({ path }) => path.endsWith('/subscribed_apps'))) {
      await new Promise((next) => setTimeout(next, 10));
    }
    world.nowMs += 60_000;
    resolve();
    expect((await command).code).toBe(0);
    expect(api.requests).toContain('POST /wa-es-callback/resume');
  });

  it('lists connections with their numbers and when their tokens end', async () => {
    const expiresAt = Date.now() + 30.5 * 86_400_000;
    world.meta.state.tokens.set(token, { appId: app.appId, wabaIds: [wabaId], expiresAt });
    expect((await connect(['--list'])).out).toBe('north has no connections.\n');
    await connect(['--waba', wabaId], withToken);
    const { code, out } = await connect(['--list']);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^10011001 {2}active {2}connected \S+ {2}token ends \S+, in 30 days\n {2}20/,
    );
    const { data } = JSON.parse((await connect(['--list', '--json'])).out);
    expect(data).toEqual([expect.objectContaining({ wabaId, state: 'active' })]);
  });

  it('disconnects, not without being told twice', async () => {
    await connect(['--waba', wabaId], withToken);
    const asked = await connect(['--disconnect', wabaId]);
    expect(asked).toEqual({
      code: 2,
      out: '',
      err: 'Add --yes: there is no terminal to ask at.\n',
    });
    expect(world.connections.records[0]?.state).toBe('active');
    const { code, out } = await connect(['--disconnect', wabaId, '--yes']);
    expect(code).toBe(0);
    expect(out).toMatch(/^10011001 {2}disconnected {2}.* {2}no token\n.*does not receive here\n$/);
  });

  it.each<[string, string[], string, RegExp]>([
    ['no account', [], token, /^--waba is missing, and there is no terminal/],
    ['an account that is none', ['--waba', 'x'], token, /^--waba: An id of Meta has digits only/],
    ['no token', ['--waba', wabaId], '', /^WHATSAPP_TOKEN: That is no access token/],
    ['a number that is none', ['--waba', wabaId, '--number', 'x'], token, /^--number: An id/],
    ['a connection that is none', ['--waba', '1', '--resume'], token, /no such connection/],
    [
      'a wrong organisation',
      ['--list', '--organization', 'a b'],
      token,
      /^--organization: 1 to 64/,
    ],
    ['nobody there', ['--list', '--api-url', 'http://127.0.0.1:9'], '', /does not answer/],
    ['no TLS', ['--list', '--api-url', 'http://api.example'], '', /must begin with https/],
  ])('ends with 2 for %s', async (_what, options, WHATSAPP_TOKEN, message) => {
    const { code, out, err } = await connect(options, { env: { WHATSAPP_TOKEN } });
    expect(code).toBe(2);
    expect(out).not.toContain('done');
    expect(err).toMatch(message);
  });
});
