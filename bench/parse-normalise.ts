import { rmSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { interleaved, median, quartiles, ratio } from './interleaved.ts';
import { atMost, type Measurement, type Row } from './measurement.ts';
import { mixedWebhook, statusWebhook, textWebhook } from './webhook-samples.ts';

const root = path.resolve(import.meta.dirname, '..');

/**
 * What comes in, read until it can be stored. Ours validates each update by zod's compiled schemas and
 * says whose it is, who wrote it and by what it is told apart. The others validate nothing and know no
 * organisations.
 */
export const parseNormalise: Measurement = {
  title:
    'one webhook, read by this project and by others; CPU time, medians of 41 interleaved rounds and of their ratios, bundled and minified as functions are',
  minutes: 1,
  async run() {
    const file = path.join(root, '.build', `${process.pid}-parsers.mjs`);
    try {
      await build({
        ...{ absWorkingDir: root, entryPoints: ['bench/webhook-parsers.ts'], outfile: file },
        ...{ bundle: true, minify: true, format: 'esm', platform: 'node', target: 'node24' },
      });
      const parsers: typeof import('./webhook-parsers.ts') = await import(pathToFileURL(file).href);
      return await measured(parsers);
    } finally {
      rmSync(file, { force: true });
    }
  },
};

async function measured({
  jsonParse,
  unverified,
  verified,
  kapso,
  whatsappApiJs,
}: typeof import('./webhook-parsers.ts')) {
  const webhooks = {
    text: textWebhook(),
    status: statusWebhook(),
    '1,000 updates': mixedWebhook(1000),
  };
  const parsers = {
    'JSON.parse alone': jsonParse,
    'parse, validate, normalise': unverified,
    'verify, parse, validate, normalise': verified,
    '@kapso/whatsapp-cloud-api: verify, parse, normalise': kapso,
    'whatsapp-api-js: verify, parse': whatsappApiJs,
  };
  const rows: Row[] = [];
  const goals = [];
  for (const [name, webhook] of Object.entries(webhooks)) {
    const readers = Object.entries(parsers);
    const times = await interleaved(
      readers.map(
        ([, parse]) =>
          () =>
            parse(webhook),
      ),
    );
    const [json = [], ours = [], whole = [], peer = []] = times;
    for (const [index, [reader, parse]] of readers.entries()) {
      const own = times[index] ?? [];
      rows.push({
        ...{ webhook: name, reader, 'CPU µs': median(own), 'q1-q3': quartiles(own) },
        ...{ 'x JSON.parse': ratio(own, json), 'x Kapso': ratio(own, peer) },
        delivers: await parse(webhook),
      });
    }
    const most = { text: 0.8, '1,000 updates': 0.6 }[name];
    if (most !== undefined) {
      const goal = `${name}: verify, parse, validate, normalise / @kapso/whatsapp-cloud-api`;
      goals.push(atMost(goal, most, ratio(whole, peer), 'x'));
    }
    goals.push(
      atMost(`${name}: parse, validate, normalise / JSON.parse`, 1.5, ratio(ours, json), 'x'),
    );
  }
  return { rows, goals };
}
