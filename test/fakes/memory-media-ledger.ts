import { messageKey } from '../../shared/events/message-item.ts';
import type {
  MediaEvent,
  MediaLedger,
  MessageEvent,
  StoredMedia,
} from '../../shared/media/media-ledger.port.ts';
import type { MediaRecord } from '../../shared/media/media-record.schema.ts';
import { frozen } from './frozen.ts';

/** The files of messages in memory. */
export class MemoryMediaLedger implements MediaLedger {
  /** What the stream carries of files, in order. */
  readonly told: MediaEvent[] = [];
  readonly #messages = new Map<string, StoredMedia>();
  readonly #told = new Set<string>();

  /** A message as `normalise` stores it. */
  add(event: MessageEvent): void {
    this.#messages.set(keyOf(event), frozen({ event, version: 0 }));
  }

  /** As an erasure does. */
  remove(event: MessageEvent): void {
    this.#messages.delete(keyOf(event));
  }

  async find(phoneNumberId: string, messageId: string): Promise<StoredMedia | undefined> {
    return this.#messages.get(messageKey(phoneNumberId, messageId));
  }

  async replace(
    { event: message, version }: StoredMedia,
    next: MediaRecord,
    event?: MediaEvent,
  ): Promise<boolean> {
    const kept = this.#messages.get(keyOf(message));
    if (kept?.version !== version) {
      return false;
    }
    const stored = { event: kept.event, record: next, version: version + 1 };
    this.#messages.set(keyOf(message), frozen(stored));
    if (event && !this.#told.has(event.eventId)) {
      this.#told.add(event.eventId);
      this.told.push(frozen(event));
    }
    return true;
  }
}

function keyOf({ phoneNumberId = '', message }: MessageEvent): string {
  return messageKey(phoneNumberId, message.id);
}
