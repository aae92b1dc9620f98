import * as z from 'zod';

const ladder = z
  .string()
  .transform((steps) => (steps === 'none' ? [] : steps.split(',').map((step) => step.trim())))
  .pipe(z.array(z.enum(['sent', 'delivered', 'read', 'played'])));

const fields = {
  /** The statuses that follow an accepted message: `sent,delivered,read`, or `none`. */
  ladder,
  /** From acceptance to the first status, and from each status to the next. */
  delayMs: z.int().min(0).max(60_000),
  /** Further copies of every status webhook. */
  duplicate: z.int().min(0).max(10),
  /** Whether the last status comes first. */
  reorder: z.boolean(),
  statusesPerWebhook: z.int().min(1).max(1000),
  /** `open`: free-form messages are delivered to whoever never wrote. */
  windows: z.enum(['kept', 'open']),
  /** Whether the limit for one recipient is kept; off, one recipient takes any load. */
  pairLimit: z.boolean(),
  /** In place of each number's own. */
  throughputMps: z.int().min(1).nullable(),
  /** The HTTP status of throttle errors. */
  throttleStatus: z.literal([400, 429]),
  wabaCallsPerHour: z.int().min(1),
  appCallsPerHour: z.int().min(1),
  /** What accepted templates are answered with; nothing follows what is not `accepted`. */
  messageStatus: z.enum(['accepted', 'held_for_quality_assessment', 'paused']),
};

/** A change of settings, as POST `/_local/graph/settings` takes it. */
export const settingsChange = z.strictObject(fields).partial();

/** How the simulated Meta behaves. */
export type GraphSettings = z.output<z.ZodObject<typeof fields>>;

/** Settings under which every demo message is read within half a second, and Meta's limits hold. */
export function defaultSettings(): GraphSettings {
  return {
    ladder: ['sent', 'delivered', 'read'],
    delayMs: 150,
    duplicate: 0,
    reorder: false,
    statusesPerWebhook: 100,
    windows: 'kept',
    pairLimit: true,
    throughputMps: null,
    throttleStatus: 400,
    wabaCallsPerHour: 5000,
    appCallsPerHour: 1_000_000,
    messageStatus: 'accepted',
  };
}
