import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  ADTS,
  BufferSource,
  BufferTarget,
  EncodedAudioPacketSource,
  EncodedPacketSink,
  Input,
  type InputFormat,
  MP4,
  OGG,
  Output,
  WEBM,
  WebMOutputFormat,
} from 'mediabunny';
import { type Remuxed, toTranscribable, toVoiceMessage } from '../../shared/media/remux.ts';

const fixture = (name: string): Buffer =>
  readFileSync(path.join(import.meta.dirname, '../fixtures/media', name));
const webm = fixture('voice.webm');
const adts = fixture('voice.aac');

/** A file's sound as it is encoded: each packet with its time, in ms. */
async function packetsOf(bytes: Uint8Array, format: InputFormat) {
  const input = new Input({ source: new BufferSource(bytes), formats: [format] });
  const track = await input.getPrimaryAudioTrack();
  if (!track) throw new Error('There is no sound');
  const data: string[] = [];
  const ms: number[] = [];
  for await (const packet of new EncodedPacketSink(track).packets()) {
    data.push(Buffer.from(packet.data).toString('hex'));
    ms.push(Math.round(packet.timestamp * 1000));
  }
  return { codec: track.codec, sampleRate: track.sampleRate, data, ms };
}

function bytesOf(remuxed: Remuxed): Uint8Array {
  if (!remuxed.ok) throw new Error(remuxed.problem);
  return remuxed.bytes;
}

async function webmWithTwoChannels(): Promise<Uint8Array> {
  const input = new Input({ source: new BufferSource(webm), formats: [WEBM] });
  const track = await input.getPrimaryAudioTrack();
  const config = await track?.getDecoderConfig();
  if (!track || !config) throw new Error('There is no sound');
  const header = Buffer.from('OpusHead\x01\x02\x38\x01\x80\xbb\0\0\0\0\0', 'latin1');
  const target = new BufferTarget();
  const output = new Output({ format: new WebMOutputFormat(), target });
  const source = new EncodedAudioPacketSource('opus');
  output.addAudioTrack(source);
  await output.start();
  const decoderConfig = { ...config, numberOfChannels: 2, description: header };
  for await (const packet of new EncodedPacketSink(track).packets()) {
    await source.add(packet, { decoderConfig });
  }
  await output.finalize();
  return new Uint8Array(target.buffer ?? new ArrayBuffer(0));
}

describe("a browser's recording", () => {
  it('becomes Ogg with the very same packets', async () => {
    const remuxed = await toVoiceMessage(webm);
    expect(remuxed).toMatchObject({ ok: true, mimeType: 'audio/ogg' });
    const ogg = bytesOf(remuxed);
    expect(Buffer.from(ogg).toString('latin1', 0, 4)).toBe('OggS');
    expect(Buffer.from(ogg).toString('latin1', 28, 38)).toBe('OpusHead\x01\x01');
    expect(await packetsOf(ogg, OGG)).toEqual(await packetsOf(webm, WEBM));
  });

  it('in stereo is refused: Meta takes one channel', async () => {
    expect(await toVoiceMessage(await webmWithTwoChannels())).toEqual({
      ok: false,
      problem: expect.stringContaining('2 channels'),
    });
  });
});

it('bare AAC becomes MP4 with the very same packets', async () => {
  const remuxed = await toTranscribable(adts);
  expect(remuxed).toMatchObject({ ok: true, mimeType: 'audio/mp4' });
  const mp4 = bytesOf(remuxed);
  expect(Buffer.from(mp4).toString('latin1', 4, 8)).toBe('ftyp');
  const [before, after] = [await packetsOf(adts, ADTS), await packetsOf(mp4, MP4)];
  // In ADTS each packet has a header of 7 bytes, without a checksum, that MP4 has no use for.
  expect(after.data).toEqual(before.data.map((data) => data.slice(14)));
  expect(after.ms).toEqual(before.ms);
});

/** The recording up to `end`, with another byte at `at`. */
function damaged({ end, at = end, byte = 0 }: { end: number; at?: number; byte?: number }): Buffer {
  const bytes = Buffer.from(webm.subarray(0, end));
  if (at < end) bytes[at] = byte;
  return bytes;
}

describe('what is something else', () => {
  it.each<[string, (bytes: Uint8Array) => Promise<Remuxed>, Uint8Array]>([
    ['AAC as a recording', toVoiceMessage, adts],
    ['a recording as AAC', toTranscribable, webm],
    ['nothing', toVoiceMessage, new Uint8Array()],
    ['a page', toVoiceMessage, Buffer.from('<!doctype html><title>404</title>')],
  ])('is refused: %s', async (_what, convert, bytes) => {
    expect(await convert(bytes)).toEqual({
      ok: false,
      problem: expect.stringMatching(/^cannot be read as /),
    });
  });

  // mediabunny 1.61.0 looks for ever for what follows in these.
  it.each([
    ['cut within its head', { end: 279 }],
    ['an element without its size', { end: 1448, at: 192, byte: 0 }],
    ['an element of another size', { end: 1548, at: 124, byte: 0 }],
  ])('does not hold its caller: %s', async (_what, damage) => {
    expect(await toVoiceMessage(damaged(damage), 500)).toEqual({
      ok: false,
      problem: 'cannot be repacked in time: it is damaged or too long',
    });
  });

  it('is answered whatever was damaged', async () => {
    const damage = fc.record({
      at: fc.nat(webm.length - 1),
      byte: fc.nat(255),
      end: fc.nat(webm.length),
    });
    await fc.assert(
      fc.asyncProperty(damage, async (at) => {
        expect(typeof (await toVoiceMessage(damaged(at), 500)).ok).toBe('boolean');
        expect(typeof (await toTranscribable(damaged(at), 500)).ok).toBe('boolean');
      }),
      { numRuns: 15 },
    );
  }, 30_000);
});
