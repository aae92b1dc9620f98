import { Aws, Duration, type Stack } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Metric, type MetricProps } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnDeliveryStream } from 'aws-cdk-lib/aws-kinesisfirehose';
import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { connectMetrics } from '../../lambdas/connect/metrics.ts';
import type { inboxMetrics } from '../../lambdas/inbox/metrics.ts';
import type { ingestMetrics } from '../../lambdas/ingest/metrics.ts';
import type { mediaMetrics } from '../../lambdas/media/metrics.ts';
import type { sendMetrics } from '../../lambdas/send/metrics.ts';
import type { transcribeMetrics } from '../../lambdas/transcribe/metrics.ts';
import type { credentialMetrics } from '../../shared/credentials/metrics.ts';
import type { FunctionId } from '../bundle.ts';
import type { StageConfig } from '../config.ts';
import { ServiceFunction } from '../constructs/service-function.ts';
import { WorkQueue } from '../constructs/work-queue.ts';
import type { StateStack } from '../state-stack.ts';

/** What alarms and dashboards are made of, and where. */
export interface Monitored {
  stack: Stack;
  config: StageConfig;
  state: StateStack;
  webhookApi: HttpApi;
  sendApi: HttpApi;
}

/** Every function of a stack: none that is added later is forgotten. */
export function functionsOf(stack: Stack): ServiceFunction[] {
  return stack.node.findAll().filter((construct) => construct instanceof ServiceFunction);
}

/** Every queue of a stack, with its dead-letter queue. */
export function queuesOf(stack: Stack): WorkQueue[] {
  return stack.node.findAll().filter((construct) => construct instanceof WorkQueue);
}

/** Every stream of Firehose's of a stack. */
export function deliveryStreamsOf(stack: Stack): CfnDeliveryStream[] {
  return stack.node.findAll().filter((construct) => construct instanceof CfnDeliveryStream);
}

/** A function that reads the table's stream, and what hands it the records. */
interface StreamReader {
  reader: ServiceFunction;
  mapping: CfnEventSourceMapping;
}

/** Every function of a stack that reads a stream. */
export function streamReadersOf(stack: Stack): StreamReader[] {
  return functionsOf(stack).flatMap((reader) =>
    reader.node
      .findAll()
      .filter((construct) => construct instanceof CfnEventSourceMapping)
      .filter(({ startingPosition }) => startingPosition !== undefined)
      .map((mapping) => ({ reader, mapping })),
  );
}

/** The value of each entry of a `metrics.ts`. */
type NamesIn<Names> = Names[keyof Names];

/** Every metric that handlers emit. */
export type OwnMetricName =
  | NamesIn<typeof connectMetrics>
  | NamesIn<typeof credentialMetrics>
  | NamesIn<typeof inboxMetrics>
  | NamesIn<typeof ingestMetrics>
  | NamesIn<typeof mediaMetrics>
  | NamesIn<typeof sendMetrics>
  | NamesIn<typeof transcribeMetrics>;

/**
 * A metric that a function emits itself.
 * @param name out of a `metrics.ts`: what nobody emits does not compile
 * @param props by default the sum over five minutes; `dimensionsMap` beside the function's own
 */
export function ownMetric(
  service: FunctionId,
  name: OwnMetricName,
  { dimensionsMap = {}, ...props }: Partial<MetricProps> = {},
): Metric {
  return new Metric({
    namespace: Aws.STACK_NAME,
    metricName: name,
    statistic: 'Sum',
    period: Duration.minutes(5),
    ...props,
    dimensionsMap: { service, ...dimensionsMap },
  });
}
