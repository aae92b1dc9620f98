import type { SetAsideObjects, StoredObject } from './set-aside-objects.port.ts';

/** Where an object lies while it is put back where it came from. */
export const retryPrefix = 'quarantine/retry/';

/** Everything that was set aside. */
export const quarantinePrefixes = ['quarantine/', 'unrecognised/'] as const;

/** What an object of the raw bucket was set aside as. */
export interface Quarantined {
  /** Who set it aside: `webhook`, `message`, `element`, `event`, `send`, `media`, `transcribe`; or `unrecognised`. */
  kind: string;
  /** When it came, else when it was set aside: `2026-11-22`. */
  day: string;
  /** Where it lay first. */
  originalKey: string;
}

/** Reads an object's key. */
export function quarantined({ key, storedAt }: StoredObject): Quarantined {
  const originalKey = key.startsWith(retryPrefix) ? key.slice(retryPrefix.length) : key;
  const [folder = '', kind = ''] = originalKey.split('/');
  return {
    kind: folder === 'quarantine' ? kind : folder,
    day: /\/(\d{4}-\d\d-\d\d)\//.exec(originalKey)?.[1] ?? storedAt.slice(0, 10),
    originalKey,
  };
}

/** Where objects of a kind lie; what was interrupted first. */
export function prefixesOf(kind: string): string[] {
  const prefix = kind === 'unrecognised' ? 'unrecognised/' : `quarantine/${kind}/`;
  return [`${retryPrefix}${prefix}`, prefix];
}

/** How many objects were set aside as what on which day. */
export interface QuarantineCount {
  kind: string;
  day: string;
  objects: number;
}

/** Counts what was set aside, sorted by kind and day. */
export async function countQuarantined(
  objects: Pick<SetAsideObjects, 'list'>,
): Promise<QuarantineCount[]> {
  const counts = new Map<string, QuarantineCount>();
  for (const prefix of quarantinePrefixes) {
    for await (const object of objects.list(prefix)) {
      const { kind, day } = quarantined(object);
      const count = counts.get(`${kind} ${day}`) ?? { kind, day, objects: 0 };
      counts.set(`${kind} ${day}`, { ...count, objects: count.objects + 1 });
    }
  }
  return [...counts].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, count]) => count);
}
