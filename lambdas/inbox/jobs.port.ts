/** A job as it was read. */
export interface StoredJob<Job> {
  job: Job;
  /** Counts its changes. */
  version: number;
}

/** Jobs that are worked page by page. */
export interface Jobs<Job> {
  create(job: Job): Promise<void>;
  /** Reads consistently. */
  find(organizationId: string, id: string): Promise<StoredJob<Job> | undefined>;
  /** Writes a job while it is as it was read. @returns undefined where it is not */
  replace(stored: StoredJob<Job>, next: Job): Promise<StoredJob<Job> | undefined>;
}

/** The queue by which jobs are worked. */
export interface JobQueue<Message> {
  /** @throws where SQS did not confirm it */
  send(message: Message): Promise<void>;
}
