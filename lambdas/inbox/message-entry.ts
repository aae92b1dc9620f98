import type * as z from 'zod';
import { type InboxEvent, inboxEventSchema } from '../../shared/events/inbox-event.schema.ts';
import {
  eventAttribute,
  importedAttribute,
  isStatusAttribute,
  type SentMessage,
  type StatusEntry,
  sentAttribute,
  sentMessageSchema,
  statusEntrySchema,
  statusSubjectAttribute,
  statusSubjectSchema,
  storedEvent,
} from '../../shared/events/message-item.ts';
import { mergedStatus, timestampsOf } from '../../shared/events/status-merge.ts';
import { isTranscriptAttribute, mediaAttribute } from '../../shared/media/media-attributes.ts';
import { mediaRecordSchema } from '../../shared/media/media-record.schema.ts';
import { type Transcript, transcriptSchema } from '../../shared/media/transcript.schema.ts';
import type { ItemImage } from './events-of-change.ts';
import type { MessageEntry } from './reading-answers.schema.ts';

const readableTypes = [
  ...(['message.received', 'message.echoed', 'message.observed', 'message.imported'] as const),
  ...(['message.reaction', 'message.edited', 'message.revoked'] as const),
];

/** The event of an entry of a conversation. */
type EntryEvent = Extract<InboxEvent, { type: (typeof readableTypes)[number] }>;

/**
 * An item as an entry of its conversation; undefined where it is none: a changed contact, a call, a send.
 * @throws ZodError or SyntaxError where the item is not what is written here
 */
export function messageEntry(item: ItemImage): MessageEntry | undefined {
  const stored = ownEvent(item);
  const event = stored === undefined ? undefined : inboxEventSchema.parse(stored);
  const sent = read(sentMessageSchema, item[sentAttribute]);
  if (event) {
    return isEntryEvent(event) ? { ...ofEvent(event, item), ...became(item, sent) } : undefined;
  }
  return sent && { ...ofSent(sent, item), ...became(item, sent) };
}

/** The event that an item was stored with; undefined where it has none, or none that can be read. */
export function eventOf(item: ItemImage): InboxEvent | undefined {
  return inboxEventSchema.safeParse(ownEvent(item)).data;
}

function ownEvent(item: ItemImage): unknown {
  return storedEvent(item, eventAttribute) ?? storedEvent(item, importedAttribute);
}

function isEntryEvent(event: InboxEvent): event is EntryEvent {
  return readableTypes.some((type) => type === event.type);
}

function ofEvent(event: EntryEvent, item: ItemImage): MessageEntry {
  const { type, occurredAt, receivedAt, phoneNumberId, contact } = event;
  return {
    ...{ type, messageId: messageIdOf(event), direction: directionOf(event) },
    ...{ occurredAt, receivedAt, orderKey: item['orderKey'] ?? event.orderKey },
    ...(phoneNumberId === undefined ? {} : { phoneNumberId }),
    ...(contact === undefined ? {} : { contact }),
    ...('message' in event ? { message: event.message } : {}),
    ...('parsed' in event ? { parsed: event.parsed } : {}),
    ...('targetMessageId' in event
      ? { targetMessageId: event.targetMessageId, emoji: event.emoji }
      : {}),
    ...('originalMessageId' in event ? { originalMessageId: event.originalMessageId } : {}),
    ...('status' in event && event.status !== undefined
      ? { status: event.status.toLowerCase() }
      : {}),
    ...mediaOf(event, item),
    ...transcriptOf(item),
  };
}

function messageIdOf(event: EntryEvent): string {
  return 'messageId' in event ? event.messageId : event.message.id;
}

function directionOf(event: EntryEvent): MessageEntry['direction'] {
  if ('direction' in event) {
    return event.direction;
  }
  return event.type === 'message.echoed' ? 'outbound' : 'inbound';
}

function ofSent(sent: SentMessage, item: ItemImage): MessageEntry {
  const { messageId, phoneNumberId, acceptedAt, message } = sent;
  const { contact } = read(statusSubjectSchema, item[statusSubjectAttribute]) ?? {};
  return {
    ...{ type: 'message.sent', messageId, direction: 'outbound' },
    ...{ occurredAt: acceptedAt, receivedAt: acceptedAt, orderKey: item['orderKey'] ?? '' },
    ...{ phoneNumberId, message, status: 'accepted' },
    ...(contact === undefined ? {} : { contact }),
  };
}

/** What became of a message that was sent, from wherever. */
function became(item: ItemImage, sent: SentMessage | undefined): Partial<MessageEntry> {
  const statuses = Object.keys(item)
    .filter(isStatusAttribute)
    .map((name) => read(statusEntrySchema, item[name]))
    .filter((entry) => entry !== undefined);
  const { sendId, clientReference } = sent ?? statuses.find((entry) => entry.sendId) ?? {};
  return {
    ...(sendId === undefined ? {} : { sendId }),
    ...(clientReference === undefined ? {} : { clientReference }),
    ...(statuses.length === 0 ? {} : ladder(statuses)),
  };
}

function ladder(statuses: readonly StatusEntry[]): Partial<MessageEntry> {
  const status = mergedStatus(statuses) ?? statuses.at(-1)?.status;
  const error = statuses.find((entry) => entry.error)?.error;
  return {
    timestamps: timestampsOf(statuses),
    ...(status === undefined ? {} : { status }),
    ...(error === undefined ? {} : { error }),
  };
}

function mediaOf(event: EntryEvent, item: ItemImage): Pick<MessageEntry, 'media'> {
  if (!('media' in event) || event.media === undefined) {
    return {};
  }
  const record = read(mediaRecordSchema, item[mediaAttribute]);
  switch (record?.state) {
    case 'STORED': {
      const { kind, mimeType, sizeBytes, sha256, filename } = record;
      const { organizationId, phoneNumberId = '', message } = event;
      const asked = new URLSearchParams({ organizationId, phoneNumberId, messageId: message.id });
      const named = filename === undefined ? {} : { filename };
      const link = `/whatsapp-media?${asked}`;
      return { media: { state: 'stored', kind, mimeType, sizeBytes, sha256, ...named, link } };
    }
    case 'FAILED':
      return { media: { state: 'failed', kind: record.kind, reason: record.reason } };
    default: {
      const { kind, mimeType, filename } = event.media;
      const named = filename === undefined ? {} : { filename };
      return { media: { state: 'pending', kind, mimeType, ...named } };
    }
  }
}

function transcriptOf(item: ItemImage): Pick<MessageEntry, 'transcript'> {
  const newestFirst = Object.keys(item)
    .filter(isTranscriptAttribute)
    .map((name) => read(transcriptSchema, item[name]))
    .filter((transcript) => transcript !== undefined)
    .sort((one, other) => other.revision - one.revision);
  const transcript = newestFirst.find(({ state }) => state === 'READY') ?? newestFirst[0];
  return transcript ? { transcript: shown(transcript) } : {};
}

function shown(transcript: Transcript): NonNullable<MessageEntry['transcript']> {
  const { revision } = transcript;
  if (transcript.state === 'FAILED') {
    return { state: 'failed', revision, reason: transcript.reason };
  }
  const { text, language, confidence, lowConfidence, durationMs } = transcript;
  return { state: 'ready', revision, text, language, confidence, lowConfidence, durationMs };
}

function read<Schema extends z.ZodType>(
  schema: Schema,
  json: string | undefined,
): z.output<Schema> | undefined {
  return json === undefined ? undefined : schema.parse(JSON.parse(json));
}
