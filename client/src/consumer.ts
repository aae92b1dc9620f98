import { backoffMs, pause } from './attempts.ts';
import { byOrderKey, readEvent } from './event.ts';
import { type EventHandler, handleOnce, type SeenEvents, seenInMemory } from './seen-events.ts';
import type { InboxEvent } from './types.ts';

/** A message of the queue. */
export interface QueueMessage {
  /** The event as JSON. */
  body: string;
  /** What the queue knows this delivery by. */
  receipt: string;
  /** Messages of one group are handled one after the other; one without a group, beside all others. */
  groupId?: string | undefined;
  /** How often it was received so far, this time included; 1 where absent. */
  receiveCount?: number | undefined;
}

/** A queue that hides what it gives out, and gives it out again where it is not deleted in time. */
export interface EventQueue {
  /** Waits for messages. Those of one group come in their order, and to nobody else meanwhile. */
  receive(signal: AbortSignal): Promise<readonly QueueMessage[]>;
  delete(message: QueueMessage): Promise<void>;
  /** Gives the message out again in so many seconds from now, and not before; 0: at once. */
  hide?(message: QueueMessage, seconds: number): Promise<void>;
}

/** What `consumeEvents` works with. */
export interface ConsumerOptions extends EventQueue {
  handler: EventHandler;
  /** Where it is remembered what was handled; in memory where absent. */
  store?: SeenEvents;
  /** Ends it: what is being handled is finished, everything else goes back to the queue. */
  signal?: AbortSignal;
  /** How many batches are worked at once; 4 where absent. */
  concurrency?: number;
  /** For how long the queue hides what it gives out, in seconds; 60 where absent. */
  hiddenSeconds?: number;
  /** After how many receptions the queue gives a message up; 8 where absent. */
  maxReceives?: number;
  /** Gets what the handler, the store or the queue has thrown; a warning of the process where absent. */
  onError?(error: unknown, event: InboxEvent | undefined): void;
}

interface Delivery {
  message: QueueMessage;
  event: InboxEvent | undefined;
}

const firstRetrySeconds = 5;
const maxRetrySeconds = 900;

/**
 * Hands each event to the handler, and acknowledges it when that has succeeded. A repeat of an event that was
 * handled is acknowledged without it. Events of a group are handled one after the other, those that came together
 * sorted by `orderKey`; behind one that failed the others wait, until the queue gives it up. What failed comes
 * again after 5 s, 15 s and so on, up to 15 minutes. Resolves when `signal` has ended it.
 */
export async function consumeEvents(options: ConsumerOptions): Promise<void> {
  const { concurrency = 4, signal = new AbortController().signal } = options;
  const { onError = (error) => process.emitWarning(String(error)) } = options;
  const worker = createWorker({ ...options, onError, signal });

  async function consume(): Promise<void> {
    for (let failures = 0; !signal.aborted; ) {
      try {
        const messages = await options.receive(signal);
        failures = 0;
        await worker(messages);
      } catch (error) {
        if (signal.aborted) return;
        onError(error, undefined);
        await pause(backoffMs(++failures), signal).catch(() => undefined);
      }
    }
  }
  await Promise.all(Array.from({ length: concurrency }, consume));
}

function createWorker(
  options: ConsumerOptions & Required<Pick<ConsumerOptions, 'signal' | 'onError'>>,
): (messages: readonly QueueMessage[]) => Promise<void> {
  const { handler, signal, onError, hiddenSeconds = 60, maxReceives = 8 } = options;
  const { store = seenInMemory() } = options;

  async function hide(message: QueueMessage, seconds: number): Promise<void> {
    try {
      await options.hide?.(message, seconds);
    } catch (error) {
      onError(error, undefined);
    }
  }

  /** @returns whether those behind it may be handled */
  async function work({ message, event }: Delivery): Promise<boolean> {
    try {
      if (!event) throw new TypeError('A message of the queue is no inbox event');
      await handleOnce(event, handler, store);
    } catch (error) {
      onError(error, event);
      if ((message.receiveCount ?? 1) < maxReceives) return false;
      // The queue gives it up when it would come again.
      await hide(message, firstRetrySeconds);
      return true;
    }
    try {
      await options.delete(message);
    } catch (error) {
      // It comes again, and is known then.
      onError(error, event);
    }
    return true;
  }

  async function workGroup(group: readonly Delivery[], held: Set<QueueMessage>): Promise<void> {
    const waiting = [...group];
    for (let next = waiting[0]; next && !signal.aborted; next = waiting[0]) {
      const goesOn = await work(next);
      held.delete(next.message);
      if (!goesOn) break;
      waiting.shift();
    }
    const seconds = signal.aborted ? 0 : retrySeconds(waiting[0]?.message);
    for (const { message } of waiting) held.delete(message);
    // The one in front first: the others must not be visible before it.
    for (const { message } of waiting) await hide(message, seconds);
  }

  return async (messages) => {
    const held = new Set(messages);
    const extend = () => Promise.all([...held].map((message) => hide(message, hiddenSeconds)));
    const timer = setInterval(extend, (hiddenSeconds * 1000) / 3);
    try {
      await Promise.all(groupsOf(messages).map((group) => workGroup(group, held)));
    } finally {
      clearInterval(timer);
    }
  };
}

/** When a message that has failed comes again, in seconds. */
function retrySeconds({ receiveCount = 1 }: Partial<QueueMessage> = {}): number {
  return Math.min(maxRetrySeconds, firstRetrySeconds * 3 ** (receiveCount - 1));
}

/** What was received by its group, in the order in which it is handled; what is no event comes last. */
function groupsOf(messages: readonly QueueMessage[]): Delivery[][] {
  const groups = new Map<unknown, Delivery[]>();
  for (const message of messages) {
    const group = message.groupId ?? message;
    groups.set(group, [...(groups.get(group) ?? []), { message, event: eventIn(message) }]);
  }
  return [...groups.values()].map((group) =>
    group.toSorted((one, other) =>
      one.event && other.event
        ? byOrderKey(one.event, other.event)
        : Number(!one.event) - Number(!other.event),
    ),
  );
}

function eventIn({ body }: QueueMessage): InboxEvent | undefined {
  try {
    return readEvent(body);
  } catch {
    return undefined;
  }
}
