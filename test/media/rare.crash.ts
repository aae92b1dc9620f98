import { describe, expect, it } from '@jest/globals';
import type { MediaDownload } from '../../lambdas/media/media-download.port.ts';
import { mirrorJobs } from '../../lambdas/media/mirror-jobs.ts';
import { retryMedia } from '../../lambdas/media/retry-media.ts';
import { transcribeAgain } from '../../lambdas/media/whatsapp-media-transcribe.ts';
import type { Transcripts } from '../../lambdas/media/whatsapp-media-transcripts.port.ts';
import type { GraphAnswer } from '../../shared/graph/graph.port.ts';
import type { MediaRecord } from '../../shared/media/media-record.schema.ts';
import { MemoryCredentials } from '../fakes/memory-credentials.ts';
import { MemoryMediaErrors, MemoryMediaStore } from '../fakes/memory-media.ts';
import { MemoryMediaLedger } from '../fakes/memory-media-ledger.ts';
import { MemoryObjectStore } from '../fakes/memory-object-store.ts';
import { MemorySettings } from '../fakes/memory-settings.ts';
import { everyPlan, type FaultPlan } from '../pipeline/fault-plans.ts';
import { FaultSeam, Invocation } from '../pipeline/faults.ts';
import { refused } from '../send/send-world.ts';
import { mediaJob, messageOf, receiver, receiverToken, sentAt } from './media-fixtures.ts';

const { organizationId, phoneNumberId } = receiver;
const job = mediaJob();
const { messageId } = job.message;

const found: GraphAnswer = { kind: 'ok', body: { url: 'https://lookaside.fbsbx.com/1' } };

const received = { id: '1', receiptHandle: 'one', queueArn: 'media-jobs' };

class World {
  readonly seam: FaultSeam;
  readonly ledger = new MemoryMediaLedger();
  readonly raw = new MemoryObjectStore();
  readonly store = new MemoryMediaStore();
  readonly #errors = new MemoryMediaErrors();
  readonly #credentials = new MemoryCredentials();

  constructor(plan: FaultPlan) {
    this.seam = new FaultSeam(plan);
    this.ledger.add(messageOf(job));
    this.#credentials.connect(organizationId, receiver.wabaId, receiverToken);
  }

  /** As the queue does: again until nothing has to come again. */
  async mirror(body: string, answer: GraphAnswer = found): Promise<void> {
    for (let receives = 1; receives < 8; receives++) {
      const attempt = { receives, queuedAt: new Date(sentAt) };
      const invocation = new Invocation(this.seam);
      const content = Buffer.from('bytes');
      const download: MediaDownload = {
        open: async () => ({
          ...{ kind: 'open', sizeBytes: content.length, close: () => undefined },
          bytes: (async function* () {
            yield content;
          })(),
        }),
      };
      const { again } = await mirrorJobs([{ ...received, body, attempt }], {
        ledger: invocation.through(this.ledger),
        raw: invocation.through(this.raw),
        store: invocation.through(this.store),
        credentials: invocation.through(this.#credentials),
        errors: invocation.through(this.#errors),
        settings: invocation.through(new MemorySettings()),
        download: invocation.through(download),
        graph: { call: async () => answer },
        routes: { byPhoneNumber: async () => receiver, byWaba: async () => [receiver] },
        now: () => new Date(sentAt),
        report: () => undefined,
      });
      if (again.size === 0 && !invocation.crashed) return;
    }
    throw new Error('It always comes again');
  }

  async end(record: MediaRecord): Promise<void> {
    const stored = await this.ledger.find(phoneNumberId, messageId);
    if (stored) await this.ledger.replace(stored, record);
  }

  async record(): Promise<MediaRecord | undefined> {
    return (await this.ledger.find(phoneNumberId, messageId))?.record;
  }

  /** Asks again until it is answered. */
  async ask<Result>(work: (invocation: Invocation) => Promise<Result>): Promise<Result> {
    for (let attempt = 0; attempt < 3; attempt++) {
      const invocation = new Invocation(this.seam);
      try {
        const result = await work(invocation);
        if (!invocation.crashed) return result;
      } catch {
        // The caller was answered 503, or not at all.
      }
    }
    throw new Error('Never answered');
  }
}

/** What is done, and what must hold then. */
const scenarios: Readonly<Record<string, (world: World) => Promise<void>>> = {
  async 'a file is stored'(world) {
    await world.mirror(JSON.stringify(job));
    expect(await world.record()).toMatchObject({ state: 'STORED' });
    expect(world.ledger.told).toHaveLength(1);
  },
  async 'a file that Meta has forgotten has failed'(world) {
    await world.mirror(JSON.stringify(job), refused(100, { subcode: 33 }));
    expect(await world.record()).toMatchObject({ state: 'FAILED' });
    expect(world.ledger.told).toHaveLength(1);
  },
  async 'what is no job is set aside'(world) {
    await world.mirror('{');
    expect(world.raw.objects.size).toBe(1);
  },
  async 'two ask for a file again at once: it is fetched once'(world) {
    const failed = { kind: 'image', reason: 'not-found', at: sentAt } as const;
    await world.end({ ...failed, state: 'FAILED', revision: 0 });
    const again = () =>
      world.ask((invocation) =>
        retryMedia(
          { organizationId, phoneNumberId, messageId },
          { ledger: invocation.through(world.ledger), now: () => new Date(sentAt) },
        ),
      );
    const revisions = (await Promise.all([again(), again()])).map(({ revision }) => revision);
    expect(revisions).toEqual([1, 1]);
    expect(await world.record()).toMatchObject({ state: 'PENDING', revision: 1 });
  },
  async 'another transcript is asked for'(world) {
    const file = { key: 'media/1', mimeType: 'audio/ogg', sizeBytes: 1, sha256: 'a'.repeat(64) };
    await world.end({ ...file, state: 'STORED', kind: 'audio', revision: 0, at: sentAt });
    const asked = new Set<number>();
    const transcripts: Transcripts = {
      find: async () => ({ organizationId, transcripts: [], asked: [...asked] }),
      ask: async (_phoneNumberId, _messageId, { revision }) =>
        !asked.has(revision) && Boolean(asked.add(revision)),
    };
    const revision = await world.ask((invocation) =>
      transcribeAgain(
        { organizationId, phoneNumberId, messageId, languages: 'ar' },
        {
          ledger: invocation.through(world.ledger),
          transcripts: invocation.through(transcripts),
          now: () => new Date(sentAt),
        },
      ),
    );
    expect([...asked]).toContain(revision);
  },
};

describe.each(Object.entries(scenarios))('%s', (_name, run) => {
  it('with one fault at every call there is', async () => {
    await everyPlan(async (plan) => {
      const world = new World(plan);
      await run(world);
      return world.seam.calls;
    }, 1);
  });
});
