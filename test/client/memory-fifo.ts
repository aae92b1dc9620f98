import type { EventQueue, QueueMessage } from '../../client/src/consumer.ts';

interface Held {
  message: QueueMessage;
  isOut: boolean;
}

/** A FIFO queue in memory, as SQS's are but without time: what is hidden again is there at once. */
export interface MemoryFifo extends EventQueue {
  add(groupId: string, body: string): void;
  /** What was received too often. */
  deadLetters: string[];
  /** What is asked to be hidden for so many seconds, in that order. */
  hidden: { body: string; seconds: number }[];
}

/** How it behaves. */
export interface FifoSettings {
  batchSize?: number;
  maxReceives?: number;
  failsToDelete?: () => boolean;
}

/** @param onEmpty called when nothing is left, given out or not */
export function memoryFifo(
  onEmpty: () => void,
  { batchSize = 10, maxReceives = Number.POSITIVE_INFINITY, failsToDelete }: FifoSettings = {},
): MemoryFifo {
  let all: Held[] = [];
  let change = Promise.withResolvers<void>();
  const changed = () => {
    change.resolve();
    change = Promise.withResolvers();
    if (all.length === 0) onEmpty();
  };
  const deadLetters: string[] = [];
  const hidden: MemoryFifo['hidden'] = [];
  const heldAs = ({ receipt }: QueueMessage) =>
    all.find(({ message, isOut }) => isOut && message.receipt === receipt);

  function take(): QueueMessage[] {
    const locked = new Set(all.filter(({ isOut }) => isOut).map(({ message }) => message.groupId));
    const taken: Held[] = [];
    for (const held of all.filter(({ message }) => !locked.has(message.groupId))) {
      if (taken.length === batchSize) break;
      const { body, groupId, receiveCount = 0, receipt } = held.message;
      if (receiveCount >= maxReceives) {
        deadLetters.push(body);
        all = all.filter((each) => each !== held);
        continue;
      }
      const id = receipt.split('/')[0];
      const next = receiveCount + 1;
      held.message = { body, groupId, receiveCount: next, receipt: `${id}/${next}` };
      held.isOut = true;
      taken.push(held);
    }
    if (all.length === 0) onEmpty();
    return taken.map(({ message }) => message);
  }

  return {
    deadLetters,
    hidden,
    add(groupId, body) {
      const receipt = String(all.length);
      all.push({ message: { body, groupId, receipt, receiveCount: 0 }, isOut: false });
    },
    async receive(signal) {
      while (!signal.aborted) {
        const taken = take();
        if (taken.length > 0) return taken;
        if (signal.aborted) break;
        const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve));
        await Promise.race([change.promise, aborted]);
      }
      throw signal.reason;
    },
    async delete(message) {
      const held = heldAs(message);
      if (held && failsToDelete?.()) {
        held.isOut = false;
        changed();
        throw new Error('The answer is lost');
      }
      all = all.filter((each) => each !== held);
      changed();
    },
    async hide(message, seconds) {
      hidden.push({ body: message.body, seconds });
      const held = heldAs(message);
      if (held) held.isOut = false;
      changed();
    },
  };
}
