import { sendUpdated } from '../../shared/sends/send-event.ts';
import type { SendLedger, StoredSend } from '../../shared/sends/send-ledger.port.ts';
import type { SendRecord } from '../../shared/sends/send-record.schema.ts';
import type { OutboundMessage } from './message/outbound-message.schema.ts';
import type { QueuedSendMessage } from './queued-send.schema.ts';
import type { SendQueue } from './send-queue.port.ts';

/** What queueing needs from outside. */
export interface QueuePorts {
  ledger: SendLedger;
  queue: SendQueue;
  now(): Date;
  report(error: unknown): void;
}

/** How long a PENDING record may be on its way into a queue, in ms: then whoever made it is gone. */
export const queueingMs = 30_000;

/** How long after its time a queued send is looked for, in ms. */
const graceMs = 60_000;

/** The fields of a record that is about to be queued. */
export function pending(now: Date): Pick<SendRecord, 'state' | 'stateAt' | 'settleAt'> {
  return {
    state: 'PENDING',
    stateAt: now.toISOString(),
    settleAt: new Date(now.getTime() + 4 * queueingMs).toISOString(),
  };
}

/**
 * Puts a send whose record says PENDING into its queue. Where that fails the record is taken back: a
 * message of the queue without a record is never delivered.
 * @throws what the queue threw
 */
export async function queueSend(
  stored: StoredSend,
  message: OutboundMessage,
  { ledger, queue, now, report }: QueuePorts,
): Promise<void> {
  const { sendId, organizationId, phoneNumberId, lane, laneKey, sendBy } = stored.record;
  const body: QueuedSendMessage = {
    ...{ schemaVersion: 1, sendId, organizationId, phoneNumberId, message },
  };
  try {
    await queue.enqueue({ lane, laneKey, body: JSON.stringify(body) });
  } catch (error) {
    await ledger.remove(stored).catch(report);
    throw error;
  }
  const queued: SendRecord = {
    ...stored.record,
    queuedAt: now().toISOString(),
    settleAt: new Date(Date.parse(sendBy) + graceMs).toISOString(),
  };
  try {
    // Where `deliver` was faster there is nothing left to say.
    await ledger.replace(stored, queued, sendUpdated(queued));
  } catch (error) {
    report(error);
  }
}
