import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import * as z from 'zod';
import { serve } from '../../conformance/peers/webhook-server.ts';
import type { Receiver } from '../../conformance/receiver.port.ts';
import { receiverOfOptions } from '../../conformance/receiver-options.ts';
import { readReport } from '../../conformance/reported.ts';
import { signature } from '../../local/meta/webhook.ts';
import { startCommand } from '../ops/run-command.ts';
import { smallReceiver } from './small-receiver.ts';

let receiver: Receiver;
let directory = '';
beforeAll(async () => {
  receiver = await serve(smallReceiver('none'));
  directory = mkdtempSync(path.join(os.tmpdir(), 'nexus-conformance-'));
});
afterAll(async () => {
  await receiver.stop();
  rmSync(directory, { recursive: true });
});

const conformance = (...options: string[]) => startCommand('conformance/run.ts', options).ended;

jest.setTimeout(20_000);

describe('npm run conformance', () => {
  it('fails a receiver that reports nothing, and tells the cases', async () => {
    const file = path.join(directory, 'nothing.json');
    writeFileSync(file, '[]');
    const { code, out } = await conformance(
      ...['--url', receiver.webhookUrl, '--secret', receiver.appSecret, '--events', file],
      ...['--only', 'handshake,signature-right,signature-missing', '--wait', '0', '--json'],
    );
    const [result] = z.array(z.looseObject({ cases: z.array(z.unknown()) })).parse(JSON.parse(out));
    expect(result).toMatchObject({ passed: 1, failed: 2, notClaimed: 6 });
    expect(code).toBe(1);
  });

  it('prints requests that are signed as they stand', async () => {
    const { code, out } = await conformance('--print', '--secret', 's3cret', '--only', 'bytes');
    const lineSchema = z.object({
      requests: z.tuple([
        z.object({ body: z.string(), headers: z.record(z.string(), z.string()) }),
      ]),
    });
    const lines = out
      .trim()
      .split('\n')
      .map((line) => lineSchema.parse(JSON.parse(line)));
    expect(lines).toHaveLength(10);
    for (const { requests } of lines) {
      const [{ body, headers }] = requests;
      expect(headers['x-hub-signature-256']).toBe(signature(body, 's3cret'));
      expect(body).not.toMatch(/\{[a-z]+:[a-z]/);
    }
    expect(code).toBe(0);
  });

  it('ends with 2 where nothing answers', async () => {
    const { code, err } = await conformance(
      ...['--url', 'http://127.0.0.1:9', '--secret', 's', '--events', 'echo []'],
    );
    expect(err).toMatch(/Nothing answers at http:\/\/127.0.0.1:9/);
    expect(code).toBe(2);
  });
});

it.each([
  ['without a secret', { events: 'x' }, /--secret and --events/],
  ['without a report', { secret: 's' }, /--secret and --events/],
  ['with one number', { secret: 's', events: 'x', numbers: ['1'] }, /--numbers must be two/],
  ['with an odd --wait', { secret: 's', events: 'x', wait: Number.NaN }, /--wait/],
])('a receiver %s is refused before anything is posted', (_how, options, told) => {
  const named = { url: 'http://127.0.0.1:9', wait: 1, ...options };
  expect(() => receiverOfOptions(named)).toThrow(told);
});

describe('a report', () => {
  const records = [
    { kind: 'message', id: 'wamid.1', extra: 1 },
    { kind: 'status', id: 'wamid.2', status: 'read' },
  ];

  it('is a JSON list or JSON lines, of a file or a command', async () => {
    const file = path.join(directory, 'report.jsonl');
    writeFileSync(file, `${records.map((record) => JSON.stringify(record)).join('\n')}\n`);
    expect(await readReport(file)).toEqual(records);
    writeFileSync(file, JSON.stringify(records));
    expect(await readReport(`cat ${file}`)).toEqual(records);
  });

  it('that is something else is refused with the place', async () => {
    const file = path.join(directory, 'wrong.jsonl');
    writeFileSync(file, '{"kind":"message"}\n{"kind":"letter"}\n');
    await expect(readReport(file)).rejects.toThrow(/\[1\]\.kind/);
    await expect(readReport('exit 3')).rejects.toThrow(/There is no report from exit 3/);
  });
});
