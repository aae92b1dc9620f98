import * as z from 'zod/mini';

const recordSchema = z.pipe(
  z.object({
    messageId: z.string(),
    receiptHandle: z.string(),
    body: z.string(),
    eventSourceARN: z.string(),
    attributes: z.object({
      ApproximateReceiveCount: z.coerce.number(),
      /** Epoch ms. */
      SentTimestamp: z.coerce.number(),
    }),
  }),
  z.transform(({ messageId, receiptHandle, body, eventSourceARN, attributes }) => ({
    id: messageId,
    receiptHandle,
    body,
    queueArn: eventSourceARN,
    receives: attributes.ApproximateReceiveCount,
    queuedAtMs: attributes.SentTimestamp,
  })),
);

/**
 * What is used of a queue's event. One record: of several in a group those behind a failed one would
 * use up their receives without being tried. Source: Lambda Developer Guide, "Using Lambda with Amazon SQS".
 */
export const deliverEventsEventSchema = z.object({ Records: z.tuple([recordSchema]) });
