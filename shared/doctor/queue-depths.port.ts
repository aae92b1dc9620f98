/** How many messages a queue has. SQS counts approximately, and does not tell how old they are. */
export interface QueueDepth {
  /** What the queue is called in docs/architecture.md. */
  name: string;
  /** To be received now. */
  waiting: number;
  /** Received and not deleted yet, or put off. */
  held: number;
  deadLetters: number;
}

/** The service's queues. */
export interface QueueDepths {
  /** Counts what is in each. @throws where a queue cannot be read */
  read(): Promise<QueueDepth[]>;
}
