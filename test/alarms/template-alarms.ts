import * as z from 'zod';
import type { Emitted } from '../../local/dashboard/emitted.ts';
import { attributesByType } from '../../local/resources/registry.ts';
import { parseProperties, readAssembly, resourcesOfType } from '../../local/template/assembly.ts';

const metricStatSchema = z.object({
  Metric: z.object({
    Namespace: z.string(),
    MetricName: z.string(),
    Dimensions: z.array(z.object({ Name: z.string(), Value: z.string() })).default([]),
  }),
  Stat: z.enum(['Sum', 'Minimum', 'Maximum', 'p95']),
});

type MetricStat = z.output<typeof metricStatSchema>;

const propertiesSchema = z.record(z.string(), z.unknown());

/** Has an alarm of one metric say of it what one of several says of each. */
function withMetrics(raw: unknown): unknown {
  const properties = propertiesSchema.parse(raw);
  const MetricStat = {
    Metric: properties,
    Stat: properties['Statistic'] ?? properties['ExtendedStatistic'],
  };
  return { Metrics: [{ Id: 'm', MetricStat, ReturnData: true }], ...properties };
}

const alarmSchema = z.preprocess(
  withMetrics,
  z.object({
    AlarmName: z.string(),
    ComparisonOperator: z.enum(['GreaterThanThreshold', 'LessThanThreshold']),
    Threshold: z.number(),
    TreatMissingData: z.enum(['breaching', 'notBreaching']),
    Metrics: z.array(
      z.object({
        Id: z.string(),
        Expression: z.string().optional(),
        MetricStat: metricStatSchema.optional(),
        ReturnData: z.boolean(),
      }),
    ),
  }),
);

/** An alarm as CloudFormation gets it, its references resolved as the local run resolves them. */
export type TemplateAlarm = z.output<typeof alarmSchema>;

/** What endpoints stand in the template is of no use to an alarm. */
const nowhere = { aws: 'http://127.0.0.1', api: 'http://127.0.0.1' };

/** The alarms of a synthesised assembly, by their names without the stack's. */
export function readAlarms(assemblyDirectory: string): Map<string, TemplateAlarm> {
  const assembly = readAssembly(assemblyDirectory, nowhere, attributesByType);
  return new Map(
    resourcesOfType(assembly, 'AWS::CloudWatch::Alarm').map((resource) => {
      const alarm = parseProperties(resource, alarmSchema);
      return [alarm.AlarmName.slice(`${resource.stack}-`.length), alarm];
    }),
  );
}

/**
 * Tells whether an alarm's metric is beyond its threshold. For how many periods it has to be there is left
 * out: a test does not last one.
 * @param values of one period
 * @throws where the alarm has an expression of a form that is not known here
 */
export function isBeyondThreshold(alarm: TemplateAlarm, values: readonly Emitted[]): boolean {
  const value = metricOf(alarm, values);
  if (value === undefined) {
    return alarm.TreatMissingData === 'breaching';
  }
  return alarm.ComparisonOperator === 'GreaterThanThreshold'
    ? value > alarm.Threshold
    : value < alarm.Threshold;
}

function metricOf({ Metrics }: TemplateAlarm, values: readonly Emitted[]): number | undefined {
  const numbers = new Map(
    Metrics.map(({ Id, MetricStat }) => [Id, MetricStat && statisticOf(MetricStat, values)]),
  );
  const returned = Metrics.find(({ ReturnData }) => ReturnData);
  if (returned?.Expression === undefined) {
    return numbers.get(returned?.Id ?? '');
  }
  const { Expression } = returned;
  const filled = (fill: string | undefined) => {
    const id = /^FILL\((\w+), 0\)$/.exec(fill ?? '')?.[1] ?? '';
    if (!numbers.has(id)) {
      throw new Error(`Not known here: ${Expression}`);
    }
    return numbers.get(id) ?? 0;
  };
  const query = /^SELECT SUM\((\w+)\) FROM SCHEMA\("(.+)", (\w+)\)$/.exec(Expression);
  if (query) {
    const [, name, namespace, dimension] = query;
    return statistic(
      'Sum',
      values.filter(
        (value) =>
          value.name === name &&
          value.namespace === namespace &&
          Object.keys(value.dimensions).join() === dimension,
      ),
    );
  }
  const [, unless, otherwise] = /^IF\((.+) > 0, 0, (.+)\)$/.exec(Expression) ?? [];
  if (unless !== undefined) {
    return filled(unless) > 0 ? 0 : filled(otherwise);
  }
  return Expression.split(' + ')
    .map(filled)
    .reduce((total, number) => total + number);
}

function statisticOf({ Metric, Stat }: MetricStat, values: readonly Emitted[]): number | undefined {
  const dimensions = Metric.Dimensions.map(({ Name, Value }) => [Name, Value]).sort();
  return statistic(
    Stat,
    values.filter(
      (value) =>
        value.namespace === Metric.Namespace &&
        value.name === Metric.MetricName &&
        JSON.stringify(Object.entries(value.dimensions).sort()) === JSON.stringify(dimensions),
    ),
  );
}

function statistic(stat: MetricStat['Stat'], of: readonly Emitted[]): number | undefined {
  const values = of.map(({ value }) => value).sort((one, other) => one - other);
  switch (stat) {
    case 'Sum':
      return values.length === 0 ? undefined : values.reduce((total, value) => total + value);
    case 'Minimum':
      return values[0];
    case 'Maximum':
      return values.at(-1);
    case 'p95':
      return values[Math.ceil(values.length * 0.95) - 1];
  }
}
