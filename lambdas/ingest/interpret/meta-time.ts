import { lastMs, remembered, rfc3339 } from '../../../shared/rfc3339.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** Above this a number of seconds would be past the year 33000: it is milliseconds. */
const smallestMilliseconds = 1e12;

const msOf = remembered(Date.parse);

/**
 * Meta's timestamp as RFC 3339 UTC: seconds as string or number, milliseconds repaired. What is
 * missing, unreadable or more than a day in the future counts as `receivedAt`, so that one wrong
 * clock cannot put a message at the end of its conversation for ever.
 */
export function metaTime(timestamp: unknown, receivedAt: string): string {
  const number =
    typeof timestamp === 'number' || (typeof timestamp === 'string' && /^\d+$/.test(timestamp))
      ? Number(timestamp)
      : Number.NaN;
  const ms = number >= smallestMilliseconds ? number : number * 1000;
  if (!(ms > 0 && ms <= lastMs)) {
    return receivedAt;
  }
  return ms <= msOf(receivedAt) + dayMs ? rfc3339(ms) : receivedAt;
}
