import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { CfnDeliveryStream } from 'aws-cdk-lib/aws-kinesisfirehose';
import type { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { ServiceFunction } from '../constructs/service-function.ts';
import type { StateStack } from '../state-stack.ts';

/** Operations that the functions do. Each has a metric of its own. */
const tableOperations = [
  ...['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
  'BatchExecuteStatement',
];

/**
 * The sum of ten metrics at most, as many as an alarm takes. Any may have nothing to say.
 * @param prefix of the metrics' ids, which must differ within a graph
 */
export function sumOf(metrics: readonly Metric[], prefix = 'm'): MathExpression {
  const named = metrics.map((metric, index) => [`${prefix}${index}`, metric] as const);
  return new MathExpression({
    expression: named.map(([name]) => `FILL(${name}, 0)`).join(' + '),
    usingMetrics: Object.fromEntries(named),
  });
}

/** The records of a stream that its reader has given up. */
export function gaveUp(reader: ServiceFunction, mapping: CfnEventSourceMapping): MathExpression {
  const ofMapping = (metricName: string) =>
    new Metric({
      namespace: 'AWS/Lambda',
      metricName,
      dimensionsMap: { EventSourceMappingUUID: mapping.ref },
      statistic: 'Sum',
    });
  const failures = reader.metric('DestinationDeliveryFailures', { statistic: 'Sum' });
  return sumOf(
    [
      ofMapping('OnFailureDestinationDeliveredEventCount'),
      ofMapping('DroppedEventCount'),
      failures,
    ],
    reader.service,
  );
}

/** How long the oldest record of a stream of Firehose's has waited to be written, in seconds. */
export function undeliveredAge({ node: { id }, ref }: CfnDeliveryStream): Metric {
  return new Metric({
    namespace: 'AWS/Firehose',
    metricName: 'DeliveryToS3.DataFreshness',
    dimensionsMap: { DeliveryStreamName: ref },
    statistic: 'Maximum',
    label: id,
  });
}

/** What the table and each of its indexes has throttled. */
export function tableThrottles(state: StateStack): Metric[] {
  const { listingIndex, conversationIndex } = state;
  return [
    { place: 'table', dimension: {} },
    ...[listingIndex, conversationIndex].map((index) => ({
      place: index,
      dimension: { GlobalSecondaryIndexName: index },
    })),
  ].flatMap(({ place, dimension }) => [
    ofTable(state, 'ReadThrottleEvents', `${place}, reads`, dimension),
    ofTable(state, 'WriteThrottleEvents', `${place}, writes`, dimension),
  ]);
}

/** What DynamoDB has failed at, by operation. */
export function tableErrors(state: StateStack): Metric[] {
  return tableOperations.map((Operation) =>
    ofTable(state, 'SystemErrors', Operation, { Operation }),
  );
}

/** How long DynamoDB took, by operation, in ms. */
export function tableLatencies(state: StateStack): Metric[] {
  return tableOperations.map((Operation) =>
    ofTable(state, 'SuccessfulRequestLatency', Operation, { Operation }).with({ statistic: 'p99' }),
  );
}

function ofTable(
  { table }: StateStack,
  metricName: string,
  label: string,
  dimension: Record<string, string>,
): Metric {
  return new Metric({
    namespace: 'AWS/DynamoDB',
    metricName,
    dimensionsMap: { TableName: table.tableName, ...dimension },
    statistic: 'Sum',
    label,
  });
}
