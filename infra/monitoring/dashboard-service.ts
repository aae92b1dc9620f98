import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { connectMetrics } from '../../lambdas/connect/metrics.ts';
import { inboxMetrics } from '../../lambdas/inbox/metrics.ts';
import { ingestMetrics } from '../../lambdas/ingest/metrics.ts';
import { mediaMetrics } from '../../lambdas/media/metrics.ts';
import { sendMetrics } from '../../lambdas/send/metrics.ts';
import { transcribeMetrics } from '../../lambdas/transcribe/metrics.ts';
import type { FunctionId } from '../bundle.ts';
import { sumOf } from './alarm-metrics.ts';
import { graph, latest, number, type Section, sumBy, total } from './dashboard-parts.ts';
import {
  functionsOf,
  type Monitored,
  type OwnMetricName,
  ownMetric,
  queuesOf,
} from './monitored.ts';
import { ruleOf } from './thresholds.ts';

const sendFunctions = [
  'whatsapp-send-message',
  'whatsapp-send-template',
  'whatsapp-send-reaction',
] as const;

/** What customers, agents and Meta see of the service. */
export function serviceSections(monitored: Monitored): Section[] {
  return [
    atAGlance(monitored),
    messages(),
    webhooks(monitored),
    sends(monitored),
    media(),
    connections(),
    ...(monitored.config.eventsEndpoint ? [endpoint()] : []),
    cost(monitored),
  ];
}

function atAGlance({ stack, webhookApi, sendApi }: Monitored): Section {
  const ofSends = (name: OwnMetricName) => sendFunctions.map((service) => ownMetric(service, name));
  const deadLetters = queuesOf(stack).map(({ deadLetterQueue }) =>
    deadLetterQueue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum' }),
  );
  return {
    heading: 'At a glance',
    height: 3,
    graphs: [
      number('Webhooks answered 5xx (good: 0)', webhookApi.metricServerError({ statistic: 'Sum' })),
      number('SendApi answered 5xx (good: 0)', sendApi.metricServerError({ statistic: 'Sum' })),
      number(
        'Sends of unknown fate (good: 0)',
        sumOf([
          ...ofSends(sendMetrics.sendsUnknown),
          ownMetric('deliver', sendMetrics.deliveriesUnknown),
        ]),
      ),
      latest('Dead letters now (good: 0)', sumOf(deadLetters)),
      latest(
        'Meta to inbox, p95 in ms (good: below 2000)',
        ownMetric('publish', inboxMetrics.publishLagMs, { statistic: 'p95' }),
      ),
      number('Webhooks accepted', ownMetric('whatsapp-webhook', ingestMetrics.webhooksAccepted)),
      number('Events published', ownMetric('publish', inboxMetrics.eventsPublished)),
      number(
        'Sends accepted by Meta',
        sumOf([
          ...ofSends(sendMetrics.sendsAccepted),
          ownMetric('deliver', sendMetrics.deliveriesAccepted),
        ]),
      ),
    ],
  };
}

function messages(): Section {
  return {
    heading: 'Messages',
    graphs: [
      graph('In, by type', [sumBy(inboxMetrics.messagesReceived, 'type')], { stacked: true }),
      graph('Out, accepted by Meta, by type', [sumBy(sendMetrics.messagesAccepted, 'type')], {
        stacked: true,
      }),
      graph('Delivery ladder: sent, delivered, read (good: few failed)', [
        sumBy(inboxMetrics.statusesReceived, 'status'),
      ]),
    ],
  };
}

