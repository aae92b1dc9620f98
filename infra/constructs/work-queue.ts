import { Duration, RemovalPolicy } from 'aws-cdk-lib';
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

/** What is received this often without success goes to the dead-letter queue. */
const defaultMaxReceiveCount = 8;

/** How a queue of this service differs from the others. */
export interface WorkQueueProps {
  /** What is in it outlives the stack: it may have been answered 200. */
  retain: boolean;
  /** Ordered within a message group, each deduplication id once in five minutes. */
  fifo?: boolean;
  /** The timeout of the function that will work the queue; without one somebody outside the stack does. */
  consumerTimeout?: Duration;
  maxReceiveCount?: number;
}

/** How a function works a queue. */
export interface ConsumerProps {
  /** Messages handed to one invocation at most. */
  batchSize: number;
  /** Invocations at once, at most. */
  maxConcurrency: number;
}

/** A queue with its dead-letter queue. */
export class WorkQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetterQueue: Queue;

  constructor(scope: Construct, id: string, props: WorkQueueProps) {
    super(scope, id);
    const {
      retain,
      fifo = false,
      consumerTimeout,
      maxReceiveCount = defaultMaxReceiveCount,
    } = props;
    const common: QueueProps = {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod,
      removalPolicy: retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      ...(fifo ? highThroughputFifo : {}),
    };
    this.deadLetterQueue = new Queue(this, 'DeadLetters', common);
    this.queue = new Queue(this, 'Queue', {
      ...common,
      // Six times the timeout: Lambda Developer Guide, Using Lambda with Amazon SQS.
      visibilityTimeout: Duration.seconds(6 * (consumerTimeout?.toSeconds() ?? 10)),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount },
    });
  }

  /** Lets a function work the queue; messages that fail come again without the rest of their batch. */
  consumedBy(consumer: ServiceFunction, { batchSize, maxConcurrency }: ConsumerProps): void {
    consumer.addEventSource(
      new SqsEventSource(this.queue, { batchSize, maxConcurrency, reportBatchItemFailures: true }),
    );
  }
}

/** Thousands of messages a second instead of 300: SQS Developer Guide, High throughput for FIFO queues. */
const highThroughputFifo: QueueProps = {
  fifo: true,
  deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
  fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
};
