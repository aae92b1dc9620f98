import type { JobQueue } from './jobs.port.ts';

/** A queue of jobs with the SQS client loaded at the first use: few invocations need it. */
export function lazyJobQueue(queueUrl: string): JobQueue<{ organizationId: string }> {
  let loading: Promise<JobQueue<{ organizationId: string }>> | undefined;
  return {
    async send(message) {
      loading ??= import('./job-queue.sqs.ts').then(({ jobQueueInSqs }) => jobQueueInSqs(queueUrl));
      await (await loading).send(message);
    },
  };
}
