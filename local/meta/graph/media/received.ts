import { randomInt } from 'node:crypto';
import type { StoredFile } from './stored-file.ts';

/** A file that a customer sent to a number. */
export interface ReceivedMedia extends StoredFile {
  phoneNumberId: string;
  /** Epoch ms. */
  expiresAt: number;
}

/** Source: Meta, "Media". */
const lifetimeMs = 7 * 86_400_000;
/** Webhooks are made without the server that answers for the media in them, and ids are unique. */
const received = new Map<string, ReceivedMedia>();

/** Keeps a file that a customer sends to a number at `now` (epoch ms) for a week, and gives its id. */
export function receiveMedia(phoneNumberId: string, file: StoredFile, now: number): string {
  const id = `9${String(randomInt(1e14)).padStart(14, '0')}`;
  received.set(id, { ...file, phoneNumberId, expiresAt: now + lifetimeMs });
  return id;
}

/** The file that a webhook's media id stands for; undefined for any other id. */
export function receivedMedia(id: string): ReceivedMedia | undefined {
  return received.get(id);
}

/** Forgets a file. Whether there was one. */
export function forgetReceived(id: string): boolean {
  return received.delete(id);
}
