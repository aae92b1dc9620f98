import { tombstoneDays } from './erasure-days.ts';
import type { ErasureJob } from './erasure-job.schema.ts';
import type { ErasureAnswer } from './erasure-request.schema.ts';

/**
 * What an erasure does not reach, because nothing says there whose it is, and after how many days each is
 * gone: the lifecycle rules of the raw bucket, the queues' retention, the table's point-in-time recovery.
 */
const remainders = {
  /** By which repeats are known: hashes and times. */
  tombstones: tombstoneDays,
  /** Webhooks, events and jobs in queues and dead letters. What is worked off brings nothing back. */
  'queued-messages': 28,
  /** Webhooks as they came, to be worked again if need be, which brings nothing back. */
  'archived-webhooks': 30,
  /** Webhooks that were too large for a queue. */
  'oversize-webhooks': 30,
  /** What could not be read, or not be told apart. */
  'quarantined-webhooks': 90,
  /** What the table's stream could not be told of in time. */
  'stream-failures': 90,
  /** Files that were uploaded to be sent. */
  uploads: 1,
  'table-backups': 35,
} as const;

const dayMs = 24 * 60 * 60 * 1000;

/** What is left after an erasure, each with the time by which it is gone. */
export function remainsOf({
  erasedAt,
  doneAt,
}: Pick<ErasureJob, 'erasedAt' | 'doneAt'>): ErasureAnswer['remains'] {
  const from = Date.parse(doneAt ?? erasedAt);
  return Object.entries(remainders).map(([what, days]) => ({
    what,
    until: new Date(from + days * dayMs).toISOString(),
  }));
}
