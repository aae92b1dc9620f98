import { Duration } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import {
  DeduplicationScope,
  FifoThroughputLimit,
  Queue,
  QueueEncryption,
  type QueueProps,
} from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { ServiceFunction } from './service-function.ts';

/** SQS keeps a message for at most 14 days. */
const retentionPeriod = Duration.days(14);

/** A message that was received this often without success goes to the dead-letter queue. */
const maxReceiveCount = 8;

/** Thousands of messages a second instead of 300: SQS Developer Guide, High throughput for FIFO queues. */
const highThroughputFifo: QueueProps = {
  fifo: true,
  deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
  fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
};

/** How a queue of this service differs from the others. */
export interface WorkQueueProps {
  /** The function that works the queue; without one the queue is for somebody outside the stack. */
  consumer?: {
    function: ServiceFunction;
    /** Messages handed to one invocation at most. */
    batchSize: number;
    /** Invocations at once, at most. */
    maxConcurrency: number;
  };
  /** Ordered within a message group, each deduplication id once in five minutes. */
  fifo?: boolean;
}

/** A queue with its dead-letter queue and, where the stack works it itself, its consumer. */
export class WorkQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetterQueue: Queue;

  constructor(scope: Construct, id: string, { consumer, fifo = false }: WorkQueueProps) {
    super(scope, id);
    const common: QueueProps = {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod,
      ...(fifo ? highThroughputFifo : {}),
    };
    this.deadLetterQueue = new Queue(this, 'DeadLetters', common);
    this.queue = new Queue(this, 'Queue', {
      ...common,
      // "To allow your function time to process each batch": Lambda Developer Guide, Using Lambda with Amazon SQS.
      visibilityTimeout: consumer
        ? Duration.seconds(6 * (consumer.function.timeout?.toSeconds() ?? 0))
        : Duration.minutes(1),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount },
    });
    if (consumer) {
      consumer.function.addEventSource(
        new SqsEventSource(this.queue, {
          batchSize: consumer.batchSize,
          maxConcurrency: consumer.maxConcurrency,
          reportBatchItemFailures: true,
        }),
      );
    }
  }
}
