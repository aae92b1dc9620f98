import type { RepublishJob, RepublishMessage } from './republish-job.schema.ts';

/** A job as it was read. */
export interface StoredJob {
  job: RepublishJob;
  /** Counts its changes. */
  version: number;
}

/** The jobs of telling events again. */
export interface RepublishJobs {
  create(job: RepublishJob): Promise<void>;
  /** Reads consistently. */
  find(organizationId: string, republishId: string): Promise<StoredJob | undefined>;
  /** Writes a job while it is as it was read. @returns undefined where it is not */
  replace(stored: StoredJob, next: RepublishJob): Promise<StoredJob | undefined>;
}

/** The queue `republish-jobs`. */
export interface RepublishQueue {
  /** @throws where SQS did not confirm it */
  send(message: RepublishMessage): Promise<void>;
}
