import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import * as z from 'zod';
import type { InboxEvent } from '../../shared/events/inbox-event.schema.ts';
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

describe('npm run dlq', () => {
  const dlq = (...options: string[]) =>
    startCommand('ops/dlq.ts', options, { env: demo.commandEnv }).ended;
  const deadCounts = async () => {
    const { out } = await dlq('list', '--json');
    const rows = z.array(z.object({ queue: z.string(), dead: z.number() })).parse(JSON.parse(out));
    return rows.filter(({ dead }) => dead > 0);
  };
  const texts = ['first', 'second', 'third'].map((name) => `dead letter, the ${name}`);
  const fits = (event: InboxEvent) =>
    event.type === 'message.received' && texts.some((text) => JSON.stringify(event).includes(text));

  /** Makes dead letters of messages that normalise could not work once. */
  async function makeDeadLetters(): Promise<void> {
    await demo.redriveAfter('WebhookEvents', 1);
    await demo.local('/_local/faults', {
      ...{ function: 'Normalise', service: 'dynamodb', error: 'unavailable', count: 10_000 },
    });
    for (const body of texts) {
      await demo.local('/_local/simulate', { type: 'text', text: { body } });
    }
    await demo.deadOnce('WebhookEvents', texts.length);
    await demo.local('/_local/faults', { clear: true });
    await demo.redriveAfter('WebhookEvents', 50);
  }

  it('lists, shows and redrives real dead letters, each worked once', async () => {
    await makeDeadLetters();
    expect(await deadCounts()).toEqual([{ queue: 'webhook-events', dead: 3 }]);
    const shown = await dlq('show', '--queue', 'webhook-events', '--limit', '3');
    expect(shown.out).toContain('"type": "text"');
    expect(shown.out).not.toMatch(/dead letter|9665/);

    const queue = ['redrive', '--queue', 'webhook-events'];
    const dry = await dlq(...queue);
    expect(dry.out).toMatch(/^3 to redrive of webhook-events\. Nothing is done/);
    expect(await demo.inbox(0, fits)).toEqual([]);
    const wet = await dlq(...queue, '--execute');
    expect(wet).toEqual({ code: 0, out: '3 redriven.\n', err: '' });
    expect(await demo.inbox(3, fits)).toHaveLength(3);
    expect((await dlq(...queue, '--execute')).out).toBe('0 to redrive of webhook-events.\n');
    expect(await demo.inbox(3, fits)).toHaveLength(3);
  });
});

it('an update that nobody knows is put back, and set aside again without another event', async () => {
  const quarantine = (...options: string[]) =>
    startCommand('ops/quarantine.ts', options, { env: demo.commandEnv }).ended;
  const fits = ({ type }: InboxEvent) => type === 'webhook.unrecognised';
  await demo.local('/_local/simulate', { type: 'hologram', hologram: { text: 'a secret' } });
  expect(await demo.inbox(1, fits)).toHaveLength(1);
  const { out } = await quarantine('show', '--kind', 'unrecognised');
  expect(out).toContain('"type": "hologram"');
  expect(out).not.toContain('secret');
  const { code } = await quarantine('retry', '--kind', 'unrecognised', '--execute');
  expect(code).toBe(0);
  await demo.local('/_local/simulate', { type: 'text', text: { body: 'after it' } });
  await demo.inbox(1, (event) => JSON.stringify(event).includes('after it'));
  expect(await demo.inbox(1, fits)).toHaveLength(1);
  const list = await quarantine('list', '--json');
  expect(JSON.parse(list.out)).toEqual([
    expect.objectContaining({ kind: 'unrecognised', objects: 1 }),
  ]);
});
