import * as z from 'zod';

const count = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);

/** What is used of the event of `media-jobs`. Source: Lambda Developer Guide, "Using Lambda with Amazon SQS". */
export const mirrorMediaEventSchema = z.object({
  Records: z.array(
    z
      .object({
        messageId: z.string(),
        receiptHandle: z.string(),
        body: z.string(),
        eventSourceARN: z.string(),
        attributes: z.object({ ApproximateReceiveCount: count, SentTimestamp: count }),
      })
      .transform(({ messageId, receiptHandle, body, eventSourceARN, attributes }) => ({
        id: messageId,
        receiptHandle,
        body,
        queueArn: eventSourceARN,
        attempt: {
          receives: attributes.ApproximateReceiveCount,
          queuedAt: new Date(attributes.SentTimestamp),
        },
      })),
  ),
});

/** A message of `media-jobs`, as it was received. */
export type ReceivedJob = z.output<typeof mirrorMediaEventSchema>['Records'][number];
