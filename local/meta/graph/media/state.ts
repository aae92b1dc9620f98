import type { GraphState } from '../state.ts';
import { webhookMedia } from './webhook-media.ts';

/** A file that was uploaded for one number. */
export interface UploadedMedia {
  phoneNumberId: string;
  mimeType: string;
  bytes: Buffer;
  sha256: Buffer;
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

/** The files that Meta keeps. */
export interface MediaState {
  /** By media id. */
  uploaded: Map<string, UploadedMedia>;
  /** Media ids of webhooks. */
  deleted: Set<string>;
  /** By id, `upload:…`. */
  sessions: Map<string, UploadSession>;
}

/** Meta keeps nothing yet. */
export function createMediaState(): MediaState {
  return { uploaded: new Map(), deleted: new Set(), sessions: new Map() };
}

/** What an id stands for: media of a webhook belong to no number that the simulator knows. */
export type KnownMedia = Pick<UploadedMedia, 'mimeType' | 'bytes' | 'sha256' | 'contentProblem'> & {
  phoneNumberId?: string | undefined;
};

/** Source: Meta, "Media". */
const webhookLifetimeMs = 7 * 86_400_000;
/** How long an uploaded file is kept, in ms. Source: Meta, "Media". */
export const uploadLifetimeMs = 30 * 86_400_000;

/** The file of a media id; undefined where it never was, is deleted or too old. */
export function findMedia(
  { now }: Pick<GraphState, 'now'>,
  media: MediaState,
  id: string,
): KnownMedia | undefined {
  const uploaded = media.uploaded.get(id);
  if (uploaded) return uploaded.expiresAt > now() ? uploaded : undefined;
  const received = media.deleted.has(id) ? undefined : webhookMedia(id);
  return received && received.sentAt + webhookLifetimeMs > now() ? received : undefined;
}
