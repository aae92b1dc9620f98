import type { QueuedSend, SendQueue } from '../../lambdas/send/send-queue.port.ts';

/** The send queues in memory: a message stays until it is taken out. */
export class MemorySendQueue implements SendQueue {
  readonly messages: QueuedSend[] = [];

  async enqueue(send: QueuedSend): Promise<void> {
    await Promise.resolve();
    this.messages.push({ ...send });
  }
}
