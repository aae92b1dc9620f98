import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** A file that a customer can send. */
export interface SampleFile {
  bytes: Buffer;
  mimeType: string;
  sha256: Buffer;
}

/** Real files, as small as they come; the sound in them is one tone, not speech. */
const files = [
  ['image', 'image.jpg', 'image/jpeg'],
  ['video', 'video.mp4', 'video/mp4'],
  ['document', 'document.pdf', 'application/pdf'],
  ['sticker', 'sticker.webp', 'image/webp'],
  ['audio', 'audio.mp3', 'audio/mpeg'],
  ['voice-ar', 'voice.ogg', 'audio/ogg; codecs=opus'],
  ['voice-en', 'voice.ogg', 'audio/ogg; codecs=opus'],
] as const;

/** The samples by name. Their order is part of the ids of webhook media: new ones go to the end. */
export const sampleFiles: ReadonlyMap<string, SampleFile> = new Map(
  files.map(([name, file, mimeType]) => {
    const bytes = readFileSync(path.join(import.meta.dirname, 'samples', file));
    return [name, { bytes, mimeType, sha256: createHash('sha256').update(bytes).digest() }];
  }),
);
