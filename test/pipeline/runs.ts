/** How many cases a property gets: SEQUENCES=10000 makes every run of the proof that long. */
export function sequences(usual: number): number {
  const asked = Number(process.env['SEQUENCES']);
  return asked > 0 ? asked : usual;
}

/** Whether all is asked for that would take too long for every change: as `npm run verify` does. */
export const isThorough = sequences(0) >= 20_000;