function webhooks({ webhookApi, config: { alarms } }: Monitored): Section {
  const own = of('whatsapp-webhook');
  const ofNormalise = of('normalise');
  const lag = (statistic: string) =>
    ownMetric('publish', inboxMetrics.publishLagMs, { statistic, label: statistic });
  return {
    heading: 'Webhooks of Meta',
    graphs: [
      graph('Answers (good: only 200)', [
        own(ingestMetrics.webhooksAccepted, '200 accepted'),
        own(ingestMetrics.webhooksDeferred, '503 Meta sends it again'),
        own(ingestMetrics.webhooksUnsigned, '401 unsigned'),
        webhookApi.metricClientError({ statistic: 'Sum', label: '4xx in all' }),
        webhookApi.metricServerError({ statistic: 'Sum', label: '5xx in all' }),
      ]),
      graph(
        'Time to answer (good: p50 below 250 ms)',
        ['p50', 'p95', 'p99'].map((statistic) =>
          webhookApi.metricLatency({ statistic, label: statistic }),
        ),
        { unit: 'ms' },
      ),
      graph('Meta to inbox (good: p95 below 2 s)', ['p50', 'p95'].map(lag), {
        unit: 'ms',
        alarmAt: ruleOf('publish-lag', 'publish-lag', alarms.overrides).threshold,
      }),
      graph('Updates (good: stored)', [
        ofNormalise(ingestMetrics.updatesStored, 'stored'),
        ofNormalise(ingestMetrics.updatesDuplicate, 'there already'),
        ofNormalise(ingestMetrics.updatesParked, 'parked: nobody has this number'),
        ofNormalise(ingestMetrics.updatesUnrecognised, 'unrecognised'),
        ofNormalise(ingestMetrics.updatesQuarantined, 'set aside'),
      ]),
    ],
  };
}

function sends({ sendApi }: Monitored): Section {
  const ofDeliver = of('deliver');
  const graphLatency = ([...sendFunctions, 'deliver'] as const).map((service) =>
    ownMetric(service, sendMetrics.graphLatencyMs, { statistic: 'p95', label: service }),
  );
  return {
    heading: 'Sends',
    graphs: [
      graph('While the caller waits (good: accepted)', [
        total(sendMetrics.sendsAccepted, 'accepted'),
        total(sendMetrics.sendsQueued, 'queued'),
        total(sendMetrics.sendsReplayed, 'answered again'),
        total(sendMetrics.sendsUnknown, 'unknown'),
      ]),
      graph('From the queues (good: accepted)', [
        ofDeliver(sendMetrics.deliveriesAccepted, 'accepted'),
        ofDeliver(sendMetrics.deliveriesPutOff, 'put off'),
        ofDeliver(sendMetrics.deliveriesFailed, 'failed'),
        ofDeliver(sendMetrics.deliveriesUnknown, 'unknown'),
        ofDeliver(sendMetrics.deliveriesExpired, 'expired'),
      ]),
      graph('Refused requests, by code', [sumBy(sendMetrics.requestsRefused, 'code')]),
      graph('Failed calls of Meta, by class', [sumBy(sendMetrics.graphFailures, 'outcome')]),
      graph('Meta’s time to answer, p95', graphLatency, { unit: 'ms' }),
      graph(
        'SendApi’s time to answer',
        ['p50', 'p95', 'p99'].map((statistic) =>
          sendApi.metricLatency({ statistic, label: statistic }),
        ),
        { unit: 'ms' },
      ),
      graph('What the inbox was told of sends', [sumBy(inboxMetrics.sendsUpdated, 'status')]),
      graph('Decisions on templates (good: approved)', [
        sumBy(inboxMetrics.templatesDecided, 'status'),
      ]),
    ],
  };
}

function media(): Section {
  const ofMirror = of('mirror-media');
  const ofWorker = of('voice-transcription-worker');
  return {
    heading: 'Files and voice notes',
    graphs: [
      graph('Files fetched from Meta', [
        ofMirror(mediaMetrics.filesStored, 'stored'),
        ofMirror(mediaMetrics.jobsPutOff, 'put off'),
      ]),
      graph('Files that will not come, by reason (good: none)', [
        sumBy(mediaMetrics.filesFailed, 'reason'),
      ]),
      graph(
        'Meta to stored file',
        ['p50', 'p95'].map((statistic) =>
          ownMetric('mirror-media', mediaMetrics.storedAfterMs, { statistic, label: statistic }),
        ),
        { unit: 'ms' },
      ),
      graph('Voice notes written down', [
        ofWorker(transcribeMetrics.transcriptsReady, 'ready'),
        ofWorker(transcribeMetrics.transcriptsLowConfidence, 'of these to be checked'),
        ofWorker(transcribeMetrics.transcribeJobsPutOff, 'put off'),
      ]),
      graph('Voice notes without text, by reason', [
        sumBy(transcribeMetrics.transcriptsFailed, 'reason'),
      ]),
      graph('Refused requests for files, by code', [sumBy(mediaMetrics.requestsRefused, 'code')]),
    ],
  };
}

