import { hash as digest } from 'node:crypto';

/**
 * One opaque name for a list of values: SHA-256 as 43 characters that every key, group and
 * deduplication id accepts. A wamid contains a phone number, so its hash stands wherever it would be seen.
 */
export function hash(...values: readonly string[]): string {
  // JSON keeps ["ab", "c"] and ["a", "bc"] apart.
  return digest('sha256', JSON.stringify(values), 'base64url');
}
