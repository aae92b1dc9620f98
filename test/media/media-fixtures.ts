import type { MessageEvent } from '../../shared/media/media-ledger.port.ts';
import type { MediaJob } from '../../shared/media/media-record.schema.ts';

/** The number that the messages of these tests came to, and its organisation. */
export const receiver = { organizationId: 'north', wabaId: '1001', phoneNumberId: '2001' };

/** The organisation's access token. */
export const receiverToken = 'EAAG-token-of-north';

/** When the message was sent, and its job queued. */
export const sentAt = '2026-11-22T10:00:00.000Z';

/** The job of a picture. */
export function mediaJob(differences: Partial<MediaJob> = {}): MediaJob {
  return {
    schemaVersion: 1,
    message: { ...receiver, conversationId: 'conversation', messageId: 'wamid.1' },
    revision: 0,
    mediaId: '1003383421387256',
    kind: 'image',
    mimeType: 'image/jpeg',
    occurredAt: sentAt,
    ...differences,
  };
}

/** The message of a job, as `normalise` has stored it. */
export function messageOf({ message, kind, mediaId, mimeType }: MediaJob) {
  const { messageId, ...envelope } = message;
  return {
    schemaVersion: 1 as const,
    eventId: `event of ${messageId}`,
    type: 'message.received' as const,
    occurredAt: sentAt,
    receivedAt: sentAt,
    orderKey: sentAt,
    ...envelope,
    message: { id: messageId, type: kind, [kind]: { id: mediaId, mime_type: mimeType } },
    media: { state: 'pending' as const, kind, mimeType },
    window: { expiresAt: '2026-11-23T10:00:00.000Z' },
  } satisfies MessageEvent;
}
