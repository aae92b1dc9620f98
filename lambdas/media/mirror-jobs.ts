import { hash } from '../../shared/hash.ts';
import { parseJson } from '../../shared/json.ts';
import { type MediaJob, mediaJobSchema } from '../../shared/media/media-record.schema.ts';
import type { ObjectStore } from '../../shared/storage/object-store.port.ts';
import { type Mirrored, type MirrorPorts, mirrorMedia } from './mirror-media.ts';
import type { ReceivedJob } from './mirror-media-event.schema.ts';

/** What became of a queue message; `malformed`: it is no job, and was set aside. */
export type Worked = (Mirrored & { job: MediaJob }) | { outcome: 'malformed' };

/** What working the queue needs from outside. */
export interface JobPorts extends MirrorPorts {
  /** The raw bucket. */
  raw: ObjectStore;
}

/** What stands in the queue after a failure of the table's, in ms. */
const failureWaitMs = 5000;

/**
 * Works a batch of `media-jobs`, all at once. Never rejects.
 * @returns what became of each, and which have to come again in how many ms, by their messages' ids
 */
export async function mirrorJobs(
  received: readonly ReceivedJob[],
  ports: JobPorts,
): Promise<{ worked: Worked[]; again: Map<string, number> }> {
  const worked: Worked[] = [];
  const again = new Map<string, number>();
  await Promise.all(
    received.map(async (message) => {
      try {
        const result = await workOne(message, ports);
        worked.push(result);
        if (result.outcome === 'again') {
          again.set(message.id, result.waitMs);
        }
      } catch (error) {
        ports.report(error);
        again.set(message.id, failureWaitMs);
      }
    }),
  );
  return { worked, again };
}

async function workOne({ body, attempt }: ReceivedJob, ports: JobPorts): Promise<Worked> {
  const json = parseJson(body);
  const job = mediaJobSchema.safeParse(json.ok ? json.value : undefined).data;
  if (!job) {
    await ports.raw.put(`quarantine/media/${hash(body)}.json`, Buffer.from(body));
    return { outcome: 'malformed' };
  }
  return { ...(await mirrorMedia(job, attempt, ports)), job };
}
