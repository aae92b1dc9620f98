import { describe, expect, it } from '@jest/globals';
import { connectMetrics } from '../../lambdas/connect/metrics.ts';
import { inboxMetrics } from '../../lambdas/inbox/metrics.ts';
import { ingestMetrics } from '../../lambdas/ingest/metrics.ts';
import { mediaMetrics } from '../../lambdas/media/metrics.ts';
import { sendMetrics } from '../../lambdas/send/metrics.ts';
import { transcribeMetrics } from '../../lambdas/transcribe/metrics.ts';
import { credentialMetrics } from '../../shared/credentials/metrics.ts';
import { reached } from '../e2e/monitored.ts';
import { dashboardsOf, ownMetricsOf, savedQueriesOf } from './monitoring.ts';
import { ofType, templates } from './template.ts';

const ownNames: readonly string[] = [
  ...[connectMetrics, inboxMetrics, ingestMetrics, mediaMetrics],
  ...[sendMetrics, transcribeMetrics, credentialMetrics],
].flatMap((names) => Object.values(names));

/** Of few values, none of which is a customer's or an organisation's. */
const dimensions = ['service', 'type', 'status', 'code', 'outcome', 'reason', 'step'];

const suites: readonly { metrics: readonly string[]; queries: readonly string[] }[] =
  Object.values(reached);

describe.each(templates)('dashboards of $stage', ({ stage, resources, functions }) => {
  const dashboards = dashboardsOf(resources);
  const own = ownMetricsOf(resources);

  it('are the service and its internals', () => {
    expect(dashboards.map(({ name }) => name)).toEqual([
      `nexus-whatsapp-${stage}-service`,
      `nexus-whatsapp-${stage}-internals`,
    ]);
  });

  const [service, internals] = dashboards;
  const bodies = dashboards.map(({ body }) => body).join('\n');

  it('begin with the alarms that have gone off', () => {
    const alarms = ofType(resources, 'AWS::CloudWatch::Alarm').map(({ name }) => `${name}.Arn`);
    for (const { widgets } of dashboards) {
      const [page, ticket] = widgets.filter((widget) => widget.type === 'alarm');
      expect(page?.y).toBe(2);
      const shown = [...(page?.properties.alarms ?? []), ...(ticket?.properties.alarms ?? [])];
      expect(shown.sort()).toEqual(alarms.sort());
    }
  });

  it('have no widget upon another, and none beside the page', () => {
    for (const { widgets } of dashboards) {
      const cells = widgets.flatMap(({ x, y, width, height }) => {
        expect(x + width).toBeLessThanOrEqual(24);
        return Array.from(
          { length: width * height },
          (_, cell) => `${x + (cell % width)} ${y + Math.floor(cell / width)}`,
        );
      });
      expect(new Set(cells).size).toBe(cells.length);
    }
  });

  it('show each own metric that they name in a way that the preview and tests understand', () => {
    const named = ownNames.filter(
      (name) => bodies.includes(`"${name}"`) || bodies.includes(`\\"${name}\\"`),
    );
    expect(named.length).toBeGreaterThan(40);
    expect(new Set(own.map(({ name }) => name))).toEqual(new Set(named));
  });

  it('show own metrics by dimensions of few values, and never by an organisation', () => {
    const shown = new Set(own.flatMap((metric) => Object.keys(metric.dimensions)));
    expect(dimensions).toEqual(expect.arrayContaining([...shown]));
    expect(bodies).not.toMatch(/organi[sz]ation_?id|phoneNumber|wabaId/i);
  });

  it('show metrics of functions that are there', () => {
    const ids = new Set(functions.map(({ id }) => id));
    const shown = own.flatMap((metric) => metric.dimensions['service'] ?? []);
    expect(shown.filter((id) => !ids.has(id))).toEqual([]);
  });

  it('show nothing that no traffic of the tests makes functions emit', () => {
    const emitted = suites.flatMap(({ metrics }) => metrics);
    expect(own.map(({ name }) => name).filter((name) => !emitted.includes(name))).toEqual([]);
  });

  it.each(functions)('show whether $name fails, is throttled, and how it runs', ({ name }) => {
    for (const metric of [
      'Errors',
      'Throttles',
      'Duration',
      'Invocations',
      'ConcurrentExecutions',
    ]) {
      expect(internals?.body).toContain(`["AWS/Lambda","${metric}","FunctionName","${name}"`);
    }
  });

  it.each(ofType(resources, 'AWS::SQS::Queue'))('show what waits in $name', (queue) => {
    const { name, properties } = queue;
    const metrics =
      properties['RedrivePolicy'] === undefined
        ? ['ApproximateNumberOfMessagesVisible']
        : ['ApproximateNumberOfMessagesVisible', 'ApproximateAgeOfOldestMessage'];
    for (const metric of metrics) {
      expect(internals?.body).toContain(`["AWS/SQS","${metric}","QueueName","${name}.QueueName"`);
    }
  });

  it('show the endpoint of the inbox backend where there is one', () => {
    const hasEndpoint = functions.some(({ id }) => id === 'deliver-events');
    expect(service?.body.includes('EventDeliveryLag')).toBe(hasEndpoint);
  });
});

describe.each(templates)('saved queries of $stage', ({ resources, functions }) => {
  const queries = savedQueriesOf(resources);

  it.each(queries)('$name reads the logs of every function', ({ logGroups }) => {
    expect(logGroups.sort()).toEqual(functions.map(({ logGroupName }) => logGroupName).sort());
  });

  it.each(queries)('$name is by or of an organisation', ({ statements }) => {
    expect(statements.join('\n')).toContain('organizationId');
  });

  it('each find something in the traffic of the tests', () => {
    const found = suites.flatMap((suite) => suite.queries);
    expect(queries.map(({ name }) => name).sort()).toEqual(found.sort());
  });
});
