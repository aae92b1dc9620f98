import { gunzipSync, gzipSync } from 'node:zlib';
import { sqsBatches } from '../../shared/sqs.ts';
import type { Archive } from './archive.port.ts';
import { type ArchivedMessage, archivedMessageSchema } from './archived-message.schema.ts';

/** The message attribute of what is queued once more: the archive has it already. */
export const archivedAttribute = 'archived';

/** As infra/archive-stream.ts has Firehose make them. */
const keyPattern =
  /^archive\/(?<day>\d{4}-\d\d-\d\d)\/(?<hour>\d\d)\/(?<minute>\d\d)(?<second>\d\d)-/;

/** How the keys of objects begin whose oldest message came into the archive in the UTC hour of `at`. */
export function archivePrefix(at: Date): string {
  const instant = at.toISOString();
  return `archive/${instant.slice(0, 10)}/${instant.slice(11, 13)}/`;
}

/** When an object's oldest message came into the archive, by its key; undefined where the key is none of it. */
export function archivedSince(key: string): Date | undefined {
  const { day, hour, minute, second } = keyPattern.exec(key)?.groups ?? {};
  return day === undefined ? undefined : new Date(`${day}T${hour}:${minute}:${second}Z`);
}

/** A message of `webhook-events` as a function gets it. */
export interface ReceivedMessage {
  messageId: string;
  body: string;
  messageAttributes: Readonly<Record<string, unknown>>;
}

/** What archiving needs from outside. */
export interface ArchivePorts {
  archive: Archive;
  now(): Date;
  report(error: unknown): void;
}

/**
 * Archives what an invocation was given and is done with, as it was queued, but for what is in the archive
 * already: one record, with a line for each message.
 * @param failed the ids of those that it is not done with
 * @returns the messages that have to come again: those that failed, and those that could not be archived
 */
export async function archiveDone<Message extends ReceivedMessage>(
  messages: readonly Message[],
  failed: readonly string[],
  { archive, now, report }: ArchivePorts,
): Promise<Message[]> {
  const isFailed = ({ messageId }: Message) => failed.includes(messageId);
  const isNew = (message: Message) =>
    !isFailed(message) && !Object.hasOwn(message.messageAttributes, archivedAttribute);
  // More than what SQS takes at once may be more than a record holds, also compressed.
  const records = sqsBatches(messages.filter(isNew), ({ body }) => body);
  try {
    const archivedAt = now().toISOString();
    await Promise.all(
      records.map((record) =>
        archive.put(archiveRecord(record.map(({ body }) => ({ archivedAt, body })))),
      ),
    );
    return messages.filter(isFailed);
  } catch (error) {
    report(error);
    return messages.filter((message) => isFailed(message) || isNew(message));
  }
}

/** Records one after the other are one gzip file. Source: RFC 1952, 2.2. */
function archiveRecord(messages: readonly ArchivedMessage[]): Buffer {
  return gzipSync(messages.map((message) => `${JSON.stringify(message)}\n`).join(''));
}

/** The messages in an object of the archive. @throws where it is none of it */
export function archivedMessages(bytes: Uint8Array): ArchivedMessage[] {
  const lines = gunzipSync(bytes).toString().split('\n').slice(0, -1);
  return lines.map((line) => archivedMessageSchema.parse(JSON.parse(line)));
}
