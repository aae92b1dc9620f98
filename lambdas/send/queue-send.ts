import type { GraphError } from '../../shared/graph/graph.port.ts';
import type { SendRecord } from '../../shared/sends/send-record.schema.ts';
import type { OutboundMessage } from './message/outbound-message.schema.ts';
import type { QueuedSendMessage } from './queued-send.schema.ts';
import type { SendQueue } from './send-queue.port.ts';

const maxBackOffMs = 5 * 60_000;

/**
 * How long Meta wants a throttled send to wait, in ms: what it says, else by what it concerns.
 * Source: Meta, "About the platform", pair rate limits: 4^n s for one recipient.
 */
export function throttledMs({ scope, retryAfterMs }: GraphError, attempts: number): number {
  const waitMs = scope === 'pair' ? 1000 * 4 ** attempts : (retryAfterMs ?? backOffMs(attempts));
  return Math.min(waitMs, maxBackOffMs);
}

/** 1, 2, 4, ... s, each with up to as much again: what was refused together must not come back together. */
export function backOffMs(attempts: number): number {
  const baseMs = Math.min(1000 * 2 ** (attempts - 1), maxBackOffMs / 2);
  return Math.round(baseMs * (1 + Math.random()));
}

/** How long after its time a queued send is looked for, in ms. */
const graceMs = 60_000;

/** The fields of a record whose send is in a queue. */
export function pending(
  now: Date,
  sendBy: string,
): Pick<SendRecord, 'state' | 'stateAt' | 'settleAt'> {
  return {
    state: 'PENDING',
    stateAt: now.toISOString(),
    settleAt: new Date(Date.parse(sendBy) + graceMs).toISOString(),
  };
}

/**
 * Puts a send into its queue. To be done before its record says PENDING: a message of the queue that no
 * record waits for is dropped, a record that no message comes for would wait for ever.
 * @throws what the queue throws
 */
export async function queueSend(
  send: Pick<
    SendRecord,
    'sendId' | 'organizationId' | 'phoneNumberId' | 'requestHash' | 'lane' | 'laneKey'
  >,
  message: OutboundMessage,
  queue: SendQueue,
): Promise<void> {
  const { sendId, organizationId, phoneNumberId, requestHash, lane, laneKey } = send;
  const body: QueuedSendMessage = {
    schemaVersion: 1,
    ...{ sendId, organizationId, phoneNumberId, requestHash, message },
  };
  await queue.enqueue({ lane, laneKey, body: JSON.stringify(body) });
}
