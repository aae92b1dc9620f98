import { hash } from '../hash.ts';

/**
 * Whose a file of Meta's is, `MEDIA#<hash of its id>` / `MEDIA`: `organizationId` and `phoneNumberId`,
 * and `expiresAt`, a day after Meta has forgotten the id. Without an item nobody knows whose it is.
 */
export function mediaKey(mediaId: string): string {
  return `MEDIA#${hash(mediaId)}`;
}

/** The sort key of every file. */
export const mediaSortKey = 'MEDIA';
