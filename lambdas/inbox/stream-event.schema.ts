import * as z from 'zod';
import type { ItemImage } from './events-of-change.ts';

/** An image in the stream. Only its strings matter to publishing. */
const imageSchema = z
  .record(z.string(), z.object({ S: z.string().optional() }))
  .transform((image): ItemImage => {
    const strings = Object.entries(image).map(([name, { S }]) => [name, S]);
    return Object.fromEntries(strings.filter(([, text]) => text !== undefined));
  });

/** What is used of the event of a stream with both images. Source: Lambda Developer Guide, DynamoDB. */
export const streamEventSchema = z.object({
  Records: z.array(
    z.object({
      dynamodb: z.object({
        SequenceNumber: z.string(),
        NewImage: imageSchema,
        OldImage: imageSchema.optional(),
      }),
    }),
  ),
});
