import { oggDurationMs } from './ogg-duration.ts';
import type { MediaFormat } from './transcription.schema.ts';

/** How many bytes at a file's end tell how long it plays. */
export const tailBytes = 64 * 1024;

/** What speech usually takes in each format, in bits a ms, which are kbit/s. */
const usualRate: Record<MediaFormat, number> = {
  ...{ ogg: 16, amr: 12, mp3: 64, mp4: 64, m4a: 64, webm: 32, wav: 256, flac: 256 },
};

/**
 * How long a sound plays, in ms: from its last page where it is Ogg, which voice notes are; else as much
 * as is usual for its size. An upper bound would refuse most of the others as too long.
 * @param tail its last bytes, `tailBytes` of them where it has as many
 */
export function soundDurationMs(format: MediaFormat, sizeBytes: number, tail: Uint8Array): number {
  const known = format === 'ogg' ? oggDurationMs(tail) : undefined;
  return known ?? Math.ceil((sizeBytes * 8) / usualRate[format]);
}
