import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mediaObjectKey } from '../../lambdas/media/fetch-file.ts';
import type { MediaJob } from '../../shared/media/media-record.schema.ts';
import { type HostileMeta, startHostileMeta, startS3 } from './hostile-cdn.ts';
import type { HostileEnd } from './hostile-function.ts';
import {
  cdnHost,
  endOf,
  type HostileScenario,
  hostileScenarios,
  info,
  ordinaryFile,
  whole,
} from './hostile-scenarios.ts';
import { mediaJob, receiver, receiverToken } from './media-fixtures.ts';

/** For all scenarios together: one of them is a file of 100 MiB. */
const mostGrowthBytes = 64 * 1024 * 1024;

let meta: HostileMeta;
let s3: Awaited<ReturnType<typeof startS3>>;
let child: ChildProcess;
let baseBytes: number;
let peakBytes: number;

beforeAll(async () => {
  [meta, s3] = await Promise.all([startHostileMeta(), startS3()]);
  child = fork(
    path.resolve(import.meta.dirname, 'hostile-function.ts'),
    [meta.graphUrl, String(meta.cdnPort)],
    {
      // As `mirror-media` has to be configured.
      execArgv: ['--max-semi-space-size=1'],
      env: {
        AWS_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_ENDPOINT_URL_S3: s3.url,
      },
    },
  );
  await once(child, 'message');
  await play('warm up', { ends: 'unavailable', attempts: 1 });
  baseBytes = peakBytes;
}, 30_000);

afterAll(async () => {
  child.kill();
  await Promise.all([meta.stop(), s3.stop()]);
});

function jobOf(name: string, differences: Partial<MediaJob> = {}): MediaJob {
  const message = { ...receiver, conversationId: 'conversation', messageId: `wamid.${name}` };
  return mediaJob({ message, ...differences });
}

async function play(name: string, scenario: HostileScenario) {
  const { file = ordinaryFile, graph = info(), cdn = whole } = scenario;
  const job = jobOf(name, scenario.job);
  meta.play({ file, graph, cdn });
  const answered = once(child, 'message');
  child.send(job);
  const [ended]: HostileEnd[] = await answered;
  peakBytes = ended?.peakBytes ?? 0;
  // A request that was broken off may arrive after its attempt.
  const puts = s3.requests.filter((request) => request.path === `/media/${mediaObjectKey(job)}`);
  return { ...ended, file, puts };
}

describe('a CDN that', () => {
  it.each(Object.entries(hostileScenarios))(
    '%s',
    async (name, scenario) => {
      const { record, attempts, told = [], puts, file } = await play(name, scenario);
      const { ends, asked } = scenario;
      expect({ ends: endOf(record), attempts }).toEqual({ ends, attempts: scenario.attempts });
      const isStored = record?.state === 'STORED';
      expect(told.map(({ type }) => type)).toEqual([isStored ? 'media.stored' : 'media.failed']);
      const objects = puts.filter(({ isWhole }) => isWhole);
      expect(objects.map(({ sha256 }) => sha256)).toEqual(isStored ? [file.sha256] : []);
      expect(puts.length).toBeLessThanOrEqual(scenario.attempts);
      const calls = meta.cdnRequests.map(({ host, authorization }): [string, boolean] => [
        host,
        authorization === `Bearer ${receiverToken}`,
      ]);
      expect(calls).toEqual(asked ?? calls);
      const strangers = meta.cdnRequests.filter(
        ({ host, authorization }) => host !== cdnHost && authorization !== undefined,
      );
      expect(strangers).toEqual([]);
      expect(meta.cdnRequests.filter(({ userAgent }) => !userAgent)).toEqual([]);
    },
    60_000,
  );

  it('takes the token for dead is asked once, whatever is asked of it later', async () => {
    const name = 'takes the token for dead';
    await play(name, hostileScenarios[name] ?? { ends: 'unavailable', attempts: 0 });
    expect(meta.graphCalls).toBe(1);
  });

  it('does any of this grows the process by 64 MiB at most', () => {
    expect(peakBytes - baseBytes).toBeLessThanOrEqual(mostGrowthBytes);
  });
});
