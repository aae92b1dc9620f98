import { appendFileSync } from 'node:fs';
import type { Fault } from './faults.ts';

/** The variable that names the file to which `npm run verify` wants the places of struck calls added. */
export const struckSitesVariable = 'STRUCK_SITES_FILE';

const file = process.env[struckSitesVariable];

const noted = new Set<string>();

/** Keeps who is calling; to be asked before anything is awaited. Undefined where nobody wants to know. */
export function callerNow(): Error | undefined {
  return file === undefined ? undefined : new Error();
}

/** Where in our code a call was: `<file>:<line>`. */
export function placeOf(caller: Error | undefined): string | undefined {
  return /\/((?:lambdas|shared)\/[^:\s]+:\d+):\d+/.exec(caller?.stack ?? '')?.[1];
}

/** Adds where a call was that a fault has struck: `<fault> <file>:<line>`. */
export function noteStruck(fault: Fault, caller: Error | undefined): void {
  const place = placeOf(caller);
  const line = `${fault} ${place}\n`;
  if (file !== undefined && place !== undefined && !noted.has(line)) {
    noted.add(line);
    appendFileSync(file, line);
  }
}
