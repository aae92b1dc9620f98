import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import {
  ADTS,
  BufferSource,
  BufferTarget,
  EncodedAudioPacketSource,
  EncodedPacketSink,
  Input,
  type InputFormat,
  Mp4OutputFormat,
  OggOutputFormat,
  Output,
  type OutputFormat,
  WEBM,
} from 'mediabunny';
import type { ConversionName, Remuxed, RemuxTask } from './remux.ts';

interface Conversion {
  from: InputFormat;
  fromName: string;
  codec: 'opus' | 'aac';
  to(): OutputFormat;
  mimeType: string;
  monoOnly: boolean;
}

const conversions: Record<ConversionName, Conversion> = {
  // Meta takes Opus with one channel only. Source: Meta, "Media".
  voiceMessage: {
    from: WEBM,
    fromName: 'WebM',
    codec: 'opus',
    to: () => new OggOutputFormat(),
    mimeType: 'audio/ogg',
    monoOnly: true,
  },
  // Transcribe takes no bare AAC. Source: Amazon Transcribe Developer Guide, "Data input and output".
  transcribable: {
    from: ADTS,
    fromName: 'AAC (ADTS)',
    codec: 'aac',
    to: () => new Mp4OutputFormat({ fastStart: 'in-memory' }),
    mimeType: 'audio/mp4',
    monoOnly: false,
  },
};

/** Nothing is decoded or encoded: the packets change their container. */
async function copyPackets(
  bytes: Uint8Array,
  { from, fromName, codec, to, mimeType, monoOnly }: Conversion,
): Promise<Remuxed> {
  using input = new Input({ source: new BufferSource(bytes), formats: [from] });
  const track = await input.getPrimaryAudioTrack();
  if (track?.codec !== codec) {
    return { ok: false, problem: `is ${fromName} without sound in ${codec}` };
  }
  if (monoOnly && track.numberOfChannels !== 1) {
    return {
      ok: false,
      problem: `has ${track.numberOfChannels} channels, and only one can be sent: record in mono`,
    };
  }
  const decoderConfig = await track.getDecoderConfig();
  const target = new BufferTarget();
  const output = new Output({ format: to(), target });
  const source = new EncodedAudioPacketSource(codec);
  output.addAudioTrack(source);
  await output.start();
  let packets = 0;
  for await (const packet of new EncodedPacketSink(track).packets()) {
    await source.add(packet, decoderConfig ? { decoderConfig } : undefined);
    packets++;
  }
  await output.finalize();
  return target.buffer && packets > 0
    ? { ok: true, bytes: new Uint8Array(target.buffer), mimeType }
    : { ok: false, problem: 'has no sound in it' };
}

async function work(port: MessagePort, { bytes, to }: RemuxTask): Promise<void> {
  const conversion = conversions[to];
  const unreadable = { ok: false, problem: `cannot be read as ${conversion.fromName}` } as const;
  const remuxed = await copyPackets(bytes, conversion).catch(() => unreadable);
  port.postMessage(remuxed, remuxed.ok ? [remuxed.bytes.buffer] : []);
}

if (parentPort) {
  await work(parentPort, workerData);
}
