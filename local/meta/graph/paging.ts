import type { JsonObject } from '../../../shared/json.ts';
import { type GraphCallIn, graphError } from './edge.ts';

const defaultLimit = 25;

/**
 * The part of a list that the call's `limit`, `after` and `before` ask for, and Graph's `paging`: without
 * `next` at the end, none at all for an empty page. Throws 100 for a bad limit or cursor.
 * Source: Meta, "Graph API: paginated results".
 */
export function pageOf<Item>(
  all: readonly Item[],
  { query, path, headers }: GraphCallIn,
): { items: Item[]; paging?: JsonObject } {
  const limit = Number(query.get('limit') ?? defaultLimit);
  if (!Number.isInteger(limit) || limit < 1) {
    throw graphError(100, { message: '(#100) Param limit must be a positive integer' });
  }
  const before = placeOf(query.get('before'));
  const after = placeOf(query.get('after'));
  const start = before === undefined ? (after ?? -1) + 1 : Math.max(0, before - limit);
  const end = Math.min(all.length, before ?? all.length, start + limit);
  const items = all.slice(start, end);
  if (items.length === 0) return { items };
  const cursors = { before: cursorOf(start), after: cursorOf(end - 1) };
  const address = (cursor: Record<string, string>) => {
    const rest = [...query].filter(([name]) => !/^(after|before|access_token)$/.test(name));
    const search = new URLSearchParams([...rest, ...Object.entries(cursor)]);
    return `http://${headers.host}/v25.0/${path.join('/')}?${search}`;
  };
  return {
    items,
    paging: {
      cursors,
      ...(start > 0 && { previous: address({ before: cursors.before }) }),
      ...(end < all.length && { next: address({ after: cursors.after }) }),
    },
  };
}

function cursorOf(place: number): string {
  return Buffer.from(`at ${place}`).toString('base64url');
}

function placeOf(cursor: string | null): number | undefined {
  if (!cursor) return undefined;
  const place = /^at (\d+)$/.exec(Buffer.from(cursor, 'base64url').toString())?.[1];
  if (place === undefined) throw graphError(100, { message: '(#100) Invalid cursors values' });
  return Number(place);
}
