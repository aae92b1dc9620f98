import type { SendRecord } from '../../shared/sends/send-record.schema.ts';

/** A send on its way into a queue. */
export interface QueuedSend {
  lane: SendRecord['lane'];
  /** Sends of one lane key are delivered in their order, one at a time. */
  laneKey: string;
  /** The queue message, JSON of `queuedSendSchema`. */
  body: string;
}

/** The queues of sends that wait: `send-requests.fifo` for agents' replies, `bulk-requests.fifo`. */
export interface SendQueue {
  /**
   * Queues a send. Each call is a message of its own: a FIFO queue would swallow a repeat of one that is
   * gone already.
   */
  enqueue(send: QueuedSend): Promise<void>;
}
