import type { InboxEvent } from '../../shared/events/inbox-event.schema.ts';
import { eventIdOf, messageKey } from '../../shared/events/message-item.ts';
import { orderKeyOf } from '../../shared/events/order-key.ts';
import { toldAs } from '../../shared/media/media-attributes.ts';
import type { Transcript } from '../../shared/media/transcript.schema.ts';
import { toldAttribute } from '../../shared/sends/send-item.ts';
import type { Note } from './transcription.schema.ts';

/** The event that tells of a transcript. */
export type TranscriptEvent = Extract<
  InboxEvent,
  { type: 'transcript.ready' | 'transcript.failed' }
>;

/** The attribute of a message's item that holds a transcript's event. */
export function toldTranscriptAttribute({ type, revision }: TranscriptEvent): string {
  return toldAttribute(toldAs(type, revision));
}

/** What the inbox is told of a note's transcript. */
export function transcriptEvent({ message, revision }: Note, transcript: Transcript) {
  const { at } = transcript;
  const { messageId, phoneNumberId } = message;
  const envelope = (type: TranscriptEvent['type']) => ({
    schemaVersion: 1 as const,
    eventId: eventIdOf(messageKey(phoneNumberId, messageId), toldAttribute(toldAs(type, revision))),
    occurredAt: at,
    receivedAt: at,
    orderKey: orderKeyOf(at, at, 0),
    ...message,
    revision,
  });
  if (transcript.state === 'FAILED') {
    const { reason } = transcript;
    const type = 'transcript.failed' as const;
    return { ...envelope(type), type, reason } satisfies TranscriptEvent;
  }
  const { text, language, confidence, lowConfidence, durationMs } = transcript;
  const type = 'transcript.ready' as const;
  const words = wordsAddress(message, revision);
  const said = { text, language, confidence, lowConfidence, durationMs, words };
  return { ...envelope(type), type, ...said } satisfies TranscriptEvent;
}

/** What asks the API for a link to each word's time. */
function wordsAddress(
  { organizationId, phoneNumberId, messageId }: Note['message'],
  revision: number,
): string {
  const asked = { organizationId, phoneNumberId, messageId };
  const part = { part: 'words', revision: String(revision) };
  return `/whatsapp-media?${new URLSearchParams({ ...asked, ...part })}`;
}
