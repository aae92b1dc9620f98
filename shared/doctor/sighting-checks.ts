import { checkOf, type Finding, type Row } from './check.ts';
import type { Check } from './report.schema.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** When a number's webhooks were stored, and since when its account is connected, RFC 3339. */
export interface WebhookTimes {
  seenAt: string | undefined;
  connectedAt: string | undefined;
}

/**
 * When a webhook of a number came last. That none comes for a while is nothing to report: nobody may
 * have written. That none has ever come in a day is: somebody tries a number when it is connected.
 */
export function lastWebhookCheck(
  row: Row,
  { seenAt, connectedAt }: WebhookTimes,
  now: Date,
): Check {
  const isNew = connectedAt === undefined || now.getTime() - Date.parse(connectedAt) <= dayMs;
  const finding: Finding = {
    status: 'warn',
    cause: `None has come in the last 90 days, and the account was connected ${ageOf(connectedAt, now)}.`,
    cure: `Send the number a message from a phone. If it does not arrive, see "App's webhook fields", "Account's webhooks" and "Where its webhooks go", and the metrics WebhooksUnsigned and WebhooksAccepted.`,
  };
  return checkOf(row, seenAt === undefined && !isNew ? [finding] : [], timesOf(seenAt, now));
}

/** When a file for a number was stored last. Many numbers get none. */
export function lastFileCheck(row: Row, seenAt: string | undefined, now: Date): Check {
  return checkOf(row, [], timesOf(seenAt, now));
}

function timesOf(seenAt: string | undefined, now: Date): Record<string, string> {
  return seenAt === undefined ? { at: 'none yet' } : { at: seenAt, age: ageOf(seenAt, now) };
}

function ageOf(at: string | undefined, now: Date): string {
  const ms = now.getTime() - Date.parse(at ?? now.toISOString());
  const [count, unit] =
    ms >= 2 * dayMs
      ? [ms / dayMs, 'd']
      : ms >= 2 * hourMs
        ? [ms / hourMs, 'h']
        : [ms / minuteMs, 'min'];
  return `${Math.max(0, Math.floor(count))} ${unit} ago`;
}
