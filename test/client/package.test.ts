import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import * as z from 'zod';

const root = path.resolve(import.meta.dirname, '../..');
const bin = path.join(root, 'node_modules/.bin');
const scratch = mkdtempSync(path.join(os.tmpdir(), 'nexus-client-'));
const stranger = path.join(scratch, 'stranger');
const installed = path.join(stranger, 'node_modules/nexus-whatsapp-client');

const packedSchema = z.tuple([
  z.object({ filename: z.string(), files: z.array(z.object({ path: z.string() })) }),
]);
const packageSchema = z.object({
  version: z.string(),
  dependencies: z.record(z.string(), z.string()),
});

let files: string[] = [];

function run(command: string, args: string[], cwd: string): string {
  try {
    return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    const { stdout, stderr } = z.object({ stdout: z.string(), stderr: z.string() }).parse(error);
    throw new Error(`${command} failed: ${stdout}${stderr}`);
  }
}

/** Built and packed beside the sources, which stay as they are; unpacked as npm would. */
beforeAll(() => {
  const client = path.join(scratch, 'client');
  for (const file of ['package.json', 'README.md', 'LICENSE']) {
    cpSync(path.join(root, 'client', file), path.join(client, file));
  }
  run(path.join(bin, 'tsc'), ['-p', 'client', '--outDir', path.join(client, 'dist')], root);
  const told = run('npm', ['pack', '--json', '--ignore-scripts'], client);
  const [packed] = packedSchema.parse(JSON.parse(told));
  files = packed.files.map(({ path: file }) => file);
  mkdirSync(installed, { recursive: true });
  run('tar', ['xzf', packed.filename, '-C', installed, '--strip-components=1'], client);
  for (const name of ['@smithy', '@types', 'undici-types']) {
    symlinkSync(path.join(root, 'node_modules', name), path.join(stranger, 'node_modules', name));
  }
  writeFileSync(path.join(stranger, 'package.json'), '{"type":"module"}');
}, 60_000);

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

it('is packed as built, with README and LICENSE, and nothing else', () => {
  const others = files.filter((file) => !/^dist\/[a-z-]+(\.d\.ts|\.js)$/.test(file));
  expect(others.toSorted()).toEqual(['LICENSE', 'README.md', 'package.json']);
  expect(files).toEqual(expect.arrayContaining(['dist/client.js', 'dist/client.d.ts']));
});

it('depends on what this project is tested with', () => {
  const own = packageSchema.parse(
    JSON.parse(readFileSync(path.join(root, 'client/package.json'), 'utf8')),
  );
  for (const [name, range] of Object.entries(own.dependencies)) {
    const manifest = readFileSync(path.join(root, 'node_modules', name, 'package.json'), 'utf8');
    const { version } = packageSchema.pick({ version: true }).parse(JSON.parse(manifest));
    expect({ name, range }).toEqual({ name, range: `^${version}` });
  }
});

it('runs for a stranger', () => {
  writeFileSync(
    path.join(stranger, 'run.js'),
    `import { createClient, WhatsappApiError, eachItem } from 'nexus-whatsapp-client';
import { consumeEvents } from 'nexus-whatsapp-client/consumer';
import { seenInMemory } from 'nexus-whatsapp-client/store';
import { byOrderKey, readEvent, textOf } from 'nexus-whatsapp-client/events';
import { sqsQueue } from 'nexus-whatsapp-client/sqs';
import { eventTypes } from 'nexus-whatsapp-client/types';
import { receiveWebhook, verifyWebhook } from 'nexus-whatsapp-client/webhooks';
const all = [eachItem, consumeEvents, seenInMemory, byOrderKey, readEvent, textOf, sqsQueue];
if (![...all, receiveWebhook, verifyWebhook].every((each) => typeof each === 'function')) throw 1;
const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
const client = createClient({
  baseUrl: 'https://a.execute-api.eu-west-1.amazonaws.com',
  auth: { credentials },
  fetch: async (url, { headers }) => new Response('{"code":"not-found"}', { status: 404 }),
});
try {
  await client.readSettings({ organizationId: 'demo' });
} catch (error) {
  console.log(error instanceof WhatsappApiError, error.code, eventTypes.has('message.received'));
}
`,
  );
  expect(run(process.execPath, ['run.js'], stranger)).toBe('true not-found true\n');
});

it('has types for a stranger, who has the strictest compiler', () => {
  writeFileSync(
    path.join(stranger, 'typed.ts'),
    `import { createClient, eachItem, type WhatsappClient } from 'nexus-whatsapp-client';
import type { InboxEvent, MessageEntry } from 'nexus-whatsapp-client/types';
const client: WhatsappClient = createClient({ baseUrl: 'http://localhost', auth: { token: 'x' } });
const own = { organizationId: 'demo', phoneNumberId: '1' };
const message = { type: 'text', to: '+966500000001', text: { body: 'hello' } } as const;
const { status } = await client.sendMessage({ ...own, message });
const isKnown: boolean = status === 'accepted' || status === 'a word that is new';
// @ts-expect-error: it is called text
await client.sendMessage({ ...own, message: { type: 'text', to: '+1', txt: { body: '' } } });
// @ts-expect-error: whose settings?
await client.readSettings({});
const list = { organizationId: 'demo', conversationId: 'c' };
for await (const entry of eachItem(client.listMessages, list)) {
  const typed: MessageEntry = entry;
  console.log(typed.orderKey, isKnown);
}
export function told(event: InboxEvent): string {
  if (event.type === 'message.received') return event.message.id;
  if (event.type === 'unknown') return event.unknownType;
  if (event.type === 'transcript.ready') return event.text;
  // @ts-expect-error: not all of the others have a text
  return event.text;
}
`,
  );
  const options = {
    ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
    ...{ module: 'nodenext', target: 'es2022', types: ['node'], noEmit: true, skipLibCheck: false },
  };
  const config = { compilerOptions: options, files: ['typed.ts'] };
  writeFileSync(path.join(stranger, 'tsconfig.json'), JSON.stringify(config));
  expect(run(path.join(bin, 'tsc'), ['-p', '.'], stranger)).toBe('');
});
