import * as z from 'zod';

/** A line of the archive. */
export const archivedMessageSchema = z.strictObject({
  /** When `normalise` was done with the message, RFC 3339 UTC with milliseconds. */
  archivedAt: z.iso.datetime({ precision: 3 }),
  /** The message as it was queued. */
  body: z.string(),
});

/** A message in the archive. */
export type ArchivedMessage = z.output<typeof archivedMessageSchema>;
