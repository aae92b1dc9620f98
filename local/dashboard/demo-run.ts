import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { initialSecrets, metaEnvironment, startDemoGraph, startMeta } from '../meta/demo.ts';
import { startStack } from '../stack.ts';
import { driveTraffic } from './demo-traffic.ts';
import { type LogLine, readLogLines } from './emitted.ts';

/** What comes last of a message: a voice note's words. */
const lastWordsMs = 2000;

/**
 * Boots the stack with the simulated Meta, has a day's traffic go through it, and ends it.
 * @param onStep what is being done, for a person
 * @returns the lines that the functions have written
 */
export async function runDemo(stage: string, onStep: (step: string) => void): Promise<LogLine[]> {
  const logDir = mkdtempSync(path.join(os.tmpdir(), 'nexus-dashboards-'));
  const removeLogs = () => rmSync(logDir, { recursive: true, force: true });
  process.once('exit', removeLogs); // also where Ctrl-C ends it
  const cleanups: (() => unknown)[] = [removeLogs];
  try {
    onStep('booting the stack');
    const graph = await startDemoGraph();
    cleanups.push(graph.stop);
    let meta: Awaited<ReturnType<typeof startMeta>> | undefined;
    const stack = await startStack({
      stage,
      logDir,
      secrets: initialSecrets,
      environment: async (context) => metaEnvironment(graph, context),
      routes: async (context) => {
        meta = await startMeta(context, graph);
        return meta.routes;
      },
      // What goes wrong is meant to.
      log: () => undefined,
    });
    cleanups.push(stack.stop);
    if (!meta) throw new Error('The simulated Meta did not start');
    cleanups.push(meta.stop);
    await driveTraffic({ ...meta.info, url: stack.url }, (done, all) =>
      onStep(`traffic, round ${done} of ${all}`),
    );
    await delay(lastWordsMs);
    return readLogLines(logDir);
  } finally {
    for (const cleanup of cleanups.toReversed()) await cleanup();
  }
}
