/**
 * How long a tombstone is kept, in days: longer than anything out of which a webhook can come once more.
 * Meta repeats it for 7 days, a queue and its dead letters hold it for 28, the quarantine for 90.
 */
export const tombstoneDays = 100;

/** When a tombstone of that time expires, in seconds since the epoch. */
export function tombstoneSeconds(erasedAt: string): number {
  return Math.floor(Date.parse(erasedAt) / 1000) + tombstoneDays * 24 * 60 * 60;
}
