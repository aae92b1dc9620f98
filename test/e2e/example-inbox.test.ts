import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { createClient, eachItem } from '../../client/src/client.ts';
import { voiceNotes } from '../../local/meta/voice-notes.ts';
import { bootDemo, type DemoStack } from './demo-stack.ts';

const root = path.resolve(import.meta.dirname, '../..');
const imageFile = path.join(root, 'local/meta/graph/media/samples/image.jpg');
const callsSchema = z.array(z.looseObject({ path: z.string(), body: z.unknown() }));

let demo: DemoStack;
let example: ChildProcess;
let printed = '';

beforeAll(async () => {
  demo = await bootDemo();
  // It finds what came before it was started, as a backend does that was down.
  await receive('text', { body: 'hello' });
  example = spawn(process.execPath, ['examples/inbox'], {
    cwd: root,
    env: {
      ...{ WHATSAPP_API_URL: demo.url, INBOX_QUEUE_URL: demo.inboxQueueUrl },
      AWS_ENDPOINT_URL: demo.awsEndpoint,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [example.stdout, example.stderr]) {
    stream?.on('data', (chunk) => {
      printed += chunk;
    });
  }
}, 60_000);

afterAll(async () => {
  if (example?.exitCode === null) example.kill('SIGKILL');
  await demo?.stop();
}, 30_000);

/** Lets a customer send something. */
async function receive(type: string, content: unknown): Promise<void> {
  await demo.local('/_local/simulate', { type, from: '966500000001', [type]: content });
}

async function untilPrinted(...lines: (string | RegExp)[]): Promise<void> {
  const isThere = (line: string | RegExp) =>
    typeof line === 'string' ? printed.includes(line) : line.test(printed);
  for (const deadline = Date.now() + 10_000; !lines.every(isThere) && Date.now() < deadline; ) {
    await delay(50);
  }
  for (const line of lines) expect(printed).toMatch(line);
}

it('answers a text, marks it as read, and shows what becomes of the answer', async () => {
  await untilPrinted(
    'writes: hello',
    'answered: accepted',
    'answer is delivered',
    'answer is read',
  );

  const calls = await fetch(new URL('/_local/graph/calls', demo.url));
  const bodies = callsSchema.parse(await calls.json()).map(({ body }) => body);
  expect(bodies).toContainEqual(
    expect.objectContaining({ status: 'read', typing_indicator: { type: 'text' } }),
  );
  expect(demo.graph.accepted()).toMatchObject([{ type: 'text', to: '+966500000001' }]);
});

it('shows what a voice note says, and where its file is', async () => {
  await receive('voice', 'en');
  const spoken = voiceNotes.filter(({ language }) => language === 'en-US').map(({ text }) => text);
  await untilPrinted(/writes: \(audio\)/, /audio\/ogg, \d+ bytes: http:/, /voice note says: \S/);
  expect(spoken.some((text) => printed.includes(`voice note says: ${text}`))).toBe(true);
});

describe('the client', () => {
  const to = '+966500000001';

  it('sends a message once, also where each first answer is lost', async () => {
    const { organizationId, phoneNumberId } = demo.info;
    let requests = 0;
    const client = createClient({
      baseUrl: demo.url,
      fetch: async (url, init) => {
        const response = await fetch(url, init);
        if (requests++ % 2 === 0) throw new TypeError('fetch failed');
        return response;
      },
    });
    const message = { type: 'text', to, text: { body: 'only once' } } as const;
    const sent = await client.sendMessage({ organizationId, phoneNumberId, message });
    expect({ requests, status: sent.status }).toEqual({ requests: 2, status: 'accepted' });
    expect(demo.graph.accepted().filter(({ id }) => id === sent.messageId)).toHaveLength(1);
    expect(demo.graph.accepted()).toHaveLength(2);
  });

  it('uploads a file and sends it', async () => {
    const { organizationId, phoneNumberId } = demo.info;
    const client = createClient({ baseUrl: demo.url });
    const bytes = new Uint8Array(readFileSync(imageFile));
    const uploadId = await client.uploadMedia({ organizationId, mimeType: 'image/jpeg', bytes });
    const message = { type: 'image', to, image: {} } as const;
    const own = { organizationId, phoneNumberId };
    expect(await client.sendMessage({ ...own, media: { uploadId }, message })).toMatchObject({
      status: 'accepted',
    });
  });

  it('reads the conversation as it is by now', async () => {
    const { organizationId, phoneNumberId } = demo.info;
    const client = createClient({ baseUrl: demo.url });
    const { conversationId } = await client.readConversation({
      ...{ organizationId, phoneNumberId, phone: to },
    });
    const types: string[] = [];
    const list = { organizationId, conversationId, limit: 2 };
    for await (const { type } of eachItem(client.listMessages, list)) types.push(type);
    expect(types.toSorted()).toEqual([
      ...['message.received', 'message.received'],
      ...['message.sent', 'message.sent', 'message.sent'],
    ]);
  });
});

it('leaves /_local/events to those who look on', async () => {
  const isOwn = ({ type }: { type: string }) => type === 'message.received';
  expect(await demo.inbox(2, isOwn)).toHaveLength(2);
});

it('ends at once when it is asked to', async () => {
  const exit = once(example, 'exit');
  example.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
  expect(printed).not.toMatch(/warning/i);
});
