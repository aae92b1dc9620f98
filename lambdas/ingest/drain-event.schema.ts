import * as z from 'zod';

const routeKeySchema = z
  .object({ S: z.string().regex(/^(ROUTE|WABA)#/) })
  .transform(({ S }) => S.slice(S.indexOf('#') + 1));

/** A batch of the stream, with the owner that each written route is of. */
const streamSchema = z.object({
  Records: z.array(
    z.object({
      dynamodb: z
        .object({ SequenceNumber: z.string(), Keys: z.object({ pk: routeKeySchema }) })
        .transform(({ SequenceNumber: sequenceNumber, Keys }) => ({
          sequenceNumber,
          owner: Keys.pk,
        })),
    }),
  ),
});

/** What `drain` is called with: routes that were written, or the time for a sweep. */
export const drainEventSchema = z.union([
  streamSchema.transform(({ Records }) => ({
    kind: 'routes' as const,
    changes: Records.map(({ dynamodb }) => dynamodb),
  })),
  z.object({ source: z.literal('aws.events') }).transform(() => ({ kind: 'sweep' as const })),
]);
