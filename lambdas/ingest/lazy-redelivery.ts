import type { Redeliver } from './redelivery.sqs.ts';

/** Redelivery with the SQS client loaded at the first failure: most invocations have none. */
export function lazyRedelivery(queueUrl: string): Redeliver {
  let loading: Promise<Redeliver> | undefined;
  return async (receiptHandle, receiveCount) => {
    loading ??= import('./redelivery.sqs.ts').then(({ redeliverFromSqs }) =>
      redeliverFromSqs(queueUrl),
    );
    await (await loading)(receiptHandle, receiveCount);
  };
}
