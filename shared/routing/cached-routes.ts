import type { Route, RouteTable } from './route.port.ts';

/** How long a route may be remembered, in ms: a number is given to another organisation only after that. */
export const rememberMs = 60_000;

/** Routes that remember what they found for a minute, and never that they found nothing. */
export function cachedRoutes(routes: RouteTable, now: () => number): RouteTable {
  const known = new Map<string, { found: Route[]; until: number }>();
  const reading = new Map<string, Promise<Route[]>>();

  async function remembered(
    key: string,
    fresh: boolean,
    read: () => Promise<Route[]>,
  ): Promise<Route[]> {
    const entry = known.get(key);
    if (entry && entry.until > now() && !fresh) {
      return entry.found;
    }
    // What is being read already would miss a write that a fresh reading has to see.
    const running = fresh ? undefined : reading.get(key);
    if (running) {
      return running;
    }
    const until = now() + rememberMs;
    const lookup = read();
    reading.set(key, lookup);
    try {
      const found = await lookup;
      if (found.length > 0) {
        known.set(key, { found, until });
      } else {
        known.delete(key);
      }
      return found;
    } finally {
      reading.delete(key);
    }
  }

  return {
    async byPhoneNumber(id, { fresh }) {
      const [route] = await remembered(`phone ${id}`, fresh, async () => {
        const found = await routes.byPhoneNumber(id, { fresh });
        return found ? [found] : [];
      });
      return route;
    },
    byWaba: (id, { fresh }) => remembered(`waba ${id}`, fresh, () => routes.byWaba(id, { fresh })),
  };
}
