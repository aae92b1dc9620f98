import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileOf, type StoredFile } from './stored-file.ts';

const opus = 'audio/ogg; codecs=opus';

/** Real files, as small as they come. What the voices say is in `voice-notes.ts`. */
const files = [
  ['image', 'image.jpg', 'image/jpeg'],
  ['video', 'video.mp4', 'video/mp4'],
  ['document', 'document.pdf', 'application/pdf'],
  ['sticker', 'sticker.webp', 'image/webp'],
  ['audio', 'audio.mp3', 'audio/mpeg'],
  ['voice-ar', 'voice-ar.ogg', opus],
  ['voice-ar-2', 'voice-ar-2.ogg', opus],
  ['voice-en', 'voice-en.ogg', opus],
  ['voice-en-2', 'voice-en-2.ogg', opus],
] as const;

/** The files that a customer can send, by name. */
export const sampleFiles: ReadonlyMap<string, StoredFile> = new Map(
  files.map(([name, file, mimeType]) => {
    const bytes = readFileSync(path.join(import.meta.dirname, 'samples', file));
    return [name, fileOf(bytes, mimeType)];
  }),
);
