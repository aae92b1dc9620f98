import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import type { FunctionId } from '../../infra/bundle.ts';
import { plausibleEnvironment, templates } from './template.ts';

/** Everything in a bundle is read and compiled at each cold start: `index.mjs` in KiB, and whose clients are in it. */
const budgets: Record<FunctionId, { kibibytes: number; services: string[] }> = {
  'whatsapp-webhook': { kibibytes: 80, services: ['SQS', 'Secrets Manager'] },
  normalise: { kibibytes: 220, services: ['DynamoDB', 'Firehose'] },
  publish: { kibibytes: 145, services: ['SQS'] },
  'deliver-events': { kibibytes: 95, services: ['SQS', 'Secrets Manager'] },
  drain: { kibibytes: 135, services: ['DynamoDB', 'SQS'] },
  'whatsapp-send-message': { kibibytes: 240, services: ['DynamoDB', 'KMS', 'Secrets Manager'] },
  'whatsapp-send-template': { kibibytes: 220, services: ['DynamoDB', 'KMS', 'Secrets Manager'] },
  'whatsapp-send-reaction': { kibibytes: 215, services: ['DynamoDB', 'KMS', 'Secrets Manager'] },
  'whatsapp-reply-status': { kibibytes: 185, services: ['DynamoDB', 'KMS', 'Secrets Manager'] },
  'whatsapp-get-templates': { kibibytes: 180, services: ['DynamoDB', 'KMS', 'Secrets Manager'] },
  'whatsapp-templates': { kibibytes: 180, services: ['DynamoDB', 'KMS', 'Secrets Manager'] },
  'whatsapp-graph': { kibibytes: 245, services: ['DynamoDB', 'KMS', 'Secrets Manager'] },
  deliver: { kibibytes: 200, services: ['DynamoDB', 'KMS', 'SQS', 'Secrets Manager'] },
  settle: { kibibytes: 145, services: ['DynamoDB'] },
  'mirror-media': {
    kibibytes: 455,
    services: ['DynamoDB', 'KMS', 'S3', 'SQS', 'Secrets Manager'],
  },
  'whatsapp-media': { kibibytes: 435, services: ['DynamoDB', 'S3'] },
  'voice-transcription-worker': { kibibytes: 160, services: ['DynamoDB', 'Transcribe'] },
  'whatsapp-inbox': { kibibytes: 175, services: ['DynamoDB'] },
  republish: { kibibytes: 155, services: ['DynamoDB', 'SQS'] },
  erase: { kibibytes: 420, services: ['DynamoDB', 'S3', 'SQS'] },
  'wa-es-callback': { kibibytes: 205, services: ['DynamoDB', 'KMS', 'Secrets Manager'] },
  'save-whatsapp-credentials': { kibibytes: 200, services: ['DynamoDB', 'KMS', 'Secrets Manager'] },
};

/** Whose clients are in a rarely used part, by its file's ending. */
const servicesOfParts: [RegExp, string[]][] = [
  [/\.s3\.mjs$/, ['S3']],
  [/\.sqs\.mjs$/, ['SQS']],
  [/^health\.composition\.mjs$/, ['DynamoDB', 'KMS', 'SQS', 'Secrets Manager']],
];

/** Builtins that cost a cold start milliseconds, some of them tens, and that nothing here needs. */
const slowBuiltin =
  /^NativeModule (undici|http2|child_process|fs\/promises|internal\/deps\/undici\/undici|internal\/webstreams\/readablestream)$/;

/** Of Node's own modules, with those that Node loads for every process: some 110. */
const maxWebhookBuiltins = 150;

/** Imports its arguments as Lambda would, and tells what Node loaded for them. */
const importer = `
const [{ handler }] = await Promise.all(process.argv.slice(1).map((url) => import(url)));
console.log(JSON.stringify({ handler: typeof handler, loaded: process.moduleLoadList }));
`;

const importSchema = z.object({ handler: z.string(), loaded: z.array(z.string()) });

/** Imports modules in a process of their own, which reaches nothing: port 9 is closed. */
async function imported(urls: readonly string[], environment: Record<string, string> = {}) {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', importer, ...urls],
    {
      timeout: 8000,
      env: {
        ...environment,
        AWS_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: 'none',
        AWS_SECRET_ACCESS_KEY: 'none',
        AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
      },
    },
  );
  return importSchema.parse(JSON.parse(stdout));
}

