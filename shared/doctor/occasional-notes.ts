import type { Sighting, Sightings } from './sightings.port.ts';

/** How much later something has to be seen to be written down again, in ms. */
const betweenNotesMs = 60_000;

/** So many numbers are remembered: with more, some are written down oftener. */
const maxRemembered = 5000;

/** Writes sightings down. Never rejects: the work that they accompany does not depend on them. */
export type NoteSightings = (sightings: readonly Sighting[], at: string) => Promise<void>;

/**
 * Notes each sighting once a minute however often it is seen, and all of one call side by side.
 * @param report is told why one could not be written
 */
export function occasionalNotes(
  sightings: Sightings,
  report: (error: unknown) => void,
): NoteSightings {
  const noted = new Map<string, number>();
  return async (seen, at) => {
    const atMs = Date.parse(at);
    await Promise.all(
      seen.map(async (sighting) => {
        const { kind, organizationId, phoneNumberId } = sighting;
        const name = JSON.stringify([kind, organizationId, phoneNumberId]);
        if (atMs < (noted.get(name) ?? 0) + betweenNotesMs) {
          return;
        }
        if (noted.size >= maxRemembered) {
          noted.clear();
        }
        noted.set(name, atMs);
        try {
          await sightings.note(sighting, at);
        } catch (error) {
          noted.delete(name);
          report(error);
        }
      }),
    );
  };
}
