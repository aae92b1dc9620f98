import type { AccessToken } from '../../../shared/credentials/access-token.ts';
import type { GraphAnswer } from '../../../shared/graph/graph.port.ts';

/** A file for one business number. */
export interface OutgoingFile {
  phoneNumberId: string;
  mimeType: string;
  sizeBytes: number;
  bytes: AsyncIterable<Uint8Array>;
}

/** Meta's side of handing files over. */
export interface MediaUpload {
  /**
   * Hands a file over, once. What comes of it is of no consequence until its id is used, so it may be
   * repeated. Never rejects.
   */
  upload(file: OutgoingFile, token: AccessToken, signal: AbortSignal): Promise<GraphAnswer>;
}
