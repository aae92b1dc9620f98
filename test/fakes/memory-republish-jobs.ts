import type { JobQueue, Jobs, StoredJob } from '../../lambdas/inbox/jobs.port.ts';
import type { RepublishJob, RepublishMessage } from '../../lambdas/inbox/republish-job.schema.ts';

/** The jobs of telling events again, in memory. */
export class MemoryRepublishJobs implements Jobs<RepublishJob> {
  readonly #jobs = new Map<string, StoredJob<RepublishJob>>();

  async create(job: RepublishJob): Promise<void> {
    this.#jobs.set(`${job.organizationId} ${job.republishId}`, { job, version: 1 });
  }

  async find(
    organizationId: string,
    republishId: string,
  ): Promise<StoredJob<RepublishJob> | undefined> {
    return this.#jobs.get(`${organizationId} ${republishId}`);
  }

  async replace(
    { version }: StoredJob<RepublishJob>,
    next: RepublishJob,
  ): Promise<StoredJob<RepublishJob> | undefined> {
    const key = `${next.organizationId} ${next.republishId}`;
    if (this.#jobs.get(key)?.version !== version) {
      return undefined;
    }
    const stored = { job: next, version: version + 1 };
    this.#jobs.set(key, stored);
    return stored;
  }
}

/** `republish-jobs` in memory. */
export class MemoryRepublishQueue implements JobQueue<RepublishMessage> {
  readonly messages: RepublishMessage[] = [];

  async send(message: RepublishMessage): Promise<void> {
    this.messages.push(message);
  }
}
