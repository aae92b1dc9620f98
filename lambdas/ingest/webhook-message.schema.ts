import * as z from 'zod';

const changeSchema = z.strictObject({
  entryId: z.string(),
  entryTime: z.number().optional(),
  field: z.string(),
  position: z.int().nonnegative(),
  value: z.unknown(),
});

/** What stands in `webhook-events`, once unpacked: changes of one phone number (or one WABA). */
export const webhookMessageSchema = z.strictObject({
  schemaVersion: z.literal(1),
  /** When the webhook came in, RFC 3339 UTC with milliseconds. */
  receivedAt: z.iso.datetime({ precision: 3 }),
  changes: z.array(changeSchema).min(1),
});

/** Changes of one phone number (or one WABA), all from one webhook. */
export type WebhookMessage = z.output<typeof webhookMessageSchema>;

/** What stands in `webhook-events`: a message as it is, compressed, or the key of the object that holds it. */
export const packedMessageSchema = z.union([
  webhookMessageSchema,
  z.strictObject({ schemaVersion: z.literal(1), gzip: z.base64() }),
  z.strictObject({ schemaVersion: z.literal(1), objectKey: z.string().min(1) }),
]);

/** A message as it travels. */
export type PackedMessage = z.output<typeof packedMessageSchema>;
