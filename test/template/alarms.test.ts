import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { functionSources } from '../../infra/bundle.ts';
import { alarmRules, assertOverridesMatch } from '../../infra/monitoring/thresholds.ts';
import { connectMetrics } from '../../lambdas/connect/metrics.ts';
import { inboxMetrics } from '../../lambdas/inbox/metrics.ts';
import { ingestMetrics } from '../../lambdas/ingest/metrics.ts';
import { mediaMetrics } from '../../lambdas/media/metrics.ts';
import { sendMetrics } from '../../lambdas/send/metrics.ts';
import { transcribeMetrics } from '../../lambdas/transcribe/metrics.ts';
import { credentialMetrics } from '../../shared/credentials/metrics.ts';
import { readModules } from '../architecture/modules.ts';
import { ofType, parsed, type Resource, templates } from './template.ts';

const metricSchema = z.object({
  Namespace: z.string(),
  MetricName: z.string(),
  Dimensions: z
    .array(z.object({ Name: z.string(), Value: z.string() }))
    .default([])
    .transform((all) => Object.fromEntries(all.map(({ Name, Value }) => [Name, Value]))),
});

const alarmSchema = z.object({
  AlarmName: z.string(),
  AlarmDescription: z.string().max(1024),
  ComparisonOperator: z.string(),
  TreatMissingData: z.string(),
  Metrics: z
    .array(
      z.object({
        Expression: z.string().optional(),
        MetricStat: z.object({ Metric: metricSchema }).optional(),
      }),
    )
    .default([]),
  Namespace: z.string().optional(),
  MetricName: z.string().optional(),
  Dimensions: metricSchema.shape.Dimensions,
});

function alarmOf(resource: Resource) {
  const { Metrics, Namespace, MetricName, Dimensions, ...alarm } = parsed(resource, alarmSchema);
  return {
    ...alarm,
    kind: /^Runbook: \S*#(\S+)$/m.exec(alarm.AlarmDescription)?.[1] ?? '',
    expressions: Metrics.flatMap(({ Expression }) => Expression ?? []),
    metrics:
      Namespace !== undefined && MetricName !== undefined
        ? [{ Namespace, MetricName, Dimensions }]
        : Metrics.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []),
  };
}

const stages = templates.map(({ resources, ...stage }) => ({
  ...stage,
  resources,
  alarms: ofType(resources, 'AWS::CloudWatch::Alarm').map(alarmOf),
}));

