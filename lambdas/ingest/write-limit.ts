import pLimit from 'p-limit';

// Together the SDK's 50 connections: what waits for one longer than a second fails.

/** Lets so many writes through that each go alone, of all adapters together: they share one client. */
export const writeLimit = pLimit(40);

/** Lets so many batches of writes through, of all adapters together. */
export const batchLimit = pLimit(10);
