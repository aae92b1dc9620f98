/** So many first bytes of a file decide what it is. */
export const sniffedBytes = 4096;

/** What is not known, or what a browser might run. */
const opaque = 'application/octet-stream';

interface Signature {
  mimeType: string;
  /** Latin-1; any of them. */
  starts: readonly string[];
  /** What follows further in; anything where there is none. */
  inside?: { at: number; text: string };
}

/** A container of ISO media says what is in it behind the size of its first box. */
const brandAt = 8;

/**
 * The kinds that WhatsApp carries, by their first bytes.
 * Source: WHATWG, "MIME Sniffing"; RFC 3533 (ogg), RFC 4867 (amr), ISO/IEC 13818-7 (ADTS); MP4RA, "Brands".
 */
const signatures: readonly Signature[] = [
  { mimeType: 'image/jpeg', starts: ['\xff\xd8\xff'] },
  { mimeType: 'image/png', starts: ['\x89PNG\r\n\x1a\n'] },
  { mimeType: 'image/webp', starts: ['RIFF'], inside: { at: 8, text: 'WEBPVP' } },
  { mimeType: 'image/gif', starts: ['GIF87a', 'GIF89a'] },
  { mimeType: 'audio/ogg', starts: ['OggS\0'] },
  { mimeType: 'audio/amr', starts: ['#!AMR\n', '#!AMR-WB\n'] },
  { mimeType: 'audio/aac', starts: ['\xff\xf0', '\xff\xf1', '\xff\xf8', '\xff\xf9'] },
  { mimeType: 'audio/mpeg', starts: ['ID3', '\xff\xe2', '\xff\xe3', '\xff\xf2', '\xff\xf3'] },
  { mimeType: 'audio/mpeg', starts: ['\xff\xfa', '\xff\xfb'] },
  { mimeType: 'application/pdf', starts: ['%PDF-'] },
];

const mediaBrands = new Map([
  ...['3gp', '3ge', '3gg', '3gh', '3gr', '3gs'].map((brand) => [brand, 'video/3gpp'] as const),
  ...['M4A', 'M4B'].map((brand) => [brand, 'audio/mp4'] as const),
  ...['iso', 'mp4', 'avc', 'M4V', 'MSN', 'das', 'f4v', 'mmp', 'XAV'].map(
    (brand) => [brand, 'video/mp4'] as const,
  ),
]);

const zip = 'PK\x03\x04';
const compoundFile = '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1';

const zipTypes = new Map([
  ['docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  ['xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  ['pptx', 'application/vnd.openxmlformats-officedocument.presentationml.presentation'],
]);

const compoundTypes = new Map([
  ['doc', 'application/msword'],
  ['xls', 'application/vnd.ms-excel'],
  ['ppt', 'application/vnd.ms-powerpoint'],
]);

/** Tab, line feed, form feed, carriage return and escape: no other control character is in a text. */
const textControls = [0x09, 0x0a, 0x0c, 0x0d, 0x1b];

const markup = /<[!?/a-z]/i;

const pageStart = /^<(!doctype\s+html|html|head|body|script|title)\b/i;

const utf8Bom = '\xef\xbb\xbf';

/** What the sender says of a file. */
export interface DeclaredFile {
  mimeType: string;
  filename?: string | undefined;
}

/**
 * What a file is, by its first bytes; what the sender says decides only between kinds that are built
 * alike. What is unknown or could run in a browser (HTML, SVG, XML, scripts) is `application/octet-stream`.
 */
export function sniffedType(head: Uint8Array, declared: DeclaredFile): string {
  const text = latin1(head);
  const declaredType = baseType(declared.mimeType);
  if (text.startsWith('ftyp', 4)) {
    const brand = mediaBrands.get(text.slice(brandAt, brandAt + 3));
    return brand === 'video/mp4' && declaredType === 'audio/mp4' ? declaredType : (brand ?? opaque);
  }
  if (text.startsWith(zip)) {
    return declaredAmong(zipTypes, declared) ?? opaque;
  }
  if (text.startsWith(compoundFile)) {
    return declaredAmong(compoundTypes, declared) ?? opaque;
  }
  const signature = signatures.find((candidate) => isBuiltAs(candidate, text));
  return (
    signature?.mimeType ?? (declaredType === 'text/plain' && isText(head) ? declaredType : opaque)
  );
}

/** Tells whether a file begins as a web page does: what a server sends where it has no file. */
export function isWebPage(head: Uint8Array): boolean {
  const text = latin1(head);
  const start = (text.startsWith(utf8Bom) ? text.slice(utf8Bom.length) : text).trimStart();
  return pageStart.test(start);
}

function isBuiltAs({ starts, inside }: Signature, text: string): boolean {
  return (
    starts.some((start) => text.startsWith(start)) &&
    (!inside || text.startsWith(inside.text, inside.at))
  );
}

function isText(head: Uint8Array): boolean {
  const sniffed = head.subarray(0, sniffedBytes);
  return (
    sniffed.every((byte) => byte >= 0x20 || textControls.includes(byte)) &&
    !markup.test(latin1(head))
  );
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, sniffedBytes)).toString('latin1');
}

function declaredAmong(
  types: ReadonlyMap<string, string>,
  { mimeType, filename }: DeclaredFile,
): string | undefined {
  const declared = baseType(mimeType);
  const extension = filename?.split('.').at(-1)?.toLowerCase() ?? '';
  return [...types.values()].find((type) => type === declared) ?? types.get(extension);
}

/** Without parameters: `audio/ogg; codecs=opus` is `audio/ogg`. */
function baseType(mimeType: string): string {
  return mimeType.split(';')[0]?.trim().toLowerCase() ?? '';
}