const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
const alarmPart = runbook.split(/^## /m).find((part) => part.startsWith('Alarms\n')) ?? '';
const sections = alarmPart
  .split(/^### /m)
  .slice(1)
  .map((section) => ({ kind: section.split('\n')[0] ?? '', section }));

/** How the code calls each metric. */
const metricKeys = new Map<string, string>(
  [
    ...[connectMetrics, inboxMetrics, ingestMetrics, mediaMetrics],
    ...[sendMetrics, transcribeMetrics, credentialMetrics],
  ].flatMap((names) => Object.entries(names).map(([key, name]) => [name, key])),
);

const modules = new Map((await readModules()).map((module) => [module.file, module]));

/** Tells whether code that a function runs names a metric. */
function emits(entry: string, metricName: string): boolean {
  const use = new RegExp(`\\b${metricKeys.get(metricName) ?? 'no such metric'}\\b`);
  const seen = new Set<string>();
  const waiting = [entry];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    const module = modules.get(file);
    if (!module || seen.has(file)) continue;
    if (!file.endsWith('/metrics.ts') && use.test(module.code)) return true;
    seen.add(file);
    waiting.push(...module.imports.map(({ path }) => path));
  }
  return false;
}

describe.each(stages)('alarms of $stage', ({ stage, resources, functions, alarms, texts }) => {
  const watching = (kind: string, MetricName: string, Dimensions: Record<string, string>) =>
    alarms.filter(
      (alarm) =>
        alarm.kind === kind &&
        alarm.metrics.some(
          (metric) =>
            metric.MetricName === MetricName &&
            JSON.stringify(metric.Dimensions) === JSON.stringify(Dimensions),
        ),
    );

  it.each(alarms)('$AlarmName says what is broken, what to do, and where to look', (alarm) => {
    expect(alarm.AlarmDescription).toMatch(
      /^[A-Z][^\n]+\.\n\nRunbook: \S+#[\w-]+\nConsole: https:\/\/eu-west-1\.console\.aws\.amazon\.com\/\S+$/,
    );
    expect(sections.map(({ kind }) => kind)).toContain(alarm.kind);
    expect(alarm.AlarmName).toMatch(`nexus-whatsapp-${stage}-${alarm.kind}`);
  });

  const names = alarms.map(({ AlarmName }) => AlarmName.replace(`nexus-whatsapp-${stage}-`, ''));

  it('have names of their own', () => {
    expect(new Set(names).size).toBe(names.length);
  });

  it('can be overridden by these names, and by no other', () => {
    const disabled = 'queue-age-BulkRequests';
    const assertMatches = (name: string) =>
      assertOverridesMatch({ [name]: { threshold: 1 } }, [...names, disabled]);
    for (const name of names) expect(() => assertMatches(name)).not.toThrow();
    expect(() => assertMatches('quarantines')).toThrow('There is no alarm "quarantines"');
  });

  it('take silence for good, but for the one that waits for Meta', () => {
    const alarmed = alarms.filter(({ TreatMissingData }) => TreatMissingData === 'breaching');
    expect(alarmed.map(({ kind }) => kind)).toEqual(stage === 'prod' ? ['no-webhooks'] : []);
    for (const { ComparisonOperator, TreatMissingData } of alarms) {
      expect([ComparisonOperator, TreatMissingData]).toEqual(
        TreatMissingData === 'breaching'
          ? ['LessThanThreshold', 'breaching']
          : ['GreaterThanThreshold', 'notBreaching'],
      );
    }
  });

  // Source: CloudWatch User Guide, "CloudWatch quotas".
  it('have ten metrics at most', () => {
    for (const { metrics } of alarms) expect(metrics.length).toBeLessThanOrEqual(10);
  });

  const own = alarms.flatMap(({ AlarmName, metrics }) =>
    metrics
      .filter(({ Namespace }) => Namespace === 'AWS::StackName')
      .map(({ MetricName, Dimensions }) => ({
        AlarmName,
        MetricName,
        service: Dimensions['service'],
      })),
  );
  it.each(own)('$AlarmName watches what $service emits: $MetricName', (metric) => {
    expect(functions.map(({ id }) => id)).toContain(metric.service);
    const [, source] = Object.entries(functionSources).find(([id]) => id === metric.service) ?? [];
    expect(emits(source?.entry ?? '', metric.MetricName)).toBe(true);
  });

  it('sum what KMS throttles over all functions, in the words of the metric', () => {
    const [alarm] = alarms.filter(({ kind }) => kind === 'token-key-throttled');
    expect(alarm?.expressions).toEqual([
      `SELECT SUM(${credentialMetrics.tokenKeyThrottled}) FROM SCHEMA("AWS::StackName", service)`,
    ]);
  });

  it('watch everything that is set aside', () => {
    const quarantines = [...metricKeys.keys()].filter((name) => name.endsWith('Quarantined'));
    const [alarm] = alarms.filter(({ kind }) => kind === 'quarantine');
    expect(alarm?.metrics.map(({ MetricName }) => MetricName).sort()).toEqual(quarantines.sort());
  });

  it.each(functions)('watch whether $name fails', ({ name }) => {
    for (const metric of ['Errors', 'Throttles']) {
      expect(watching('function-failing', metric, { FunctionName: name })).toHaveLength(1);
    }
  });

  const queues = ofType(resources, 'AWS::SQS::Queue');
  it.each(queues)('watch $name', ({ name, properties }) => {
    const QueueName = `${name}.QueueName`;
    const isDeadLetterQueue = properties['RedrivePolicy'] === undefined;
    const [kind, metric] = isDeadLetterQueue
      ? ['dead-letters', 'ApproximateNumberOfMessagesVisible']
      : ['queue-age', 'ApproximateAgeOfOldestMessage'];
    const isPacedForHours = name === 'BulkRequestsQueue';
    expect(watching(kind, metric, { QueueName })).toHaveLength(isPacedForHours ? 0 : 1);
  });

  const mappings = ofType(resources, 'AWS::Lambda::EventSourceMapping').filter(
    ({ properties }) => properties['StartingPosition'] !== undefined,
  );
  it.each(mappings)('watch the stream of $properties.FunctionName', ({ name, properties }) => {
    const FunctionName = String(properties['FunctionName']);
    expect(watching('stream-lag', 'IteratorAge', { FunctionName })).toHaveLength(1);
    for (const metric of ['OnFailureDestinationDeliveredEventCount', 'DroppedEventCount']) {
      const dimensions = { EventSourceMappingUUID: name };
      expect(watching('stream-gave-up', metric, dimensions)).toHaveLength(1);
    }
    expect(properties).toMatchObject({ MetricsConfig: { Metrics: ['EventCount'] } });
  });

  // CloudFormation takes 500.
  it.each(Object.keys(texts))('leave room for more in %s', (stack) => {
    expect(resources.filter((resource) => resource.stack === stack).length).toBeLessThan(450);
  });
});

it('an alarm on what another function emits would be found', () => {
  expect(emits(functionSources.settle.entry, sendMetrics.sendsExpired)).toBe(true);
  expect(emits(functionSources.deliver.entry, sendMetrics.sendsExpired)).toBe(false);
});

describe('the runbook', () => {
  it('has a section for every kind of alarm, and each kind is in some stage', () => {
    const kinds = Object.keys(alarmRules).sort();
    const live = new Set(stages.flatMap(({ alarms }) => alarms.map(({ kind }) => kind)));
    expect(sections.map(({ kind }) => kind).sort()).toEqual(kinds);
    expect([...live].sort()).toEqual(kinds);
  });

  it.each(sections)('$kind says what it means, where to look and what to do', ({ section }) => {
    expect(section).toMatch(
      /\n\*\*Description\.\*\* .+\n\*\*Investigation\.\*\* .+\n\*\*Resolution\.\*\* /s,
    );
  });

  it('begins with the worst case', () => {
    expect(runbook.indexOf('\n## Disaster recovery')).toBeLessThan(runbook.indexOf('\n## Alarms'));
  });

  it('names commands that exist', () => {
    const { scripts } = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')));
    const named = [...runbook.matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name);
    expect(named.length).toBeGreaterThan(0);
    for (const name of named) expect(Object.keys(scripts)).toContain(name);
  });
});
