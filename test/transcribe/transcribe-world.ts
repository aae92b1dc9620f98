import type { MediaBucket } from '../../lambdas/transcribe/media-bucket.port.ts';
import { jobEnded, sweepTranscriptions } from '../../lambdas/transcribe/move-transcription.ts';
import type {
  SeenJob,
  Transcriber,
  TranscriptionOrder,
} from '../../lambdas/transcribe/transcriber.port.ts';
import { type WorkPorts, workJobs } from '../../lambdas/transcribe/worker.ts';
import type { TranscribeJob } from '../../shared/media/media-record.schema.ts';
import type { Transcript } from '../../shared/media/transcript.schema.ts';
import { MemoryObjectStore } from '../fakes/memory-object-store.ts';
import { MemorySettings } from '../fakes/memory-settings.ts';
import { MemoryTranscriptions } from '../fakes/memory-transcriptions.ts';
import { FaultSeam, Invocation } from '../pipeline/faults.ts';

/** How a job of Transcribe's goes. */
export type JobFate = 'done' | 'silent' | 'unsupported' | 'broken' | 'stuck' | 'queued' | 'refused';

/** How a scenario is set up. */
export interface Scenario {
  /** How the first jobs go, in turn; then they are done. */
  fates?: readonly JobFate[];
  /** How Transcribe's events come; once where nothing is said. */
  events?: 'lost' | 'twice' | 'late';
}

/** Ports with something in them changed: how a bug is planted. */
export type Sabotage = (ports: WorkPorts) => Partial<WorkPorts>;

/** A job of Transcribe's. */
interface Job {
  order: TranscriptionOrder;
  fate: JobFate;
  startedAtMs: number;
}

const startMs = Date.parse('2026-11-22T10:00:00.000Z');

/** How long a job takes, in ms. */
const workMs = 20_000;

/** A voice note's job. */
export function jobOf(
  messageId: string,
  differences: Partial<TranscribeJob> & { organizationId?: string } = {},
): TranscribeJob {
  const { organizationId = 'north', ...rest } = differences;
  const message = { organizationId, wabaId: '1001', phoneNumberId: '2001', messageId };
  return {
    schemaVersion: 1,
    message,
    revision: 0,
    key: `media/${organizationId}/${messageId}`,
    mimeType: 'audio/ogg; codecs=opus',
    sizeBytes: 8000,
    sha256: 'a'.repeat(64),
    ...rest,
  };
}

/** Transcribe in memory: it takes each name once, and puts out what its fate says. */
class MemoryTranscriber implements Transcriber {
  readonly jobs = new Map<string, Job>();
  readonly #world: TranscribeWorld;

  constructor(world: TranscribeWorld) {
    this.#world = world;
  }

