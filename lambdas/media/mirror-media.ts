import type { MediaLedger, StoredMedia } from '../../shared/media/media-ledger.port.ts';
import type { MediaJob } from '../../shared/media/media-record.schema.ts';
import { type Attempt, type FetchPorts, fetchFile, type MediaFailureReason } from './fetch-file.ts';
import { type FailedRecord, mediaFailed, mediaStored, type StoredRecord } from './media-events.ts';

/** What mirroring needs from outside. */
export interface MirrorPorts extends FetchPorts {
  ledger: MediaLedger;
}

/** What became of a job; `dropped`: nobody waits for it any more. */
export type Mirrored =
  | { outcome: 'stored'; sizeBytes: number }
  | { outcome: 'failed'; reason: MediaFailureReason }
  | { outcome: 'dropped' }
  | { outcome: 'again'; waitMs: number };

/** Somebody else has changed the record: the next look says whether anything is left to do. */
const lookAgain: Mirrored = { outcome: 'again', waitMs: 1000 };

/**
 * Makes one attempt at a message's file. How it ends is recorded, and the inbox told, in one write and
 * once; until then the job has to come again.
 * @throws where the ledger cannot be read or written
 */
export async function mirrorMedia(
  job: MediaJob,
  attempt: Attempt,
  ports: MirrorPorts,
): Promise<Mirrored> {
  const { phoneNumberId, messageId } = job.message;
  const stored = await ports.ledger.find(phoneNumberId, messageId);
  if (!stored || !isWanted(stored, job)) {
    return { outcome: 'dropped' };
  }
  const fetched = await fetchFile(job, attempt, ports);
  if (fetched.kind === 'later') {
    return { outcome: 'again', waitMs: fetched.waitMs };
  }
  const { revision, kind, voice, filename } = job;
  const at = ports.now().toISOString();
  if (fetched.kind === 'failed') {
    const { reason } = fetched;
    const record: FailedRecord = { state: 'FAILED', revision, at, kind, reason };
    const isFirst = await ports.ledger.replace(stored, record, mediaFailed(job, record));
    return isFirst ? { outcome: 'failed', reason } : lookAgain;
  }
  const record: StoredRecord = {
    ...{ state: 'STORED', revision, at, kind },
    ...(voice === undefined ? {} : { voice }),
    ...fetched.file,
    ...(filename === undefined ? {} : { filename }),
  };
  const isFirst = await ports.ledger.replace(stored, record, mediaStored(job, record));
  return isFirst ? { outcome: 'stored', sizeBytes: record.sizeBytes } : lookAgain;
}

/** Nothing is wanted any more of a revision that has ended, or that another was asked for after. */
function isWanted({ record }: StoredMedia, { revision }: MediaJob): boolean {
  return record ? record.state === 'PENDING' && record.revision === revision : revision === 0;
}
