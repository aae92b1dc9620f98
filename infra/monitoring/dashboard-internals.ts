import { MathExpression, type Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { credentialMetrics } from '../../shared/credentials/metrics.ts';
import type { ServiceFunction } from '../constructs/service-function.ts';
import {
  gaveUp,
  tableErrors,
  tableLatencies,
  tableThrottles,
  undeliveredAge,
} from './alarm-metrics.ts';
import { graph, type Section, total } from './dashboard-parts.ts';
import {
  deliveryStreamsOf,
  functionsOf,
  type Monitored,
  queuesOf,
  streamReadersOf,
} from './monitored.ts';
import { ruleOf } from './thresholds.ts';

/** Half of the dashboard: many lines with their names. */
const half = 12;

/** What the service is made of: every function and every queue, the stream and the table. */
export function internalSections(monitored: Monitored): Section[] {
  const parts = [queues, stream, archive, functions, table];
  return parts.map((part) => part(monitored));
}

function functions({ stack }: Monitored): Section {
  const all = functionsOf(stack);
  const each = (metricOf: (fn: ServiceFunction) => Metric) =>
    all.map((fn) => metricOf(fn).with({ label: fn.node.id }));
  return {
    heading: 'Functions',
    height: 7,
    graphs: [
      graph(
        'Errors (good: 0)',
        each((fn) => fn.metricErrors()),
        { width: half },
      ),
      graph(
        'Throttles (good: 0)',
        each((fn) => fn.metricThrottles()),
        { width: half },
      ),
      graph('Longest run, in % of its timeout (good: below 80)', all.map(shareOfTimeout), {
        unit: '%',
        width: half,
      }),
      graph(
        'Runs',
        each((fn) => fn.metricInvocations()),
        { width: half, stacked: true },
      ),
      graph(
        'Running at once',
        each((fn) => fn.metric('ConcurrentExecutions', { statistic: 'Maximum' })),
        { width: half },
      ),
      graph(
        'Access tokens that KMS had no room to open (good: 0)',
        [total(credentialMetrics.tokenKeyThrottled, 'throttled')],
        { width: half },
      ),
    ],
  };
}

function shareOfTimeout(fn: ServiceFunction): MathExpression {
  const id = fn.node.id.toLowerCase();
  return new MathExpression({
    expression: `100 * ${id} / ${fn.timeout?.toMilliseconds()}`,
    usingMetrics: { [id]: fn.metricDuration({ statistic: 'Maximum' }) },
    label: fn.node.id,
  });
}

function queues({ stack }: Monitored): Section {
  const all = queuesOf(stack);
  return {
    heading: 'Queues',
    height: 6,
    graphs: [
      graph(
        'Dead letters (good: 0)',
        all.map(({ node, deadLetterQueue }) =>
          deadLetterQueue.metricApproximateNumberOfMessagesVisible({
            statistic: 'Maximum',
            label: node.id,
          }),
        ),
        { width: half },
      ),
      graph(
        'Age of the oldest message (good: seconds)',
        all.map(({ node, queue }) =>
          queue.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum', label: node.id }),
        ),
        { unit: 's', width: half },
      ),
      graph(
        'Waiting',
        all.map(({ node, queue }) =>
          queue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', label: node.id }),
        ),
        { width: half },
      ),
      graph(
        'Sent to the queue',
        all.map(({ node, queue }) =>
          queue.metricNumberOfMessagesSent({ statistic: 'Sum', label: node.id }),
        ),
        { width: half },
      ),
    ],
  };
}

function stream({ stack, config: { alarms } }: Monitored): Section {
  const readers = streamReadersOf(stack);
  return {
    heading: 'Stream of the table',
    graphs: [
      graph(
        'Behind (good: below 1000)',
        readers.map(({ reader }) =>
          reader.metric('IteratorAge', { statistic: 'Maximum', label: reader.node.id }),
        ),
        {
          unit: 'ms',
          alarmAt: ruleOf('stream-lag', 'stream-lag', alarms.overrides).threshold,
        },
      ),
      graph(
        'Changes given up (good: 0)',
        readers.map(({ reader, mapping }) =>
          gaveUp(reader, mapping).with({ label: reader.node.id }),
        ),
      ),
    ],
  };
}

function archive({ stack, config: { alarms } }: Monitored): Section {
  return {
    heading: 'Archive',
    graphs: [
      graph(
        'Oldest webhook not written yet (good: below 400)',
        deliveryStreamsOf(stack).map(undeliveredAge),
        {
          unit: 's',
          alarmAt: ruleOf('archive-late', 'archive-late', alarms.overrides).threshold,
        },
      ),
    ],
  };
}

function table({ state }: Monitored): Section {
  return {
    heading: 'Table',
    graphs: [
      graph('Throttles (good: 0)', tableThrottles(state)),
      graph('Errors of DynamoDB (good: 0)', tableErrors(state)),
      graph('Time to answer, p99', tableLatencies(state), { unit: 'ms' }),
    ],
  };
}
