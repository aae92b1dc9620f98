import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import * as z from 'zod';
import { startCommand } from '../ops/run-command.ts';
import { bootDemo, type DemoStack } from './demo-stack.ts';

jest.setTimeout(20_000);

let demo: DemoStack;
beforeAll(async () => {
  demo = await bootDemo();
}, 60_000);
afterAll(() => demo.stop());

const run = (tool: 'doctor' | 'connect', options: string[], env: Record<string, string> = {}) =>
  startCommand(`ops/${tool}.ts`, [...options, '--api-url', demo.url], { env }).ended;
const doctor = (organization: string) => run('doctor', ['--organization', organization]);

it('the doctor finds nothing wrong with the demo', async () => {
  const { code, out } = await doctor('demo');
  expect(out).toMatch(/\n\d+ ok, 0 to look at, 0 failed, 0 skipped\n$/);
  expect(code).toBe(0);
});

it.each([
  ['Access token', { code: 190, subcode: 463, path: 'debug_token' }],
  ["Account's webhooks", { code: 10, path: 'subscribed_apps' }],
  ['Graph API', { kind: 'reset-before', count: 50 }],
])('the doctor fails on "%s" alone after the fault %j', async (row, fault) => {
  await demo.local('/_local/graph/faults', fault);
  const { code, out } = await doctor('demo');
  await demo.local('/_local/graph/faults', { reset: true });
  const failed = out.split('\n').filter((line) => line.startsWith('  FAIL'));
  expect(failed).toEqual([expect.stringContaining(row)]);
  expect(out).toContain('cure: ');
  expect(code).toBe(1);
});

it('an organisation is connected by hand, is well, and no log has its token', async () => {
  const signup = z.object({ code: z.string() });
  const account = { wabaId: '304050607080903', phoneNumbers: [{ id: '309080706050403' }] };
  const { code } = signup.parse(await demo.local('/_local/graph/signup', account));
  const { appId, appSecret } = demo.graph.state;
  const query = new URLSearchParams({ client_id: appId, client_secret: appSecret, code });
  const answer = await fetch(`${demo.graph.url}/v25.0/oauth/access_token?${query}`);
  const token = z.object({ access_token: z.string() }).parse(await answer.json()).access_token;
  const options = ['--organization', 'acme', '--waba', account.wabaId];
  const connected = await run('connect', options, { WHATSAPP_TOKEN: token });
  expect(connected).toMatchObject({ code: 0, out: expect.stringContaining('active') });
  expect(await doctor('acme')).toMatchObject({ code: 0 });
  for (const secret of demo.graph.state.tokens.keys()) {
    expect(demo.logs()).not.toContain(secret);
  }
  const pin = demo.graph.onboarding.numbers.get('309080706050403')?.pin ?? 'no PIN was set';
  expect(demo.logs()).not.toMatch(new RegExp(`\\b${pin}\\b`));
});
