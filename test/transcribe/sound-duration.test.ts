import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { oggDurationMs } from '../../lambdas/transcribe/ogg-duration.ts';
import { soundDurationMs, tailBytes } from '../../lambdas/transcribe/sound-duration.ts';

/** A page as RFC 3533 has it; its checksum is not looked at. */
function page(granule: bigint, body: Uint8Array = new Uint8Array(10)): Buffer {
  const lacing = [...Array<number>(Math.floor(body.length / 255)).fill(255), body.length % 255];
  const header = Buffer.alloc(27);
  header.write('OggS');
  header.writeBigInt64LE(granule, 6);
  header[26] = lacing.length;
  return Buffer.concat([header, Buffer.from(lacing), body]);
}

const bodies = fc.uint8Array({ maxLength: 60_000 });

describe('how long an Ogg file plays', () => {
  it('is what its last page says', () => {
    const file = Buffer.concat([page(0n), page(24_000n), page(96_000n)]);
    expect(oggDurationMs(file)).toBe(2000);
  });

  it('is found in its last 64 KiB, whatever they hold', () => {
    fc.assert(
      fc.property(bodies, bodies, fc.bigInt(0n, 48_000n * 14_400n), (before, last, granule) => {
        const file = Buffer.concat([page(1n, before), page(granule, last)]);
        expect(oggDurationMs(file.subarray(-tailBytes))).toBe(Number(granule / 48n));
      }),
    );
  });

  it('is that of the page before where no packet ends on the last', () => {
    expect(oggDurationMs(Buffer.concat([page(48_000n), page(-1n)]))).toBe(1000);
  });

  it('is not told by letters in the sound', () => {
    const letters = Buffer.concat([Buffer.from('OggS'), Buffer.alloc(60, 0xff)]);
    expect(oggDurationMs(page(48_000n, letters))).toBe(1000);
    expect(oggDurationMs(Buffer.from('OggS'))).toBeUndefined();
  });

  it('is a time or unknown, whatever the bytes', () => {
    const parts = fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constant(Buffer.from('OggS\0')));
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 8 }), (pieces) => {
        const durationMs = oggDurationMs(Buffer.concat(pieces)) ?? 0;
        expect(durationMs).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('how long a sound plays', () => {
  it('is exact for Ogg', () => {
    expect(soundDurationMs('ogg', 1_000_000, page(48_000n))).toBe(1000);
  });

  it.each([
    ['ogg', 20_000, 10_000],
    ['amr', 15_000, 10_000],
    ['mp3', 80_000, 10_000],
  ] as const)('is estimated for %s without pages: %d bytes, %d ms', (format, bytes, ms) => {
    expect(soundDurationMs(format, bytes, new Uint8Array(40))).toBe(ms);
  });
});
