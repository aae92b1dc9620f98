import type { SettingsTable } from './settings.port.ts';
import type { Settings } from './settings.schema.ts';

/** How long settings may be remembered, in ms. */
const rememberMs = 60_000;

/** Settings that are remembered for a minute: what is changed holds everywhere after that. */
export function cachedSettings(
  settings: Pick<SettingsTable, 'read'>,
  now: () => number,
): Pick<SettingsTable, 'read'> {
  const known = new Map<string, { found: Promise<Settings>; until: number }>();
  return {
    read(organizationId) {
      const entry = known.get(organizationId);
      if (entry && entry.until > now()) {
        return entry.found;
      }
      const found = settings.read(organizationId);
      known.set(organizationId, { found, until: now() + rememberMs });
      found.catch(() => known.delete(organizationId));
      return found;
    },
  };
}
