/**
 * How a WABA's message templates lie in the table, all under `TEMPLATE#<waba>`:
 * - `<name>#<language>`: `definition` (Meta's, as JSON; absent where Meta was asked and has none),
 *   `status`, `category`, `fetchedAt`; `expiresAt` where there is no definition;
 * - `#LIST`: `listedAt`, when Meta was asked for all of them last;
 * - `#CHANGED`: `changedAt`, when a webhook said last that one of them has changed.
 *
 * All times are RFC 3339 in UTC with milliseconds, so that they compare as text.
 */
export function templateKey(wabaId: string): string {
  return `TEMPLATE#${wabaId}`;
}

/** A template's sort key. Meta's webhooks write `en-US` where its REST API writes `en_US`. */
export function templateSortKey(name: string, language: string): string {
  return `${name}#${language.replaceAll('-', '_')}`;
}

/** The sort key of when all templates were listed. It sorts before every name. */
export const templateListSortKey = '#LIST';

/** The sort key of when a template was last said to have changed. It sorts before every name. */
export const templateChangedSortKey = '#CHANGED';
