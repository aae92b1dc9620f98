import type { SendQueue } from './send-queue.port.ts';
import type { SendQueueUrls } from './send-queue.sqs.ts';

/** The send queues with the SQS client loaded at the first use: most sends are never queued. */
export function lazySendQueue(urls: SendQueueUrls): SendQueue {
  let loading: Promise<SendQueue> | undefined;
  return {
    async enqueue(send) {
      loading ??= import('./send-queue.sqs.ts').then(({ sendQueueInSqs }) => sendQueueInSqs(urls));
      await (await loading).enqueue(send);
    },
  };
}