/** What clients of ours write before an operation. */
const serviceOfTarget: Readonly<Record<string, string>> = {
  DynamoDB_20120810: 'DynamoDB',
  Firehose_20150804: 'Firehose',
  TrentService: 'KMS',
  secretsmanager: 'Secrets Manager',
  AmazonSQS: 'SQS',
  Transcribe: 'Transcribe',
};

/** The AWS services whose clients a bundle contains: ours by their targets, and the SDK's by its service id. */
function servicesIn(file: string): string[] {
  const code = readFileSync(file, 'utf8');
  const ours = Object.entries(serviceOfTarget).flatMap(([target, service]) =>
    code.includes(`target:"${target}"`) ? [service] : [],
  );
  const sdks = [...code.matchAll(/serviceId:\w+\?\.serviceId\?\?"([^"]+)"/g)].map(
    ([, id = '']) => id,
  );
  return [...ours, ...sdks].sort();
}

const [{ functions, resources }] = templates;

describe.each(functions)('bundle of $id', (fn) => {
  const [, budget] = Object.entries(budgets).find(([id]) => id === fn.id) ?? [];
  const index = path.join(fn.assetDirectory, 'index.mjs');

  it('stays within its size', () => {
    expect(statSync(index).size / 1024).toBeLessThanOrEqual(budget?.kibibytes ?? 0);
  });

  it('contains these AWS clients, and rarely used ones beside it', () => {
    expect(servicesIn(index)).toEqual(budget?.services);
    const files = readdirSync(fn.assetDirectory);
    expect(files).toContain('index.mjs');
    for (const file of files.filter((name) => name !== 'index.mjs')) {
      const [, services = []] = servicesOfParts.find(([ending]) => ending.test(file)) ?? [];
      expect({ file, services: servicesIn(path.join(fn.assetDirectory, file)) }).toEqual({
        file,
        services,
      });
    }
    const isRare = Object.hasOwn(fn.variables, 'RAW_BUCKET') && !budget?.services.includes('S3');
    expect(files.includes('object-store.s3.mjs')).toBe(isRare);
  });

  it('loads, with every part of it, where nothing else is installed', async () => {
    const elsewhere = mkdtempSync(path.join(os.tmpdir(), 'nexus-bundle-'));
    cpSync(fn.assetDirectory, elsewhere, { recursive: true });
    const parts = readdirSync(elsewhere).filter((name) => name !== 'index.mjs');
    if (parts.length > 0) {
      const urls = parts.map((name) => pathToFileURL(path.join(elsewhere, name)).href);
      const { loaded } = await imported(urls);
      expect(loaded.length).toBeGreaterThan(100);
    }
    rmSync(elsewhere, { recursive: true });
  });

  it('loads, and loads no slow builtin', async () => {
    const environment = {
      ...plausibleEnvironment(fn, resources),
      POWERTOOLS_SERVICE_NAME: fn.id,
    };
    const { handler, loaded } = await imported([pathToFileURL(index).href], environment);
    expect(handler).toBe('function');
    expect(loaded).toContain('NativeModule https');
    expect(loaded.filter((name) => slowBuiltin.test(name))).toEqual([]);
    if (fn.id === 'whatsapp-webhook') {
      const builtins = loaded.filter((name) => name.startsWith('NativeModule '));
      expect(builtins.length).toBeLessThanOrEqual(maxWebhookBuiltins);
    }
  });
});

it('a slow builtin would be noticed', async () => {
  const source =
    "import 'node:http2'; import 'node:child_process'; import 'node:fs/promises'; globalThis.WebSocket;";
  const { loaded } = await imported([`data:text/javascript,${encodeURIComponent(source)}`]);
  expect(loaded.filter((name) => slowBuiltin.test(name)).sort()).toEqual([
    'NativeModule child_process',
    'NativeModule fs/promises',
    'NativeModule http2',
    'NativeModule internal/deps/undici/undici',
    'NativeModule internal/webstreams/readablestream',
  ]);
});
