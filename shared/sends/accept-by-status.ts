import { sendUpdated } from './send-event.ts';
import type { SendLedger } from './send-ledger.port.ts';
import type { SendRecord } from './send-record.schema.ts';

/** A status that names the send which its message was. */
export interface StatusOfSend {
  /** The owner of the number that the status came for. */
  organizationId: string;
  /** The number that the status came for. */
  phoneNumberId: string;
  sendId: string;
  messageId: string;
  /** Our time now, RFC 3339 with milliseconds. */
  at: string;
}

/** Somebody else's change can come between a few times in a row, not for ever. */
const maxAttempts = 10;

/**
 * Settles a send by a status of its message: whatever the status says, Meta had accepted the message.
 * An id that leads to no send of the same number changes nothing: anybody who may send from a number
 * chooses what Meta repeats.
 * @throws where the record keeps changing, or cannot be read or written
 */
export async function acceptByStatus(
  { organizationId, phoneNumberId, sendId, messageId, at }: StatusOfSend,
  ledger: Pick<SendLedger, 'find' | 'replace'>,
): Promise<void> {
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const stored = await ledger.find(organizationId, sendId);
    if (!stored || stored.record.phoneNumberId !== phoneNumberId) {
      return;
    }
    if (stored.record.state === 'ACCEPTED') {
      return;
    }
    const { settleAt, error, ...kept } = stored.record;
    const next: SendRecord = {
      ...kept,
      state: 'ACCEPTED',
      stateAt: at,
      holdsLane: false,
      messageId,
    };
    if (await ledger.replace(stored, next, sendUpdated(next))) {
      return;
    }
  }
  throw new Error(`A send changed ${maxAttempts} times while a status was settling it`);
}
