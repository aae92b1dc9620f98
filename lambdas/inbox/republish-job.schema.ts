import * as z from 'zod';
import { organizationIdSchema } from '../../shared/organization-id.schema.ts';

const instant = z.iso.datetime({ precision: 3 });

const placeSchema = z.strictObject({ pk: z.string(), order: z.string() });

/** Which events are told again: a conversation's, or what came between two times. */
export const republishRangeSchema = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('conversation'), conversationId: z.string().min(1) }),
  z.strictObject({ by: z.literal('time'), from: instant, to: instant }),
]);

/** Which events are told again. */
export type RepublishRange = z.output<typeof republishRangeSchema>;

/** How far a job has come. */
export const republishCursorSchema = z.strictObject({
  after: placeSchema.optional(),
  /** Of a time: the day that is read of what has no conversation, and which part of it. */
  loose: z.strictObject({ day: z.string(), shard: z.int().min(0) }).optional(),
  /** Of a time, after that: how far the organisation's conversations are read. */
  conversations: z
    .strictObject({
      /** Those that are not at their end. */
      open: z.array(z.strictObject({ conversationId: z.string(), after: placeSchema })),
      /** The one that was begun last. */
      last: z.string(),
      /** Behind which page of them there are more; '' before the first, absent after the last. */
      after: z.string().optional(),
    })
    .optional(),
});

/** How far a job has come. */
export type RepublishCursor = z.output<typeof republishCursorSchema>;

/** A job of telling events again, `REPUBLISH#<organisation>` / `<republishId>`, attribute `job`. Kept for 30 days. */
export const republishJobSchema = z.strictObject({
  republishId: z.string().min(1),
  organizationId: organizationIdSchema,
  range: republishRangeSchema,
  status: z.enum(['queued', 'running', 'done']),
  /** Absent before the first page, and after the last. */
  cursor: republishCursorSchema.optional(),
  /** Events that the queues have taken. */
  published: z.int().min(0),
  /** Events and items that nothing could be made of. */
  skipped: z.int().min(0),
  createdAt: instant,
  updatedAt: instant,
});

/** A job of telling events again. */
export type RepublishJob = z.output<typeof republishJobSchema>;

/** A message of the queue `republish-jobs`: how far the job has come stands in the table. */
export const republishMessageSchema = z.strictObject({
  schemaVersion: z.literal(1),
  organizationId: organizationIdSchema,
  republishId: z.string().min(1),
});

/** A message of the queue `republish-jobs`. */
export type RepublishMessage = z.output<typeof republishMessageSchema>;

const keptSeconds = 30 * 24 * 60 * 60;

/** How these jobs lie in the table. */
export const republishJobs = {
  prefix: 'REPUBLISH',
  schema: republishJobSchema,
  idOf: ({ republishId }: RepublishJob) => republishId,
  expiresAt: ({ createdAt }: RepublishJob) =>
    Math.floor(Date.parse(createdAt) / 1000) + keptSeconds,
};