function connections(): Section {
  return {
    heading: 'Connections of organisations',
    graphs: [
      graph('Begun, made and ended', [
        total(connectMetrics.signupsStarted, 'begun'),
        total(connectMetrics.connectionsActivated, 'active'),
        total(connectMetrics.connectionsEnded, 'ended'),
      ]),
      graph('Did not get through, by step', [sumBy(connectMetrics.connectionsStopped, 'step')]),
      graph('Stopped working (good: 0)', [
        ownMetric('publish', inboxMetrics.connectionsDegraded, { label: 'degraded' }),
      ]),
    ],
  };
}

function endpoint(): Section {
  const own = of('deliver-events');
  return {
    heading: 'The inbox backend’s endpoint',
    graphs: [
      graph('Events taken, and attempts that failed (good: none)', [
        own(inboxMetrics.eventsDelivered, 'taken'),
        own(inboxMetrics.deliveriesFailed, 'failed'),
      ]),
      graph('Failed attempts, by outcome', [sumBy(inboxMetrics.deliveriesFailed, 'outcome')]),
      graph(
        'Times, p95',
        [
          ownMetric('deliver-events', inboxMetrics.deliveryMs, {
            statistic: 'p95',
            label: 'to answer',
          }),
          ownMetric('deliver-events', inboxMetrics.deliveryLagMs, {
            statistic: 'p95',
            label: 'from the queue to the endpoint',
          }),
        ],
        { unit: 'ms' },
      ),
    ],
  };
}

function cost({ stack, state: { table }, webhookApi, sendApi }: Monitored): Section {
  const functions = functionsOf(stack);
  const queues = queuesOf(stack);
  return {
    heading: 'What costs money (prices: npm run cost)',
    graphs: [
      graph('Requests to the APIs', [
        webhookApi.metricCount({ statistic: 'Sum', label: 'WebhookApi' }),
        sendApi.metricCount({ statistic: 'Sum', label: 'SendApi' }),
      ]),
      graph(
        'Time of functions',
        functions.map((fn) => fn.metricDuration({ statistic: 'Sum', label: fn.node.id })),
        { unit: 'ms', stacked: true },
      ),
      graph(
        'Logs',
        functions.map(
          ({ node, logGroup: { logGroupName: LogGroupName } }) =>
            new Metric({
              namespace: 'AWS/Logs',
              metricName: 'IncomingBytes',
              dimensionsMap: { LogGroupName },
              statistic: 'Sum',
              label: node.id,
            }),
        ),
        { unit: 'bytes', stacked: true },
      ),
      graph('Units of the table', [
        table.metricConsumedWriteCapacityUnits({ statistic: 'Sum', label: 'written' }),
        table.metricConsumedReadCapacityUnits({ statistic: 'Sum', label: 'read' }),
      ]),
      graph(
        'Sent to queues',
        queues.map(({ node, queue }) =>
          queue.metricNumberOfMessagesSent({ statistic: 'Sum', label: node.id }),
        ),
        { stacked: true },
      ),
      graph(
        'Files stored',
        [ownMetric('mirror-media', mediaMetrics.bytesStored, { label: 'bytes' })],
        { unit: 'bytes' },
      ),
    ],
  };
}

/** The metrics of one function, by name and label. */
function of(service: FunctionId) {
  return (name: OwnMetricName, label: string) => ownMetric(service, name, { label });
}
