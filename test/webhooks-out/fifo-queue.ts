/** A message as it is received. */
export interface Received {
  id: number;
  group: string;
  body: string;
  /** This time included. */
  receives: number;
}

interface Message extends Received {
  visibleAt: number;
}

/**
 * A FIFO queue with a dead-letter queue, on a clock of the test's, in ms. Of a group with a message that
 * is received and not deleted nothing is given out. Source: SQS Developer Guide, "FIFO queue delivery logic".
 */
export class FifoQueue {
  readonly deadLetters: string[] = [];
  readonly #groups = new Map<string, Message[]>();
  readonly #maxReceiveCount: number;
  #next = 0;

  constructor(maxReceiveCount: number) {
    this.#maxReceiveCount = maxReceiveCount;
  }

  send(group: string, body: string): void {
    const messages = this.#groups.get(group) ?? [];
    messages.push({ id: this.#next++, group, body, receives: 0, visibleAt: 0 });
    this.#groups.set(group, messages);
  }

  /** The first message of a group that may be received, hidden until it is deleted or put off. */
  receive(now: number): Received | undefined {
    for (const messages of this.#groups.values()) {
      let [first] = messages;
      while (first && first.visibleAt <= now && first.receives >= this.#maxReceiveCount) {
        this.deadLetters.push(first.body);
        messages.shift();
        [first] = messages;
      }
      if (first && first.visibleAt <= now) {
        first.receives++;
        first.visibleAt = Number.POSITIVE_INFINITY;
        return { ...first };
      }
    }
    return undefined;
  }

  delete({ group }: Received): void {
    this.#groups.get(group)?.shift();
  }

  putOff({ group }: Received, until: number): void {
    const [first] = this.#groups.get(group) ?? [];
    if (first) {
      first.visibleAt = until;
    }
  }

  /** When the next message that was put off can be received; undefined where none was. */
  nextAt(): number | undefined {
    const times = [...this.#groups.values()].flatMap(([first]) => first?.visibleAt ?? []);
    const next = Math.min(...times);
    return Number.isFinite(next) ? next : undefined;
  }

  get size(): number {
    return this.#groups.values().reduce((sum, { length }) => sum + length, 0);
  }
}
