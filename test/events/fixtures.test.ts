import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { runWebhook } from './run-webhook.ts';

const directory = path.resolve(import.meta.dirname, '../fixtures/inbound');

const fixtureSchema = z.strictObject({
  webhook: z.unknown(),
  events: z.array(z.unknown()),
  setAside: z.array(z.string()).default([]),
  parkedFor: z.array(z.string()).default([]),
});

describe('what Meta sends becomes what the contract says', () => {
  it.each(readdirSync(directory))('%s', async (file) => {
    const json: unknown = JSON.parse(readFileSync(path.join(directory, file), 'utf8'));
    const { webhook, ...expected } = fixtureSchema.parse(json);
    expect(await runWebhook(webhook)).toEqual(expected);
  });
});
