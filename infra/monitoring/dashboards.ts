import type { Monitored } from './monitored.ts';

/** Adds to a stack what people on call look at. */
export function addDashboards(_monitored: Monitored): void {}
