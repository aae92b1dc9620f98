import * as z from 'zod';

/**
 * One check, as a row. `fail`: something does not work. `warn`: it works, and somebody should look.
 * `skipped`: the check could not be made; `cause` says why.
 */
export const checkSchema = z.object({
  /** What is checked. Checks of several accounts or numbers share it. */
  id: z.string(),
  title: z.string(),
  /** The WABA id or phone number id that it is about; absent where it is about the whole service. */
  subject: z.string().optional(),
  status: z.enum(['ok', 'warn', 'fail', 'skipped']),
  /** What is wrong. Absent where nothing is. */
  cause: z.string().optional(),
  /** What to do, where, by which command. There with every `warn` and `fail`. */
  cure: z.string().optional(),
  /** What was found, by name. */
  details: z.record(z.string(), z.string()).optional(),
});

/** One check, as a row. */
export type Check = z.output<typeof checkSchema>;

/** All checks of an organisation: what GET `/whatsapp-health` answers and the doctor prints. */
export const healthReportSchema = z.object({
  organizationId: z.string(),
  /** When the checks were made, RFC 3339. */
  checkedAt: z.string(),
  /** No check has failed. */
  healthy: z.boolean(),
  checks: z.array(checkSchema),
});

/** All checks of an organisation. */
export type HealthReport = z.output<typeof healthReportSchema>;
