import * as z from 'zod';
import { organizationIdSchema } from '../../shared/organization-id.schema.ts';

const maxRangeDays = 31;

const dayMs = 24 * 60 * 60 * 1000;

const time = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString());

/** POST `/whatsapp-republish`: a conversation's events, or those that were told between two times (`to`: now). */
export const republishRequestSchema = z
  .strictObject({
    organizationId: organizationIdSchema,
    conversationId: z.string().min(1).max(128).optional(),
    /** RFC 3339. With an event come those of the same message that were told before. */
    from: time.optional(),
    /** What came later is left out. */
    to: time.optional(),
  })
  .check(({ value: { conversationId, from, to }, issues }) => {
    const wrong = (path: string, message: string) =>
      issues.push({ code: 'custom', path: [path], message, input: path });
    if ((conversationId === undefined) === (from === undefined)) {
      wrong('from', 'give either a conversationId or from, with or without to');
    }
    if (from === undefined && to !== undefined) {
      wrong('to', 'goes with from');
    }
    const rangeMs = from && to ? Date.parse(to) - Date.parse(from) : 0;
    if (rangeMs < 0) {
      wrong('to', 'must not be before from');
    }
    if (rangeMs > maxRangeDays * dayMs) {
      wrong('to', `must be at most ${maxRangeDays} days after from: ask for each part by itself`);
    }
  });

/** What to tell again. */
export type RepublishRequest = z.output<typeof republishRequestSchema>;

/** The end of a range that has none of its own: now, or the last time that `from` reaches. */
export function endOfRange(from: string, now: Date): string {
  return new Date(Math.min(now.getTime(), Date.parse(from) + maxRangeDays * dayMs)).toISOString();
}

/** GET `/whatsapp-republish`. */
export const republishQuerySchema = z.strictObject({
  organizationId: organizationIdSchema,
  republishId: z.string().min(1).max(64),
});

const instant = z.iso.datetime({ precision: 3 });

/** The answer of POST and GET `/whatsapp-republish`. */
export const republishAnswerSchema = z.strictObject({
  organizationId: z.string(),
  republishId: z.string(),
  status: z.enum(['queued', 'running', 'done']),
  conversationId: z.string().optional(),
  from: instant.optional(),
  to: instant.optional(),
  /** Events that were queued again so far. */
  published: z.int().min(0),
  /** Events that could not be. */
  skipped: z.int().min(0),
  createdAt: instant,
  updatedAt: instant,
});

/** How a republishing stands. */
export type RepublishAnswer = z.output<typeof republishAnswerSchema>;
