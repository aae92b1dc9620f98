import type { MediaFormat } from './transcription.schema.ts';

const formats: ReadonlyMap<string, MediaFormat> = new Map([
  ['audio/ogg', 'ogg'],
  ['audio/opus', 'ogg'],
  ['application/ogg', 'ogg'],
  ['audio/mpeg', 'mp3'],
  ['audio/mp3', 'mp3'],
  ['audio/mp4', 'mp4'],
  ['video/mp4', 'mp4'],
  ['audio/m4a', 'm4a'],
  ['audio/x-m4a', 'm4a'],
  ['audio/webm', 'webm'],
  ['video/webm', 'webm'],
  ['audio/wav', 'wav'],
  ['audio/wave', 'wav'],
  ['audio/x-wav', 'wav'],
  ['audio/vnd.wave', 'wav'],
  ['audio/amr', 'amr'],
  ['audio/amr-nb', 'amr'],
  ['audio/flac', 'flac'],
  ['audio/x-flac', 'flac'],
]);

/** Transcribe's name of a type of file; undefined for what it does not take, such as raw AAC. */
export function mediaFormat(mimeType: string): MediaFormat | undefined {
  const [type = ''] = mimeType.split(';');
  return formats.get(type.trim().toLowerCase());
}
