const headerBytes = 27;

/** Opus counts 48 samples a ms, whatever it was recorded with. Source: RFC 7845, section 4. */
const samplesPerMs = 48n;

/** Of a page on which no packet ends. Source: RFC 3533, section 6. */
const noPosition = -1n;

/**
 * How long an Ogg Opus file plays, in ms, from the end of its bytes: the last page says how many samples
 * there are. 64 KiB hold at least one page. undefined where there is no page.
 */
export function oggDurationMs(tail: Uint8Array): number | undefined {
  const bytes = Buffer.from(tail.buffer, tail.byteOffset, tail.byteLength);
  let at = bytes.lastIndexOf('OggS');
  while (at !== -1) {
    const position = isPage(bytes, at) ? bytes.readBigInt64LE(at + 6) : noPosition;
    if (position >= 0n) {
      return Number(position / samplesPerMs);
    }
    at = at === 0 ? -1 : bytes.lastIndexOf('OggS', at - 1);
  }
  return undefined;
}

/** The four letters occur in sound too: a page also has a version, and fits into what is left. */
function isPage(bytes: Buffer, at: number): boolean {
  const segments = bytes[at + headerBytes - 1];
  if (segments === undefined || bytes[at + 4] !== 0) {
    return false;
  }
  const bodyAt = at + headerBytes + segments;
  const lengths = bytes.subarray(at + headerBytes, bodyAt);
  return (
    lengths.length === segments &&
    bodyAt + lengths.reduce((sum, length) => sum + length, 0) <= bytes.length
  );
}
