import type { RepublishQueue } from './republish-jobs.port.ts';

/** `republish-jobs`, with the SQS client loaded at the first use: few invocations need it. */
export function lazyRepublishQueue(queueUrl: string): RepublishQueue {
  let loading: Promise<RepublishQueue> | undefined;
  return {
    async send(message) {
      loading ??= import('./republish-queue.sqs.ts').then(({ republishQueueInSqs }) =>
        republishQueueInSqs(queueUrl),
      );
      await (await loading).send(message);
    },
  };
}
