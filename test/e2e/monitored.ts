import { setTimeout as delay } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { connectMetrics } from '../../lambdas/connect/metrics.ts';
import { inboxMetrics } from '../../lambdas/inbox/metrics.ts';
import { ingestMetrics } from '../../lambdas/ingest/metrics.ts';
import { mediaMetrics } from '../../lambdas/media/metrics.ts';
import { sendMetrics } from '../../lambdas/send/metrics.ts';
import { transcribeMetrics } from '../../lambdas/transcribe/metrics.ts';
import { emittedIn } from '../../local/dashboard/emitted.ts';
import { answers } from '../../local/dashboard/series.ts';
import { credentialMetrics } from '../../shared/credentials/metrics.ts';
import { isJsonObject, type JsonObject, parseJson } from '../../shared/json.ts';
import { ownMetricsOf, savedQueriesOf } from '../template/monitoring.ts';
import { templates } from '../template/template.ts';

interface Reached {
  /** Metrics that the suite's traffic makes functions emit, wherever a dashboard shows them. */
  metrics: readonly string[];
  /** Saved queries that find something in its log. */
  queries: readonly string[];
}

const { messagesReceived, statusesReceived, templatesDecided, ...inbox } = inboxMetrics;
const { eventsPublished, publishLagMs, sendsUpdated, connectionsDegraded } = inbox;
const { eventsDelivered, deliveryLagMs, deliveryMs, deliveriesFailed } = inbox;

/** What each suite that boots a stack reaches. Together that is everything. */
export const reached = {
  'webhook-to-inbox': { metrics: Object.values(ingestMetrics), queries: [] },
  documented: {
    metrics: [eventsPublished, publishLagMs, messagesReceived, statusesReceived, templatesDecided],
    queries: ['Who is told of failures'],
  },
  send: {
    metrics: [
      ...Object.values(sendMetrics),
      ...Object.values(credentialMetrics),
      ...[sendsUpdated, connectionsDegraded],
    ],
    queries: [
      'What went wrong for an organisation',
      'What an organisation has sent and received',
      'Top organisations by volume',
      'Whom Meta throttles',
      'Whose token is dead or whose account is disabled',
      'Whose requests are refused',
    ],
  },
  media: {
    metrics: [...Object.values(mediaMetrics), ...Object.values(transcribeMetrics)],
    queries: ['Whose files are lost'],
  },
  signup: { metrics: Object.values(connectMetrics), queries: ['Who cannot connect'] },
  'webhooks-out': {
    metrics: [eventsDelivered, deliveryLagMs, deliveryMs, deliveriesFailed],
    queries: [],
  },
} satisfies Record<string, Reached>;

const [{ resources }] = templates;

/** A function's last lines are written behind its answer. */
const writtenMs = 5000;

/** Dashboards and saved queries find in a suite's log what they are to find there. */
export async function expectMonitored(
  suite: keyof typeof reached,
  readLogs: () => string,
): Promise<void> {
  for (const deadline = Date.now() + writtenMs; ; await delay(100)) {
    try {
      return expectFound(suite, readLogs());
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}

function expectFound(suite: keyof typeof reached, logs: string): void {
  const { metrics, queries }: Reached = reached[suite];
  const lines = logs.split('\n').flatMap((text) => {
    const json = parseJson(text);
    return json.ok && isJsonObject(json.value) ? [json.value] : [];
  });
  const emitted = emittedIn(lines);
  const shown = ownMetricsOf(resources).filter(({ name }) => metrics.includes(name));
  expect(shown).not.toEqual([]);
  expect(shown.filter((asked) => !emitted.some((value) => answers(asked, value)))).toEqual([]);

  for (const { name, statements } of savedQueriesOf(resources)) {
    if (queries.includes(name))
      expect([name, ...fieldsNotFound(statements, lines)]).toEqual([name]);
  }
}

/** What a query reads, and no line that it finds has. */
function fieldsNotFound(statements: readonly string[], lines: readonly JsonObject[]): string[] {
  const filters = statements.flatMap((statement) => /^filter (.+)$/.exec(statement)?.[1] ?? []);
  const found = lines.filter((line) =>
    filters.every((filter) => filter.split(' or ').some((term) => holds(term, line))),
  );
  const read = statements.flatMap((statement) => [
    ...(statement.match(/(?<=(ispresent|sum)\()\w+|\w+(?= = ")/g) ?? []),
    ...(statement.match(/(?<= by )[\w, ]+$/)?.[0].split(', ') ?? []),
  ]);
  return read.filter((field) => !found.some((line) => line[field] !== undefined));
}

/** A condition as the saved queries have them, for any organisation. */
function holds(term: string, line: JsonObject): boolean {
  const [, field = '', value] =
    /^(\w+) = "(.+)"$/.exec(term) ?? /^ispresent\((\w+)\)$/.exec(term) ?? [];
  return value === undefined || value === 'ORGANIZATION'
    ? line[field] !== undefined
    : line[field] === value;
}
