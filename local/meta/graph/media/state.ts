import type { GraphState } from '../state.ts';
import type { MediaFault } from './media-faults.ts';
import { type ReceivedMedia, receivedMedia } from './received.ts';
import type { StoredFile } from './stored-file.ts';

/** A file that was uploaded for one number. */
export interface UploadedMedia extends StoredFile {
  phoneNumberId: string;
  /** Epoch ms. */
  expiresAt: number;
  /** Why a message with it fails with 131053 after it has been accepted; absent where it does not. */
  contentProblem?: string | undefined;
}

/** A resumable upload under way. Its bytes are counted, not kept. */
export interface UploadSession {
  fileLength: number;
  sig: string;
  receivedBytes: number;
}

/** The files that Meta keeps, beside those that customers send. */
export interface MediaState {
  /** By media id. */
  uploaded: Map<string, UploadedMedia>;
  /** By id, `upload:…`. */
  sessions: Map<string, UploadSession>;
  /** What goes wrong with the next downloads, in order. */
  faults: MediaFault[];
}

/** Meta keeps nothing yet. */
export function createMediaState(): MediaState {
  return { uploaded: new Map(), sessions: new Map(), faults: [] };
}

/** How long an uploaded file is kept, in ms. Source: Meta, "Media". */
export const uploadLifetimeMs = 30 * 86_400_000;

/** The file of a media id; undefined where it never was, is deleted or too old. */
export function findMedia(
  { now }: Pick<GraphState, 'now'>,
  media: MediaState,
  id: string,
): UploadedMedia | ReceivedMedia | undefined {
  const file = media.uploaded.get(id) ?? receivedMedia(id);
  return file && file.expiresAt > now() ? file : undefined;
}
