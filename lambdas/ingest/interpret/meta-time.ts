import { lastMs, rfc3339 } from '../../../shared/rfc3339.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** Above this a number of seconds would be past the year 33000: it is milliseconds. */
const smallestMilliseconds = 1e12;

/** A webhook's updates were all received at the same time. */
let lastReceived = { at: '', ms: Number.NaN };

function msOf(receivedAt: string): number {
  if (receivedAt !== lastReceived.at) {
    lastReceived = { at: receivedAt, ms: Date.parse(receivedAt) };
  }
  return lastReceived.ms;
}

/**
 * Meta's timestamp in ms since 1970: seconds as string or number, milliseconds repaired. What is
 * missing, unreadable or more than a day in the future counts as `receivedAt`, so that one wrong
 * clock cannot put a message at the end of its conversation for ever.
 */
export function metaMs(timestamp: unknown, receivedAt: string): number {
  const number =
    typeof timestamp === 'number' || typeof timestamp === 'string' ? Number(timestamp) : Number.NaN;
  const ms = number >= smallestMilliseconds ? number : number * 1000;
  const receivedMs = msOf(receivedAt);
  return ms > 0 && ms <= lastMs && ms <= receivedMs + dayMs ? ms : receivedMs;
}

/** `metaMs` as RFC 3339 UTC. */
export function metaTime(timestamp: unknown, receivedAt: string): string {
  return rfc3339(metaMs(timestamp, receivedAt));
}
