import type { ErasureQueue } from './erasure-jobs.port.ts';

/** `erasure-jobs`, with the SQS client loaded at the first use: few invocations need it. */
export function lazyErasureQueue(queueUrl: string): ErasureQueue {
  let loading: Promise<ErasureQueue> | undefined;
  return {
    async send(message) {
      loading ??= import('./erasure-queue.sqs.ts').then(({ erasureQueueInSqs }) =>
        erasureQueueInSqs(queueUrl),
      );
      await (await loading).send(message);
    },
  };
}
