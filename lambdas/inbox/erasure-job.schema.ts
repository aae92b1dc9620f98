import * as z from 'zod';
import { organizationIdSchema } from '../../shared/organization-id.schema.ts';
import { tombstoneSeconds } from './erasure-days.ts';
import { erasureCountsSchema } from './erasure-request.schema.ts';

const instant = z.iso.datetime({ precision: 3 });

/** What is erased. A contact is named by hashes and by conversations alone. */
export const erasureTargetSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('contact'),
    aliasKeys: z.array(z.string()),
    conversationIds: z.array(z.string()),
  }),
  z.strictObject({
    kind: z.literal('organization'),
    wabaIds: z.array(z.string()),
  }),
]);

/** What is erased. */
export type ErasureTarget = z.output<typeof erasureTargetSchema>;

/** An erasure, `ERASURE#<organisation>` / `<erasureId>`, attribute `job`. Kept for 100 days. */
export const erasureJobSchema = z.strictObject({
  erasureId: z.string().min(1),
  organizationId: organizationIdSchema,
  /** Absent once its data are gone: a conversation that was erased is known to nobody any more. */
  target: erasureTargetSchema.optional(),
  status: z.enum(['requested', 'running', 'done']),
  /** Everything up to then is erased. */
  erasedAt: instant,
  /** How far the pass over everything has come that is under way; absent before it has begun. */
  progress: z
    .strictObject({
      /** Of an organisation: the day whose events of no conversation come next, going back; '' after the last. */
      day: z.string(),
      /** The trace that was looked at last; absent until all conversations are noted. */
      trace: z.string().optional(),
      /** What there was to erase. */
      found: z.int().min(0),
      /** Something is under way whose end has to be waited for. */
      open: z.boolean(),
    })
    .optional(),
  /** When to look once more for what was under way; absent in the first pass. */
  lookAgainAt: instant.optional(),
  counts: erasureCountsSchema,
  updatedAt: instant,
  doneAt: instant.optional(),
});

/** An erasure. */
export type ErasureJob = z.output<typeof erasureJobSchema>;

/** A message of the queue `erasure-jobs`: how far the erasure has come stands in the table. */
export const erasureMessageSchema = z.strictObject({
  schemaVersion: z.literal(1),
  organizationId: organizationIdSchema,
  erasureId: z.string().min(1),
});

/** A message of the queue `erasure-jobs`. */
export type ErasureMessage = z.output<typeof erasureMessageSchema>;

/**
 * Where something of what is erased may still turn up, `ERASING#<erasureId>` / `<kind>#<id>`: a
 * conversation, an object of the media bucket or of the raw bucket, a message that may be a voice note, and
 * the object with its words, which another one may share. Each is looked at once more after everything that
 * was under way has ended, in the order of their names: what a trace leads to comes behind it.
 */
export const traceSchema = z
  .string()
  .regex(/^(conversation|media|raw|voice|words)#./)
  .transform((name) => {
    const end = name.indexOf('#');
    return { kind: traceKindSchema.parse(name.slice(0, end)), id: name.slice(end + 1) };
  });

const traceKindSchema = z.enum(['conversation', 'media', 'raw', 'voice', 'words']);

/** Where something may still turn up. */
export type Trace = z.output<typeof traceSchema>;

/** The name of a trace, by which traces are sorted. */
export function traceName({ kind, id }: Trace): string {
  return `${kind}#${id}`;
}

/** How these jobs lie in the table. */
export const erasureJobs = {
  prefix: 'ERASURE',
  schema: erasureJobSchema,
  idOf: ({ erasureId }: ErasureJob) => erasureId,
  expiresAt: ({ erasedAt }: ErasureJob) => tombstoneSeconds(erasedAt),
};
