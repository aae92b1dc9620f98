import { createCipheriv, createHash } from 'node:crypto';

/** The content of a file, and what Meta says of it. */
export interface StoredFile {
  mimeType: string;
  sha256: Buffer;
  /** Bytes. */
  size: number;
  /** Where a file is generated instead of kept, its chunks from the start at each call. */
  content: Buffer | (() => Iterable<Buffer>);
}

/** A file that is kept in memory. */
export function fileOf(bytes: Buffer, mimeType: string): StoredFile {
  const sha256 = createHash('sha256').update(bytes).digest();
  return { mimeType, sha256, size: bytes.length, content: bytes };
}

/** The content of a file in order, however it is kept. */
export function chunksOf({ content }: StoredFile): Iterable<Buffer> {
  return Buffer.isBuffer(content) ? [content] : content();
}

const zeros = Buffer.alloc(64 * 1024);
const generated = new Map<number, StoredFile>();
const pdfStart = Buffer.from('%PDF-1.7\n', 'latin1');

/** The size of the smallest document that can be generated, in bytes. */
export const leastDocumentBytes = pdfStart.length;

/**
 * A document of `size` bytes that are never in memory together: the beginning of a PDF, then noise that
 * is the same for every size and run. Takes a moment for a new size, whose bytes are all hashed.
 */
export function generatedDocument(size: number): StoredFile {
  const known = generated.get(size);
  if (known) return known;
  const content = () => documentChunks(size);
  const hash = createHash('sha256');
  for (const chunk of content()) hash.update(chunk);
  const file = { mimeType: 'application/pdf', sha256: hash.digest(), size, content };
  generated.set(size, file);
  return file;
}

function* documentChunks(size: number): Iterable<Buffer> {
  yield pdfStart;
  const noise = createCipheriv('aes-256-ctr', Buffer.alloc(32), Buffer.alloc(16));
  for (let rest = size - pdfStart.length; rest > 0; rest -= zeros.length) {
    yield noise.update(zeros.subarray(0, rest));
  }
}
