import { hash } from '../../shared/hash.ts';
import { parseJson } from '../../shared/json.ts';
import { transcribeJobSchema } from '../../shared/media/media-record.schema.ts';
import type { ObjectStore } from '../../shared/storage/object-store.port.ts';
import { type TranscribePorts, transcribeNote } from './transcribe-note.ts';

/** What working the queue needs from outside. */
export interface WorkPorts extends TranscribePorts {
  /** The raw bucket. */
  store: ObjectStore;
  report(error: unknown): void;
}

/** A message of the queue `transcribe-jobs`, as it was received. */
export interface ReceivedJob {
  id: string;
  receiptHandle: string;
  body: string;
  /** How often it was received, this time included. */
  receiveCount: number;
}

/** What became of a batch. */
export interface Worked {
  /** The messages that have to come again, and how long from now, in ms. */
  again: (ReceivedJob & { waitMs: number })[];
  /** How many were no jobs, and were set aside. */
  quarantined: number;
}

const maxBackOffMs = 10 * 60_000;

/** Works a batch of jobs, each on its own: what fails comes again, later each time. */
export async function workJobs(
  received: readonly ReceivedJob[],
  ports: WorkPorts,
): Promise<Worked> {
  const worked: Worked = { again: [], quarantined: 0 };
  await Promise.all(
    received.map(async (message) => {
      const { body, receiveCount } = message;
      try {
        const json = parseJson(body);
        const job = transcribeJobSchema.safeParse(json.ok ? json.value : undefined).data;
        if (job) {
          await transcribeNote(job, ports);
        } else {
          await ports.store.put(`quarantine/transcribe/${hash(body)}.json`, Buffer.from(body));
          worked.quarantined++;
        }
      } catch (error) {
        ports.report(error);
        worked.again.push({ ...message, waitMs: backOff(receiveCount) });
      }
    }),
  );
  return worked;
}

/** 5, 10, 20, ... s, each with up to as much again: what was refused together must not come back together. */
function backOff(receiveCount: number): number {
  const baseMs = Math.min(5000 * 2 ** (receiveCount - 1), maxBackOffMs / 2);
  return Math.round(baseMs * (1 + Math.random()));
}
