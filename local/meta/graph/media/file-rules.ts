const mebibyte = 1024 * 1024;
const kibibyte = 1024;
const office = 'application/vnd.openxmlformats-officedocument';

/** What can be uploaded, and its greatest size in bytes. Source: Meta, "Media". */
const kinds = [
  {
    kind: 'audio',
    maxBytes: 16 * mebibyte,
    types: ['audio/aac', 'audio/amr', 'audio/mpeg', 'audio/mp4', 'audio/ogg'],
  },
  { kind: 'image', maxBytes: 5 * mebibyte, types: ['image/jpeg', 'image/png'] },
  { kind: 'video', maxBytes: 16 * mebibyte, types: ['video/mp4', 'video/3gpp'] },
  {
    kind: 'document',
    maxBytes: 100 * mebibyte,
    types: [
      ...['text/plain', 'application/pdf', 'application/msword', 'application/vnd.ms-excel'],
      ...['application/vnd.ms-powerpoint', `${office}.wordprocessingml.document`],
      ...[`${office}.spreadsheetml.sheet`, `${office}.presentationml.presentation`],
    ],
  },
  { kind: 'sticker', maxBytes: 500 * kibibyte, types: ['image/webp'] },
] as const;
const staticStickerBytes = 100 * kibibyte;

/** Every MIME type that can be uploaded. */
export const uploadTypes: readonly string[] = kinds.flatMap(({ types }) => types);

/** A MIME type without its parameters, in lower case. */
export function bareType(mimeType: string): string {
  return (mimeType.split(';')[0] ?? '').trim().toLowerCase();
}

/** Why a file is too large for its type; undefined for one that is not. */
export function sizeProblem(mimeType: string, bytes: Buffer): string | undefined {
  const kind = kinds.find(({ types }) => types.some((type) => type === mimeType));
  if (!kind) return undefined;
  const isStatic = kind.kind === 'sticker' && !isAnimated(bytes);
  const maxBytes = isStatic ? staticStickerBytes : kind.maxBytes;
  if (bytes.length <= maxBytes) return undefined;
  return `File size of ${bytes.length} bytes exceeds the limit of ${maxBytes} bytes for ${kind.kind}.`;
}

/** Source: Google, "WebP container specification": the animation flag of the extended header. */
function isAnimated(bytes: Buffer): boolean {
  return bytes.toString('latin1', 12, 16) === 'VP8X' && ((bytes[20] ?? 0) & 0x02) !== 0;
}

/** The first bytes of files in hexadecimal; types that share a container share a line. */
const beginnings: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^ffd8ff/, ['image/jpeg']],
  [/^89504e470d0a1a0a/, ['image/png']],
  [/^52494646.{8}57454250/, ['image/webp']],
  [/^4f676753/, ['audio/ogg']],
  [/^2321414d52/, ['audio/amr']],
  [/^fff[0189]/, ['audio/aac']],
  [/^(494433|ff[ef])/, ['audio/mpeg']],
  [/^.{8}66747970/, ['video/mp4', 'audio/mp4', 'video/3gpp']],
  [/^25504446/, ['application/pdf']],
  [/^504b0304/, uploadTypes.filter((type) => type.startsWith(office))],
  [
    /^d0cf11e0/,
    ['application/msword', 'application/vnd.ms-excel', 'application/vnd.ms-powerpoint'],
  ],
];

/**
 * Why the content of a file does not belong to its MIME type; undefined where it does. Meta accepts
 * such an upload, and fails the message with 131053. Source: Meta, "Media" and "Error codes".
 */
export function contentProblem(mimeType: string, bytes: Buffer): string | undefined {
  const start = bytes.toString('hex', 0, 32);
  const found = beginnings.find(([beginning]) => beginning.test(start))?.[1] ?? ['text/plain'];
  if (found.includes(mimeType)) return undefined;
  return `The file is of type ${found[0]}, but was uploaded as ${mimeType}.`;
}
