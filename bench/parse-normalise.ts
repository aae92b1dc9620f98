import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { median, quartiles, ratio } from './interleaved.ts';
import { atMost, type Goal, type Measurement, type Row } from './measurement.ts';
import type { ParseTimes } from './parse-process.ts';

const root = path.resolve(import.meta.dirname, '..');

/** Each compiles the same code in its own way: one is up to a tenth faster or slower than the next. */
const processes = 5;

/**
 * What comes in, read until it can be stored. Ours validates each update by zod's schemas and says whose it
 * is, who wrote it and by what it is told apart. The others validate nothing and know no organisations.
 */
export const parseNormalise: Measurement = {
  title: `one webhook, read by this project and by others; CPU time, medians of the interleaved rounds of ${processes} processes and of their ratios, bundled and minified as functions are`,
  minutes: 1,
  async run() {
    const file = path.join(root, '.build', `${process.pid}-parse-process.mjs`);
    try {
      await build({
        ...{ absWorkingDir: root, entryPoints: ['bench/parse-process.ts'], outfile: file },
        ...{ bundle: true, minify: true, format: 'esm', platform: 'node', target: 'node24' },
      });
      const found: ParseTimes[] = [];
      for (let index = 0; index < processes; index++) {
        const { stdout } = await promisify(execFile)(process.execPath, [file]);
        found.push(...JSON.parse(stdout));
      }
      return findingsOf(found);
    } finally {
      rmSync(file, { force: true });
    }
  },
};

function findingsOf(found: readonly ParseTimes[]) {
  const rows: Row[] = [];
  const goals: Goal[] = [];
  for (const [webhook, runs] of Map.groupBy(found, (one) => one.webhook)) {
    const readers = Map.groupBy(
      runs.flatMap((run) => run.readers),
      ({ reader }) => reader,
    );
    const times = [...readers.values()].map((same) => same.flatMap((one) => one.times));
    const [json = [], ours = [], whole = [], peer = []] = times;
    for (const [index, [reader, [one]]] of [...readers].entries()) {
      const own = times[index] ?? [];
      rows.push({
        ...{ webhook, reader, 'CPU µs': median(own), 'q1-q3': quartiles(own) },
        ...{ 'x JSON.parse': ratio(own, json), 'x Kapso': ratio(own, peer) },
        delivers: one?.delivers ?? 0,
      });
    }
    const most = { text: 0.8, '1,000 updates': 0.6 }[webhook];
    if (most !== undefined) {
      const goal = `${webhook}: verify, parse, validate, normalise / @kapso/whatsapp-cloud-api`;
      goals.push(atMost(goal, most, ratio(whole, peer), 'x'));
    }
    goals.push(
      atMost(`${webhook}: parse, validate, normalise / JSON.parse`, 1.5, ratio(ours, json), 'x'),
    );
  }
  return { rows, goals };
}
