import { describe, expect, it } from '@jest/globals';
import type { Line } from '../../local/dashboard/dashboard-body.schema.ts';
import { readDashboards } from '../../local/dashboard/dashboards.ts';
import { emittedIn } from '../../local/dashboard/emitted.ts';
import { previewPage } from '../../local/dashboard/page.ts';
import { seriesOf, spanOf } from '../../local/dashboard/series.ts';
import { ensureSynth } from '../../local/synth.ts';
import { eventsEndpoint } from '../synthesise.ts';

const namespace = 'nexus-whatsapp-dev';
const fromMs = Date.UTC(2026, 10, 22, 10);

/** A line as Powertools writes it. */
function emf(atMs: number, name: string, value: number | number[], dimensions: object) {
  return {
    _aws: {
      Timestamp: atMs,
      CloudWatchMetrics: [
        {
          Namespace: namespace,
          Dimensions: [Object.keys(dimensions)],
          Metrics: [{ Name: name, Unit: 'Count' }],
        },
      ],
    },
    ...dimensions,
    [name]: value,
  };
}

const log = [
  emf(fromMs, 'EventsPublished', 2, { service: 'publish' }),
  emf(fromMs + 100, 'EventsPublished', 3, { service: 'publish' }),
  emf(fromMs + 2000, 'EventsPublished', 4, { service: 'publish' }),
  emf(fromMs, 'PublishLag', [10, 20, 30, 1000], { service: 'publish' }),
  emf(fromMs, 'RequestsRefused', 1, { service: 'send', code: 'throttled' }),
  emf(fromMs, 'RequestsRefused', 1, { service: 'graph', code: 'throttled' }),
  emf(fromMs, 'RequestsRefused', 1, { service: 'send', code: '<script>' }),
  { level: 'INFO', message: 'no metric' },
];
const emitted = emittedIn(log);

describe('what a line shows', () => {
  const span = spanOf(emitted);
  const plain = { namespace, name: '', dimensions: {}, stat: 'Sum', visible: true };
  const published = { ...plain, name: 'EventsPublished', dimensions: { service: 'publish' } };
  const show = (line: Line, ...others: Line[]) =>
    seriesOf(line, [line, ...others], { emitted, namespace, span });

  it('is the statistic of each step, and nothing where nothing was emitted', () => {
    expect(show(published)).toEqual([{ label: 'EventsPublished', values: [5, undefined, 4] }]);
    const lag = { ...published, name: 'PublishLag', label: 'lag' };
    expect(show({ ...lag, stat: 'p50' })).toMatchObject([
      { label: 'lag', values: [20, undefined, undefined] },
    ]);
    expect(show({ ...lag, stat: 'Maximum' })?.[0]?.values[0]).toBe(1000);
  });

  it('is of exactly the dimensions that it names', () => {
    expect(show({ ...published, dimensions: { service: 'drain' } })).toEqual([]);
    expect(show({ ...published, dimensions: {} })).toEqual([]);
  });

  it('is a line for each value where a query groups by a dimension', () => {
    const expression = `SELECT SUM("RequestsRefused") FROM SCHEMA("${namespace}", "service", "code") GROUP BY "code"`;
    expect(show({ ...plain, namespace: '', expression })).toMatchObject([
      { label: '<script>', values: [1, undefined, undefined] },
      { label: 'throttled', values: [2, undefined, undefined] },
    ]);
  });

  it('is the sum of those that an expression adds up', () => {
    const sum = { ...plain, namespace: '', expression: 'FILL(m0, 0) + FILL(m1, 0)', label: 'all' };
    const parts = [
      { ...published, id: 'm0', visible: false },
      { ...published, id: 'm1', visible: false, dimensions: { service: 'drain' } },
    ];
    expect(show(sum, ...parts)).toEqual([{ label: 'all', values: [5, undefined, 4] }]);
  });

  it('is known to AWS alone where AWS measures it', () => {
    expect(show({ ...published, namespace: 'AWS/Lambda' })).toBeUndefined();
    expect(show({ ...plain, namespace: '', expression: 'a / b' })).toBeUndefined();
  });
});

describe('the page', () => {
  it("has the template's widgets where CloudWatch will have them, and needs nothing else", async () => {
    const { directory } = await ensureSynth('dev', eventsEndpoint);
    const dashboards = readDashboards(directory);
    expect(dashboards.map(({ name }) => name)).toEqual([
      `${namespace}-service`,
      `${namespace}-internals`,
    ]);
    const page = previewPage({ dashboards, emitted, namespace, source: 'a test’s' });
    for (const { x, y, width, height } of dashboards.flatMap(({ widgets }) => widgets)) {
      const place = [x * 60, y * 50, width * 60, height * 50];
      expect(page).toContain(
        `left:${place[0]}px;top:${place[1]}px;width:${place[2]}px;height:${place[3]}px`,
      );
    }
    expect(page).toContain('Only AWS fills this: ');
    expect(page).toContain('<polyline');
    expect(page).not.toMatch(/https?:|<script|\bsrc=|@import/);
  });
});
