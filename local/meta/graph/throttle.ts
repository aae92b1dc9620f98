/** Answers whether one more is allowed, and counts it if so. */
export interface Bucket {
  take(now: number): boolean;
  /** Counts what cannot be refused. */
  drain(now: number, count: number): void;
}

/** A token bucket: `burst` at once, then one every `intervalMs`. Times are epoch ms. */
export function tokenBucket(burst: number, intervalMs: number): Bucket {
  let tokens = burst;
  let filledAt: number | undefined;

  function fill(now: number): void {
    if (filledAt !== undefined) {
      tokens = Math.min(burst, tokens + (now - filledAt) / intervalMs);
    }
    filledAt = now;
  }

  return {
    take(now) {
      fill(now);
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
    drain(now, count) {
      fill(now);
      tokens = Math.max(0, tokens - count);
    },
  };
}

/** How much of an hour's calls is used. */
export interface HourlyUsage {
  /** Rounded up; above 100 once calls are refused. */
  percent: number;
  /** Whole minutes until calls are accepted again; 0 where they are. */
  regainMinutes: number;
}

const hourMs = 3_600_000;

/** Counts calls in hours that begin with the first call. */
export function hourlyCounter() {
  let start = Number.NEGATIVE_INFINITY;
  let calls = 0;
  return (now: number, limit: number): HourlyUsage => {
    if (now - start >= hourMs) {
      start = now;
      calls = 0;
    }
    calls++;
    const regainMinutes = calls > limit ? Math.ceil((start + hourMs - now) / 60_000) : 0;
    return { percent: Math.ceil((calls * 100) / limit), regainMinutes };
  };
}

const pairBurst = 45;
const pairIntervalMs = 6000;

/**
 * Meta's limits: messages of a number a second, both directions together; messages to one person;
 * calls about an account and of the app an hour.
 * Source: Meta, "About the platform" (rate limits) and "Throughput".
 */
export function createThrottles() {
  const phones = new Map<string, Bucket>();
  const pairs = new Map<string, Bucket>();
  const accounts = new Map<string, ReturnType<typeof hourlyCounter>>();
  const app = hourlyCounter();
  const phone = (id: string, mps: number) =>
    getOrMake(phones, `${id} ${mps}`, () => tokenBucket(mps, 1000 / mps));
  return {
    phone,
    pair: (phoneNumberId: string, recipient: string) =>
      getOrMake(pairs, `${phoneNumberId} ${recipient}`, () =>
        tokenBucket(pairBurst, pairIntervalMs),
      ),
    account: (wabaId: string) => getOrMake(accounts, wabaId, hourlyCounter),
    app,
  };
}

function getOrMake<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
