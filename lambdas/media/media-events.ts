import { eventIdOf, messageKey } from '../../shared/events/message-item.ts';
import { orderKeyOf } from '../../shared/events/order-key.ts';
import { toldAs } from '../../shared/media/media-attributes.ts';
import type { MediaEvent } from '../../shared/media/media-ledger.port.ts';
import type { MediaJob, MediaRecord } from '../../shared/media/media-record.schema.ts';
import { toldAttribute } from '../../shared/sends/send-item.ts';

/** The record of a file that is there. */
export type StoredRecord = Extract<MediaRecord, { state: 'STORED' }>;

/** The record of a file that will not come. */
export type FailedRecord = Extract<MediaRecord, { state: 'FAILED' }>;

/** What the inbox is told of a file that is in S3. */
export function mediaStored(job: MediaJob, record: StoredRecord): MediaEvent {
  const { kind, mimeType, sizeBytes, sha256, filename } = record;
  return {
    ...envelope(job, 'media.stored', record.at),
    type: 'media.stored',
    ...{ kind, mimeType, sizeBytes, sha256 },
    ...(filename === undefined ? {} : { filename }),
  };
}

/** What the inbox is told of a file that will not come. */
export function mediaFailed(job: MediaJob, { kind, reason, at }: FailedRecord): MediaEvent {
  return { ...envelope(job, 'media.failed', at), type: 'media.failed', kind, reason };
}

function envelope({ message, revision }: MediaJob, type: MediaEvent['type'], at: string) {
  const { organizationId, wabaId, phoneNumberId, conversationId, messageId } = message;
  return {
    schemaVersion: 1 as const,
    eventId: eventIdOf(messageKey(phoneNumberId, messageId), toldAttribute(toldAs(type, revision))),
    occurredAt: at,
    receivedAt: at,
    orderKey: orderKeyOf(at, at, 0),
    organizationId,
    ...(wabaId === undefined ? {} : { wabaId }),
    phoneNumberId,
    ...(conversationId === undefined ? {} : { conversationId }),
    messageId,
  };
}
