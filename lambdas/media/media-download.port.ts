import type { AccessToken } from '../../shared/credentials/access-token.ts';

/** A file that is being sent. */
export interface OpenFile {
  kind: 'open';
  /** As they come: reading them ends with an error where they stop coming, or come too slowly. */
  bytes: AsyncIterable<Uint8Array>;
  /** As the server says. */
  sizeBytes: number | undefined;
  /** Closes the connection, however far the bytes were read. To be called in any case. */
  close(): void;
}

/** What came of asking for a file's URL. */
export type Download =
  | OpenFile
  /** Meta answered, and not with a file. */
  | { kind: 'refused'; status: number; retryAfterMs: number | undefined }
  /** What was to be asked for, or what it was redirected to, is no address of Meta's. */
  | { kind: 'address-refused' }
  /** The body is not the file as it is: it is compressed. */
  | { kind: 'encoded' }
  /** No connection, or no answer in time. */
  | { kind: 'failed'; problem: string };

/** Meta's servers of files. */
export interface MediaDownload {
  /** Asks for a file, once. Never rejects. */
  open(url: string, token: AccessToken): Promise<Download>;
}
