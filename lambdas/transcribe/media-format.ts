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

/** Transcribe's name of a type of file; undefined for what it does not take, such as bare AAC. */
export function mediaFormat(mimeType: string): MediaFormat | undefined {
  return formats.get(bareType(mimeType));
}

/** Tells whether a type of file is AAC without a container, which Transcribe takes in one. */
export function isBareAac(mimeType: string): boolean {
  return bareType(mimeType) === 'audio/aac';
}

function bareType(mimeType: string): string {
  const [type = ''] = mimeType.split(';');
  return type.trim().toLowerCase();
}
