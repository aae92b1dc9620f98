import type { ErasureJob, ErasureMessage } from './erasure-job.schema.ts';

/** An erasure as it was read. */
export interface StoredErasure {
  job: ErasureJob;
  /** Counts its changes. */
  version: number;
}

/** The erasures. */
export interface ErasureJobs {
  create(job: ErasureJob): Promise<void>;
  /** Reads consistently. */
  find(organizationId: string, erasureId: string): Promise<StoredErasure | undefined>;
  /** Writes an erasure while it is as it was read. @returns undefined where it is not */
  replace(stored: StoredErasure, next: ErasureJob): Promise<StoredErasure | undefined>;
}

/** The queue `erasure-jobs`. */
export interface ErasureQueue {
  /** @throws where SQS did not confirm it */
  send(message: ErasureMessage): Promise<void>;
}
