import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ALL_FORMATS, BufferSource, EncodedPacketSink, Input } from 'mediabunny';
import { nextVoiceNote, voiceNotes } from '../../local/meta/voice-notes.ts';

const directory = path.resolve(import.meta.dirname, '../../local/meta/graph/media/samples');
const files = ['voice-ar.ogg', 'voice-ar-2.ogg', 'voice-en.ogg', 'voice-en-2.ogg'];
const read = (file: string) => readFileSync(path.join(directory, file));

describe('the voice notes', () => {
  it.each(files)('%s is some seconds of Ogg/Opus in mono, in a few KB', async (file) => {
    const bytes = read(file);
    expect(bytes.length).toBeLessThan(40 * 1024);
    const input = new Input({ source: new BufferSource(bytes), formats: ALL_FORMATS });
    const track = await input.getPrimaryAudioTrack();
    if (!track) throw new Error('There is no sound in it');
    expect(await input.getMimeType()).toBe('audio/ogg; codecs="opus"');
    expect(track).toMatchObject({ codec: 'opus', sampleRate: 48_000, numberOfChannels: 1 });
    const seconds = await track.computeDuration();
    expect(seconds).toBeGreaterThan(3);
    expect(seconds).toBeLessThan(7);
    let packetSeconds = 0;
    for await (const packet of new EncodedPacketSink(track).packets()) {
      packetSeconds += packet.duration;
    }
    expect(Math.abs(packetSeconds - seconds)).toBeLessThan(0.03);
  });

  it.each(files)('%s has the checksum of every page, and one end', (file) => {
    const pages = pagesOf(read(file));
    for (const { bytes, checksum } of pages) expect(checksumOf(bytes)).toBe(checksum);
    const granules = pages.map(({ granule }) => granule);
    expect(granules).toEqual(granules.toSorted((a, b) => a - b));
    expect(pages.filter(({ isLast }) => isLast)).toEqual([pages.at(-1)]);
  });

  it('each have a text, by the hash of the file', () => {
    const hashes = files.map((file) => createHash('sha256').update(read(file)).digest('hex'));
    expect(voiceNotes.map(({ sha256 }) => sha256)).toEqual(hashes);
    const arabic = voiceNotes.map(({ text }) => /\p{Script=Arabic}/u.test(text));
    expect(arabic).toEqual(voiceNotes.map(({ language }) => language === 'ar-SA'));
  });

  it.each(['ar', 'en'] as const)('in %s take turns', (language) => {
    const [first, second, third] = [1, 2, 3].map(() => nextVoiceNote(language));
    expect([first, second].toSorted()).toEqual([`voice-${language}`, `voice-${language}-2`]);
    expect(third).toBe(first);
  });
});

/** Source: RFC 3533, "The Ogg page format". */
function pagesOf(file: Buffer) {
  const pages = [];
  for (let at = 0; at < file.length; ) {
    const segments = file.subarray(at + 27, at + 27 + (file[at + 26] ?? 0));
    const length = 27 + segments.length + segments.reduce((sum, each) => sum + each, 0);
    const bytes = Buffer.from(file.subarray(at, at + length));
    pages.push({
      bytes,
      checksum: bytes.readUInt32LE(22),
      granule: Number(bytes.readBigInt64LE(6)),
      isLast: ((bytes[5] ?? 0) & 0x04) !== 0,
    });
    at += length;
  }
  return pages;
}

/** CRC-32 with the polynomial 0x04c11db7, over the page with zeros in place of its checksum. */
function checksumOf(page: Buffer): number {
  let crc = 0;
  const zeroed = Buffer.from(page).fill(0, 22, 26);
  for (const byte of zeroed) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  return crc >>> 0;
}
