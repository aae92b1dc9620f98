import type { Monitored } from './monitored.ts';

/** Adds to a stack every alarm that wakes or tells somebody. */
export function addAlarms(_monitored: Monitored): void {}