  async start(order: TranscriptionOrder): Promise<'started' | 'exists' | 'refused'> {
    if (this.jobs.has(order.jobName)) {
      return 'exists';
    }
    const fate = this.#world.scenario.fates?.[this.jobs.size] ?? 'done';
    if (fate === 'refused') {
      return 'refused';
    }
    this.jobs.set(order.jobName, { order, fate, startedAtMs: this.#world.nowMs });
    return 'started';
  }

  async look(jobName: string): Promise<SeenJob | undefined> {
    const job = this.jobs.get(jobName);
    return job && this.#world.seen(job);
  }
}

/** What is in the media bucket: every voice note, and the outputs of the jobs that are over. */
class MemoryMedia implements MediaBucket {
  readonly gone = new Set<string>();
  readonly written = new Map<string, Uint8Array>();
  readonly tags = new Map<string, string | undefined>();
  readonly #world: TranscribeWorld;

  constructor(world: TranscribeWorld) {
    this.#world = world;
  }

  async tail(key: string): Promise<Uint8Array | undefined> {
    return this.gone.has(key) ? undefined : new Uint8Array();
  }

  async write(
    key: string,
    bytes: Uint8Array,
    _mimeType: string,
    tag: string | undefined,
  ): Promise<void> {
    this.written.set(key, bytes);
    this.tags.set(key, tag);
  }

  async read(key: string): Promise<Uint8Array | undefined> {
    if (key.startsWith('media/') && !this.gone.has(key)) {
      return Buffer.from(key);
    }
    const job = [...this.#world.transcriber.jobs.values()].find(
      ({ order }) => order.outputKey === key,
    );
    if (!job || this.gone.has(key) || this.#world.seen(job).status !== 'COMPLETED') {
      return undefined;
    }
    return Buffer.from(JSON.stringify(outputOf(job)));
  }
}

function outputOf({ order, fate }: Job): object {
  const transcript = fate === 'silent' ? '' : `words of ${order.jobName}`;
  const items =
    fate === 'silent'
      ? []
      : [
          {
            type: 'pronunciation',
            start_time: '0.1',
            end_time: '3.2',
            alternatives: [{ confidence: '0.9', content: transcript }],
          },
        ];
  return { results: { transcripts: [{ transcript }], items, language_code: 'en-US' } };
}

/** The worker over fakes, with a Transcribe that counts its jobs, and everything that can die dying. */
export class TranscribeWorld {
  readonly transcriptions = new MemoryTranscriptions();
  readonly transcriber = new MemoryTranscriber(this);
  readonly media = new MemoryMedia(this);
  readonly settings = new MemorySettings();
  readonly store = new MemoryObjectStore();
  readonly scenario: Scenario;
  readonly seam: FaultSeam;
  /** The transcripts that the metrics count. */
  readonly counted: Transcript[] = [];
  readonly reports: unknown[] = [];
  readonly #sabotage: Sabotage;
  readonly #queue: { body: string; visibleAtMs: number; receiveCount: number }[] = [];
  readonly #announced = new Map<string, number>();
  #nowMs = startMs;

  constructor(scenario: Scenario = {}, seam = new FaultSeam(), sabotage: Sabotage = () => ({})) {
    this.scenario = scenario;
    this.seam = seam;
    this.#sabotage = sabotage;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  advance(ms: number): void {
    this.#nowMs += ms;
  }

  /** How many jobs wait in the queue. */
  get queued(): number {
    return this.#queue.length;
  }

  /** What Transcribe says of a job now. */
  seen({ fate, startedAtMs }: Job): SeenJob {
    const startedAt = new Date(startedAtMs).toISOString();
    if (fate === 'queued') {
      return { status: 'QUEUED' };
    }
    if (fate === 'stuck' || this.#nowMs < startedAtMs + workMs) {
      return { status: 'IN_PROGRESS', startedAt };
    }
    if (fate === 'unsupported' || fate === 'broken') {
      const failureReason =
        fate === 'broken'
          ? 'Internal service error'
          : 'The media format provided does not match the detected media format.';
      return { status: 'FAILED', startedAt, failureReason };
    }
    return { status: 'COMPLETED', startedAt };
  }

  ports(invocation = new Invocation(this.seam)): WorkPorts {
    const ports = {
      transcriptions: invocation.through(this.transcriptions),
      transcriber: invocation.through(this.transcriber),
      media: invocation.through(this.media),
      settings: invocation.through(this.settings),
      store: invocation.through(this.store),
      // Only what it is: test/media/remux.test.ts has what is in it.
      toTranscribable: async (bytes: Uint8Array) => ({
        ok: true as const,
        bytes: Uint8Array.from(bytes),
        mimeType: 'audio/mp4',
      }),
      jobNamePrefix: 'nexus-test-',
      now: () => new Date(this.#nowMs),
      onTold: (transcript: Transcript) => {
        this.counted.push(transcript);
      },
      report: (error: unknown) => {
        this.reports.push(error);
      },
    };
    return { ...ports, ...this.#sabotage(ports) };
  }

  /** A voice note has come and is stored: its job is queued. */
  request(job: TranscribeJob): void {
    this.transcriptions.receive(job.message);
    this.enqueue(JSON.stringify(job));
  }

  enqueue(body: string): void {
    this.#queue.push({ body, visibleAtMs: this.#nowMs, receiveCount: 0 });
  }

  /** Receives what is visible, each message in an invocation of its own, all at once. */
  async work(): Promise<void> {
    const visible = this.#queue.filter(({ visibleAtMs }) => visibleAtMs <= this.#nowMs);
    await Promise.all(
      visible.map(async (message) => {
        message.receiveCount++;
        message.visibleAtMs = Number.POSITIVE_INFINITY;
        const invocation = new Invocation(this.seam);
        const { body, receiveCount } = message;
        const received = { id: '1', receiptHandle: 'one', body, receiveCount };
        const { again } = await workJobs([received], this.ports(invocation));
        const waitMs = invocation.crashed ? 30_000 : again[0]?.waitMs;
        if (waitMs === undefined) {
          this.#queue.splice(this.#queue.indexOf(message), 1);
        } else {
          message.visibleAtMs = this.#nowMs + waitMs;
        }
      }),
    );
  }

  /** Delivers Transcribe's events, as EventBridge does: what fails is tried again twice. */
  async events(): Promise<void> {
    const times = { lost: 0, twice: 2, late: 1 };
    const wanted = this.scenario.events ? times[this.scenario.events] : 1;
    const delayMs = this.scenario.events === 'late' ? 60 * 60_000 : 0;
    for (const [name, job] of this.transcriber.jobs) {
      const { status } = this.seen(job);
      const isDue = this.#nowMs >= job.startedAtMs + workMs + delayMs;
      while (
        isDue &&
        (status === 'COMPLETED' || status === 'FAILED') &&
        (this.#announced.get(name) ?? 0) < wanted
      ) {
        this.#announced.set(name, (this.#announced.get(name) ?? 0) + 1);
        await this.announce(name, status);
      }
    }
  }

  async announce(jobName: string, status: string): Promise<void> {
    for (let attempt = 0; attempt < 3; attempt++) {
      const invocation = new Invocation(this.seam);
      const isDone = await jobEnded(jobName, status, this.ports(invocation)).then(
        () => !invocation.crashed,
        () => false,
      );
      if (isDone) {
        return;
      }
    }
  }

  async sweep(): Promise<number> {
    const invocation = new Invocation(this.seam);
    return sweepTranscriptions(this.#nowMs + 30_000, this.ports(invocation)).catch(() => 0);
  }

  /** Time goes by and everything that runs by itself runs, until nothing is left to be done. */
  async quiesce(): Promise<void> {
    for (let round = 0; round < 200; round++) {
      await this.work();
      this.advance(30_000);
      await this.events();
      if (this.#queue.length === 0) {
        this.advance(5 * 60_000);
        await this.sweep();
      }
      if (this.#queue.length === 0 && !this.transcriptions.isOpen) {
        break;
      }
    }
    this.advance(2 * 60 * 60_000);
    await this.events();
  }
}
