import type { MediaKind } from './media-record.schema.ts';

const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;
const office = 'application/vnd.openxmlformats-officedocument';

/** A sticker that does not move may have so many bytes. Source: Meta, "Media". */
export const maxStaticStickerBytes = 100 * kibibyte;

/** What Meta takes as each kind of file, and of how many bytes at most. Source: Meta, "Media". */
const limits: Readonly<Record<MediaKind, { maxBytes: number; mimeTypes: readonly string[] }>> = {
  image: { maxBytes: 5 * mebibyte, mimeTypes: ['image/jpeg', 'image/png'] },
  video: { maxBytes: 16 * mebibyte, mimeTypes: ['video/mp4', 'video/3gpp'] },
  audio: {
    maxBytes: 16 * mebibyte,
    mimeTypes: ['audio/aac', 'audio/amr', 'audio/mpeg', 'audio/mp4', 'audio/ogg'],
  },
  document: {
    maxBytes: 100 * mebibyte,
    mimeTypes: [
      ...['text/plain', 'application/pdf', 'application/msword', 'application/vnd.ms-excel'],
      ...['application/vnd.ms-powerpoint', `${office}.wordprocessingml.document`],
      ...[`${office}.spreadsheetml.sheet`, `${office}.presentationml.presentation`],
    ],
  },
  sticker: { maxBytes: 500 * kibibyte, mimeTypes: ['image/webp'] },
};

/** What Meta does not take and is converted for it: what browsers record, by what it becomes. */
const converted: ReadonlyMap<string, string> = new Map([['audio/webm', 'audio/ogg']]);

/** A MIME type without its parameters, in lower case. */
export function bareMimeType(mimeType: string): string {
  return (mimeType.split(';')[0] ?? '').trim().toLowerCase();
}

/** What a file of this type is handed to Meta as. */
export function mimeTypeForMeta(mimeType: string): string {
  const bare = bareMimeType(mimeType);
  return converted.get(bare) ?? bare;
}

/** Every type that can be uploaded: those that Meta takes, and those that are converted. */
export const uploadMimeTypes: readonly string[] = [
  ...Object.values(limits).flatMap(({ mimeTypes }) => mimeTypes),
  ...converted.keys(),
];

/** How many bytes a file of this type may have at most; undefined where Meta takes none of it. */
export function maxBytesOf(mimeType: string): number | undefined {
  const forMeta = mimeTypeForMeta(mimeType);
  return Object.values(limits).find(({ mimeTypes }) => mimeTypes.includes(forMeta))?.maxBytes;
}

/** Why Meta would not take a file as this kind; undefined where it would, as far as type and size say. */
export function fileProblem(
  kind: MediaKind,
  { mimeType, sizeBytes }: { mimeType: string; sizeBytes: number },
): string | undefined {
  const { maxBytes, mimeTypes } = limits[kind];
  if (!mimeTypes.includes(mimeTypeForMeta(mimeType))) {
    return `is ${bareMimeType(mimeType)}; as ${kind} Meta takes ${mimeTypes.join(', ')}`;
  }
  if (sizeBytes === 0) {
    return 'is empty';
  }
  return sizeBytes > maxBytes
    ? `has ${sizeBytes} bytes; as ${kind} Meta takes at most ${maxBytes}`
    : undefined;
}
