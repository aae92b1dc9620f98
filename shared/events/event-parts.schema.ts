import * as z from 'zod';

/** The person (in a group: the participant) that an event is about. Every field may be missing. */
export const contactSchema = z.strictObject({
  /** E.164 with `+`. */
  phone: z
    .string()
    .regex(/^\+\d{5,20}$/)
    .optional(),
  waId: z.string().optional(),
  /** Meta's business-scoped user id (BSUID). */
  userId: z.string().optional(),
  parentUserId: z.string().optional(),
  username: z.string().optional(),
  name: z.string().optional(),
});

/** The person that an event is about. */
export type Contact = z.output<typeof contactSchema>;

/** An error of Meta's: only the code can be relied on, and what we make of it. */
export const metaErrorSchema = z.strictObject({
  code: z.number(),
  /** What it asks for: `retry`, `throttle`, `permanent`, `reconnect`, `operator`; open. */
  class: z.string(),
  /** A stable word for an inbox to translate; open. */
  reason: z.string(),
  title: z.string().optional(),
  details: z.string().optional(),
});
