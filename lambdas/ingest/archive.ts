import { gunzipSync, gzipSync } from 'node:zlib';
import { hash } from '../../shared/hash.ts';
import type { ObjectStore } from '../../shared/storage/object-store.port.ts';

/** The message attribute of what is queued once more: the archive has it already. */
export const archivedAttribute = 'archived';

const keyPattern =
  /^archive\/(?<day>\d{4}-\d\d-\d\d)\/(?<hour>\d\d)\/(?<minute>\d\d)(?<rest>\d\d\.\d{3})-/;

/** How the keys begin of what was archived in the UTC hour of `at`. */
export function archivePrefix(at: Date): string {
  const instant = at.toISOString();
  return `archive/${instant.slice(0, 10)}/${instant.slice(11, 13)}/`;
}

/** When an object was archived, by its key; undefined where the key is none of the archive's. */
export function archivedAt(key: string): Date | undefined {
  const { day, hour, minute, rest } = keyPattern.exec(key)?.groups ?? {};
  return day === undefined ? undefined : new Date(`${day}T${hour}:${minute}:${rest}Z`);
}

/** A message of `webhook-events` as a function gets it. */
export interface ReceivedMessage {
  messageId: string;
  body: string;
  messageAttributes: Readonly<Record<string, unknown>>;
}

/** What archiving needs from outside. */
export interface ArchivePorts {
  store: Pick<ObjectStore, 'put'>;
  now(): Date;
  report(error: unknown): void;
}

/**
 * Archives what an invocation was given and is done with, as it was queued, but for what is in the archive
 * already: one object, with a line for each message.
 * @param failed the ids of those that it is not done with
 * @returns the messages that have to come again: those that failed, and those that could not be archived
 */
export async function archiveDone<Message extends ReceivedMessage>(
  messages: readonly Message[],
  failed: readonly string[],
  { store, now, report }: ArchivePorts,
): Promise<Message[]> {
  const isFailed = ({ messageId }: Message) => failed.includes(messageId);
  const isNew = (message: Message) =>
    !isFailed(message) && !Object.hasOwn(message.messageAttributes, archivedAttribute);
  const bodies = messages.filter(isNew).map(({ body }) => body);
  try {
    if (bodies.length > 0) {
      await store.put(archiveKey(now(), bodies), archiveObject(bodies));
    }
    return messages.filter(isFailed);
  } catch (error) {
    report(error);
    return messages.filter((message) => isFailed(message) || isNew(message));
  }
}

/** The key of an object with these messages: keys sort by the time of archiving. */
function archiveKey(at: Date, bodies: readonly string[]): string {
  const second = at.toISOString().slice(14, 23).replace(':', '');
  return `${archivePrefix(at)}${second}-${hash(...bodies)}.jsonl.gz`;
}

function archiveObject(bodies: readonly string[]): Buffer {
  // A line break in JSON can only stand between tokens.
  return gzipSync(bodies.map((body) => `${body.replaceAll('\n', ' ')}\n`).join(''));
}

/** The messages in an object of the archive. @throws where it is none of it */
export function archivedBodies(bytes: Uint8Array): string[] {
  return gunzipSync(bytes).toString().split('\n').slice(0, -1);
}
