import { rmSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { interleaved } from './interleaved.ts';
import { atMost, type Measurement, type Row } from './measurement.ts';
import { rounded } from './statistics.ts';
import { mixedWebhook, statusWebhook, textWebhook } from './webhook-samples.ts';

const root = path.resolve(import.meta.dirname, '..');

/**
 * What comes in, read until it can be stored. Ours validates each update by zod's compiled schemas and
 * says whose it is, who wrote it and by what it is told apart. The others validate nothing and know no
 * organisations.
 */
export const parseNormalise: Measurement = {
  title:
    'one webhook, read by this project and by others; CPU µs, medians of 41 interleaved rounds, bundled and minified as functions are',
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
    const tasks = Object.values(parsers).map((parse) => () => parse(webhook));
    const times = await interleaved(tasks);
    const [json = Number.NaN, ours = Number.NaN, whole = Number.NaN, peer = Number.NaN] = times.map(
      ({ median }) => median,
    );
    for (const [index, [reader, parse]] of Object.entries(parsers).entries()) {
      const { median = Number.NaN, quartiles = '' } = times[index] ?? {};
      rows.push({
        ...{ webhook: name, reader, µs: rounded(median), 'q1-q3': quartiles },
        'x JSON.parse': rounded(median / json, 2),
        'x Kapso': rounded(median / peer, 2),
        delivers: await parse(webhook),
      });
    }
    const most = { text: 0.8, '1,000 updates': 0.6 }[name];
    if (most !== undefined) {
      const goal = `${name}: verify, parse, validate, normalise / @kapso/whatsapp-cloud-api`;
      goals.push(atMost(goal, most, rounded(whole / peer, 2), 'x'));
    }
    goals.push(
      atMost(`${name}: parse, validate, normalise / JSON.parse`, 1.5, rounded(ours / json, 2), 'x'),
    );
  }
  return { rows, goals };
}
