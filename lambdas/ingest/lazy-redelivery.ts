import type { Redeliver } from './redelivery.sqs.ts';

/** What a function knows of a message of its queue. */
interface ReceivedMessage {
  receiptHandle: string;
  attributes: { ApproximateReceiveCount: string };
}

/**
 * Redelivery with the SQS client loaded at the first failure: most invocations have none.
 * @returns what brings a message back soon and never rejects: the visibility timeout does it too, later
 */
export function lazyRedelivery(
  queueUrl: string,
  report: (error: unknown) => void,
): (message: ReceivedMessage) => Promise<void> {
  let loading: Promise<Redeliver> | undefined;
  return async ({ receiptHandle, attributes }) => {
    try {
      loading ??= import('./redelivery.sqs.ts').then(({ redeliverFromSqs }) =>
        redeliverFromSqs(queueUrl),
      );
      await (await loading)(receiptHandle, Number(attributes.ApproximateReceiveCount));
    } catch (error) {
      report(error);
    }
  };
}
