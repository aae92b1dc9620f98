import * as z from 'zod';

/** What is used of the event of a FIFO queue. Source: Lambda Developer Guide, "Using Lambda with Amazon SQS". */
export const deliverEventSchema = z.object({
  Records: z.array(
    z
      .object({
        messageId: z.string(),
        receiptHandle: z.string(),
        body: z.string(),
        eventSourceARN: z.string(),
        attributes: z.object({
          MessageGroupId: z.string(),
          ApproximateReceiveCount: z.coerce.number(),
        }),
      })
      .transform(({ messageId, receiptHandle, body, eventSourceARN, attributes }) => ({
        id: messageId,
        receiptHandle,
        body,
        queueArn: eventSourceARN,
        laneKey: attributes.MessageGroupId,
        receives: attributes.ApproximateReceiveCount,
      })),
  ),
});
