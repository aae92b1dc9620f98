import * as z from 'zod';
import { inboxEventSchema, type PendingMedia } from '../../shared/events/inbox-event.schema.ts';
import {
  eventAttribute,
  importedAttribute,
  storedEvent,
} from '../../shared/events/message-item.ts';
import {
  isTranscribeRequestAttribute,
  mediaAttribute,
} from '../../shared/media/media-attributes.ts';
import type { MessageEvent } from '../../shared/media/media-ledger.port.ts';
import {
  type MediaJob,
  type MediaRecord,
  type MessageReference,
  mediaRecordSchema,
  type TranscribeJob,
} from '../../shared/media/media-record.schema.ts';
import { transcribeRequestSchema } from '../../shared/media/transcript.schema.ts';
import { PermanentError } from '../../shared/runtime/errors.ts';
import type { ItemImage } from './events-of-change.ts';

/** A job, and the queue that is for it. */
export type OutgoingJob =
  | { queueName: 'mediaJobs'; job: MediaJob }
  | { queueName: 'transcribeJobs'; job: TranscribeJob };

type FileEvent = MessageEvent & { media: PendingMedia };

type StoredRecord = Extract<MediaRecord, { state: 'STORED' }>;

/** What is read of Meta's object that names a file. */
const metaFileSchema = z.object({
  id: z.string().min(1),
  sha256: z.string().optional().catch(undefined),
});

/**
 * The jobs that a change of an item gives rise to: a message has come with a file, or its file is asked
 * for again; a voice note is in store, or another transcript of it is asked for. The same change always
 * gives the same jobs.
 * @throws PermanentError when the item is not what is written here and by the media functions
 */
export function jobsOfChange(before: ItemImage | undefined, after: ItemImage): OutgoingJob[] {
  const isOccasion = (name: string) =>
    [eventAttribute, importedAttribute, mediaAttribute].includes(name) ||
    isTranscribeRequestAttribute(name);
  const changed = Object.keys(after).filter(
    (name) => isOccasion(name) && after[name] !== before?.[name],
  );
  const event = changed.length > 0 ? fileEvent(after) : undefined;
  return event ? changed.flatMap((name) => jobsOf(name, event, after)) : [];
}

function jobsOf(name: string, event: FileEvent, item: ItemImage): OutgoingJob[] {
  if (name === eventAttribute || name === importedAttribute) {
    return [mediaJob(event, 0)];
  }
  const record = read(mediaRecordSchema, item[mediaAttribute]);
  if (isTranscribeRequestAttribute(name)) {
    const { revision, languages } = read(transcribeRequestSchema, item[name]);
    if (record.state !== 'STORED') {
      throw new PermanentError('A transcript is asked for of a file that is not in store');
    }
    return [transcribeJob(event, record, { revision, languages })];
  }
  switch (record.state) {
    case 'PENDING':
      return [mediaJob(event, record.revision)];
    case 'STORED':
      return record.kind === 'audio' && record.voice
        ? [transcribeJob(event, record, { revision: 0 })]
        : [];
    case 'FAILED':
      return [];
  }
}

function mediaJob(event: FileEvent, revision: number): OutgoingJob {
  const { media, message, occurredAt } = event;
  const { kind, mimeType, voice, filename } = media;
  const file = metaFileSchema.safeParse(message[String(message['type'])]).data;
  if (!file) {
    throw new PermanentError("A file without Meta's id of it");
  }
  return {
    queueName: 'mediaJobs',
    job: {
      ...{ schemaVersion: 1, message: referenceOf(event), revision, mediaId: file.id },
      ...{ kind, mimeType, voice, filename, sha256: file.sha256, occurredAt },
    },
  };
}

function transcribeJob(
  event: FileEvent,
  { key, mimeType, sizeBytes, sha256 }: StoredRecord,
  wish: Pick<TranscribeJob, 'revision' | 'languages'>,
): OutgoingJob {
  const message = referenceOf(event);
  return {
    queueName: 'transcribeJobs',
    job: { schemaVersion: 1, message, ...wish, key, mimeType, sizeBytes, sha256 },
  };
}

function referenceOf(event: FileEvent): MessageReference {
  const { organizationId, wabaId, phoneNumberId, conversationId, message } = event;
  if (phoneNumberId === undefined) {
    throw new PermanentError('A message without its number');
  }
  return { organizationId, wabaId, phoneNumberId, conversationId, messageId: message.id };
}

/** The event of the item's message, where that has a file. */
function fileEvent(item: ItemImage): FileEvent | undefined {
  return [eventAttribute, importedAttribute]
    .filter((name) => item[name] !== undefined)
    .map((name) => checked(inboxEventSchema, storedEvent(item, name)))
    .find((event): event is FileEvent => 'media' in event && event.media !== undefined);
}

function read<Schema extends z.ZodType>(
  schema: Schema,
  json: string | undefined,
): z.output<Schema> {
  return checked(schema, JSON.parse(json ?? 'null'));
}

function checked<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const read = schema.safeParse(value);
  if (!read.success) {
    throw new PermanentError('Not what is kept of files');
  }
  return read.data;
}
