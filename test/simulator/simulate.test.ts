import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { kinds } from '../../local/meta/kinds.ts';
import { startReceiver } from './receiver.ts';

const program = join(import.meta.dirname, '../../local/meta/simulate.ts');
const reaction = { type: 'message.reaction', messageId: 'wamid.R', emoji: null };

let status = 200;
let answers: unknown = { messageIds: ['wamid.1'], updates: 1 };
let events: unknown[] = [];
let folder = '';
let stack: Awaited<ReturnType<typeof startReceiver>>;

beforeAll(async () => {
  stack = await startReceiver(({ method, path }) => {
    if (method === 'POST') {
      return [200, Object.assign({ deliveries: [{ status, durationMs: 7 }] }, answers)];
    }
    const after = Number(new URL(path, stack.url).searchParams.get('after'));
    const all = [{ type: 'connection.updated', eventId: 'old' }, ...events];
    const shown = stack.received.some((request) => request.method === 'POST')
      ? all
      : all.slice(0, 1);
    return [200, shown.map((event, index) => ({ n: index + 1, event })).slice(after)];
  });
  folder = await mkdtemp(join(tmpdir(), 'simulate-'));
  await mkdir(join(folder, '.local'));
  const info = { webhookUrl: `${stack.url}/whatsapp-webhook` };
  await writeFile(join(folder, '.local/stack.json'), JSON.stringify(info));
});
afterAll(async () => {
  await stack.stop();
  await rm(folder, { recursive: true });
});

/** Runs the command in a folder with the stub's stack.json, or in another one. */
async function simulate(args: string[], cwd = folder) {
  stack.received.length = 0;
  const result = await new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const child = execFile(process.execPath, [program, ...args], { cwd }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
  const post = stack.received.find(({ method }) => method === 'POST');
  return { ...result, request: post && JSON.parse(post.body) };
}

describe('npm run simulate', () => {
  it('sends, and prints ids, answer and the events about them, each once', async () => {
    status = 200;
    answers = { messageIds: ['wamid.1'], updates: 1 };
    const received = {
      type: 'message.received',
      conversationId: 'c1',
      contact: { phone: '+966500000001', name: 'Aisha' },
      message: { id: 'wamid.1', type: 'text', text: { body: 'مرحبا' } },
    };
    events = [{ type: 'message.received', message: { id: 'wamid.other' } }, received];
    const options = ['--from', '966500000001', '--duplicate', '1', '--reply-to', 'wamid.Q'];
    const { code, stdout, stderr, request } = await simulate(['text', 'مرحبا', ...options]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(request).toEqual({
      type: 'text',
      text: { body: 'مرحبا' },
      from: '966500000001',
      duplicate: 1,
      context: { id: 'wamid.Q' },
    });
    expect(stdout.split('\n').slice(0, -2)).toEqual([
      'sent     wamid.1',
      'webhook  200 in 7 ms',
      'inbox    message.received  +966500000001  Aisha  text  "مرحبا"  conversation c1',
    ]);
  });

  it('prints whole events as JSON, and takes a reaction back', async () => {
    status = 200;
    answers = { messageIds: ['wamid.R'], updates: 1 };
    events = [reaction];
    const args = ['reaction', 'wamid.T', '👍', '--remove', '--no-phone', '--json'];
    const { code, stdout, request } = await simulate(args);
    expect(code).toBe(0);
    expect(request).toEqual({
      type: 'reaction',
      reaction: { message_id: 'wamid.T' },
      fromUserId: expect.stringMatching(/^SA\.\d+$/),
    });
    expect(JSON.parse(stdout)).toMatchObject({ messageIds: ['wamid.R'], events: [reaction] });
  });

  it('sums a batch up', async () => {
    status = 200;
    const messageIds = Array.from({ length: 30 }, (_, index) => `wamid.${index}`);
    answers = { messageIds, updates: 30 };
    events = messageIds.map((id) => ({ type: 'message.received', eventId: id, message: { id } }));
    const { code, stdout, request } = await simulate(['batch', '30']);
    expect({ code, count: request.count }).toEqual({ code: 0, count: 30 });
    expect(stdout).toContain('... 30 in all');
    expect(stdout).toContain('inbox    message.received (30 times)');
  });

  it('takes an event without an id, of what the stack does not recognise, for its own', async () => {
    answers = { messageIds: ['wamid.E'], updates: 1 };
    events = [
      { type: 'webhook.unrecognised', field: 'smb_message_echoes', reason: 'not-supported' },
    ];
    const { code, stdout } = await simulate(['echo', 'x']);
    expect(code).toBe(0);
    expect(stdout).toContain('inbox    webhook.unrecognised  smb_message_echoes  not-supported');
  });

  it.each([
    ['4096', 4096],
    ['300kb', 307_200],
    ['100MB', 104_857_600],
  ])('sends a document of %s', async (size, bytes) => {
    status = 200;
    answers = { messageIds: ['wamid.1'], updates: 1 };
    events = [];
    const { request } = await simulate(['document', '--size', size, '--wait', '0']);
    expect(request).toMatchObject({ type: 'document', size: bytes });
  });

  it.each(['100gb', 'mb', '-1'])('takes no size such as %s', async (size) => {
    const { code, stderr, request } = await simulate(['document', `--size=${size}`]);
    expect({ code, request }).toEqual({ code: 1, request: undefined });
    expect(stderr).toContain('It must be like 4096, 300kb or 100mb.');
  });

  it('fails when no event comes', async () => {
    status = 200;
    answers = { messageIds: ['wamid.1'], updates: 1 };
    events = [];
    const { code, stdout } = await simulate(['image', '--wait', '0']);
    expect(code).toBe(1);
    expect(stdout).toContain('0 of 2 inbox events');
  });

  it('fails when the webhook is not answered 200', async () => {
    status = 503;
    const { code, stdout } = await simulate(['ladder']);
    expect(code).toBe(1);
    expect(stdout).toContain('webhook  503 in 7 ms');
  });

  it('fails with every problem of a refused request', async () => {
    answers = { problems: ['a: wrong', 'b: unknown key'] };
    const { code, stderr } = await simulate(['sticker']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'a: wrong\nb: unknown key\n' });
  });

  it('says how to start the stack when none runs', async () => {
    const { code, stderr } = await simulate(['sticker'], tmpdir());
    expect(code).toBe(1);
    expect(stderr).toContain('start it with npm start');
  });

  it('lists every kind', async () => {
    const { stdout } = await simulate(['list']);
    for (const [usage, summary] of kinds) {
      expect(stdout).toContain(usage);
      expect(stdout).toContain(summary);
    }
  });
});
