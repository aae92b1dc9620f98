import * as z from 'zod';
import { organizationIdSchema } from '../shared/organization-id.schema.ts';
import { CommandError } from './command-error.ts';
import { earliestReplay, knownDays, type ReplayChoice } from './replay-archive.ts';

const dayMs = 24 * 60 * 60 * 1000;

const time = (option: string) =>
  z
    .union([z.iso.datetime({ offset: true }), z.iso.date()], {
      error: `${option} must be a time such as 2026-11-22T10:00:00Z, or a day such as 2026-11-22.`,
    })
    .transform((text) => new Date(text))
    .optional();

const rateError = '--rate must be 1 to 10000 messages per second.';

const optionsSchema = z.object({
  from: time('--from'),
  to: time('--to'),
  organization: z
    .string()
    .refine((id) => organizationIdSchema.safeParse(id).success, {
      error: '--organization must be 1 to 64 letters, digits, _ or -.',
    })
    .optional(),
  number: z
    .string()
    .regex(/^\d{1,64}$/, { error: '--number must be a phone number id of Meta: digits alone.' })
    .optional(),
  message: z.string().min(1, { error: '--message must be a wamid.' }).optional(),
  rate: z.coerce.number({ error: rateError }).min(1, { error: rateError }).max(10_000, {
    error: rateError,
  }),
  dryRun: z.boolean().default(false),
  execute: z.boolean().default(false),
});

/** What the options of a replay mean. */
export interface ReplayRequest {
  choice: ReplayChoice;
  /** Messages in a second. */
  rate: number;
  execute: boolean;
}

/**
 * Reads the options as the command line has them; without `from` and `to` they mean the last 24 hours.
 * @throws CommandError where one is wrong
 */
export function readReplayOptions(options: unknown, now: Date): ReplayRequest {
  const read = optionsSchema.safeParse(options);
  if (!read.success) {
    throw new CommandError(read.error.issues[0]?.message ?? 'An option is wrong.');
  }
  const { to = now, organization, number, message, rate, dryRun, execute } = read.data;
  const { from = new Date(to.getTime() - dayMs) } = read.data;
  if (from >= to) {
    throw new CommandError('--from must be before --to.');
  }
  if (from < earliestReplay(now)) {
    throw new CommandError(
      `--from must be within the last ${knownDays} days: what is older might be told twice.`,
    );
  }
  if (dryRun && execute) {
    throw new CommandError('Either --dry-run or --execute.');
  }
  return {
    choice: { from, to, organizationId: organization, phoneNumberId: number, messageId: message },
    rate,
    execute,
  };
}
