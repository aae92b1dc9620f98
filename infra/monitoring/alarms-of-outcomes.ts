import { Aws } from 'aws-cdk-lib';
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { connectMetrics } from '../../lambdas/connect/metrics.ts';
import { inboxMetrics } from '../../lambdas/inbox/metrics.ts';
import { ingestMetrics } from '../../lambdas/ingest/metrics.ts';
import { mediaMetrics } from '../../lambdas/media/metrics.ts';
import { sendMetrics } from '../../lambdas/send/metrics.ts';
import { transcribeMetrics } from '../../lambdas/transcribe/metrics.ts';
import { credentialMetrics } from '../../shared/credentials/metrics.ts';
import type { mediaFailureReasons } from '../../shared/media/media-record.schema.ts';
import type { transcriptFailureReasons } from '../../shared/media/transcript.schema.ts';
import type { FunctionId } from '../bundle.ts';
import { functionLink } from './alarm-links.ts';
import { sumOf } from './alarm-metrics.ts';
import type { Watched } from './alarms.ts';
import { functionsOf, type Monitored, ownMetric } from './monitored.ts';

/** An alarm of what functions measure themselves, and the one to look at first. */
type Outcome = Omit<Watched, 'link'> & { at: FunctionId };

/** A file that would have come, had it been fetched in time. */
const lostFiles = [
  'expired',
  'unavailable',
  'connection-invalid',
] satisfies (typeof mediaFailureReasons)[number][];

const stuckTranscripts = 'timed-out' satisfies (typeof transcriptFailureReasons)[number];

/** The alarms of what functions measure themselves. */
export function outcomeAlarms({ stack, config }: Monitored): Watched[] {
  const functions = new Map(functionsOf(stack).map((fn) => [fn.service, fn]));
  return [
    ...ingestAlarms(),
    ...publishAlarms(),
    ...(config.eventsEndpoint ? [endpointAlarm()] : []),
    ...sendAlarms(),
    ...connectionAlarms(),
    ...jobAlarms(),
  ].map(({ at, ...outcome }) => {
    const fn = functions.get(at);
    if (!fn) {
      throw new Error(`The stack has no function ${at}, which ${outcome.kind} watches`);
    }
    return { ...outcome, link: functionLink(fn) };
  });
}

function ingestAlarms(): Outcome[] {
  return [
    {
      kind: 'no-webhooks',
      at: 'whatsapp-webhook',
      metric: ownMetric('whatsapp-webhook', ingestMetrics.webhooksAccepted),
      says: 'No webhook of Meta was accepted for half an hour: no customer reaches the inbox.',
    },
    {
      kind: 'webhooks-unsigned',
      at: 'whatsapp-webhook',
      metric: ownMetric('whatsapp-webhook', ingestMetrics.webhooksUnsigned),
      says: 'Many webhooks were not signed with the app secret: somebody tries, or the secret is wrong and customers’ messages are refused.',
    },
    {
      kind: 'parked-updates',
      at: 'drain',
      // Each sweep counts them: a value that is missing would be a sweep that failed.
      metric: ownMetric('drain', ingestMetrics.ownersWaiting, { statistic: 'Minimum' }),
      says: 'Messages for numbers that no organisation has connected wait for more than 15 minutes; after 14 days they are lost.',
    },
    {
      kind: 'quarantine',
      at: 'normalise',
      metric: sumOf([
        ownMetric('whatsapp-webhook', ingestMetrics.webhooksQuarantined),
        ownMetric('normalise', ingestMetrics.updatesQuarantined),
        ownMetric('publish', inboxMetrics.eventsQuarantined),
        ownMetric('deliver', sendMetrics.deliveriesQuarantined),
        ownMetric('mirror-media', mediaMetrics.jobsQuarantined),
        ownMetric('voice-transcription-worker', transcribeMetrics.transcribeJobsQuarantined),
      ]),
      says: 'Something was set aside because nobody can read it: a message, an event or a job is missing.',
    },
  ];
}

function publishAlarms(): Outcome[] {
  const published = ownMetric('publish', inboxMetrics.eventsPublished);
  return [
    {
      kind: 'publish-lag',
      at: 'publish',
      metric: ownMetric('publish', inboxMetrics.publishLagMs, { statistic: 'p95' }),
      says: 'One event in twenty reaches the inbox more than ten seconds after Meta’s time: agents answer late.',
    },
    {
      kind: 'publish-stopped',
      at: 'publish',
      metric: new MathExpression({
        expression: 'IF(FILL(published, 0) > 0, 0, FILL(stored, 0))',
        usingMetrics: { published, stored: ownMetric('normalise', ingestMetrics.updatesStored) },
      }),
      says: 'Updates of Meta are stored and none is published: the inbox hears nothing.',
    },
  ];
}

function endpointAlarm(): Outcome {
  const delivered = ownMetric('deliver-events', inboxMetrics.eventsDelivered);
  const failed = ownMetric('deliver-events', inboxMetrics.deliveriesFailed);
  return {
    kind: 'endpoint-failing',
    at: 'deliver-events',
    metric: new MathExpression({
      expression: 'IF(FILL(delivered, 0) > 0, 0, FILL(failed, 0))',
      usingMetrics: { delivered, failed },
    }),
    says: 'The inbox backend’s endpoint takes no event: agents see nothing new.',
  };
}

function sendAlarms(): Outcome[] {
  return [
    {
      kind: 'sends-unknown',
      at: 'whatsapp-send-message',
      metric: sumOf([
        ownMetric('whatsapp-send-message', sendMetrics.sendsUnknown),
        ownMetric('whatsapp-send-template', sendMetrics.sendsUnknown),
        ownMetric('whatsapp-send-reaction', sendMetrics.sendsUnknown),
        ownMetric('deliver', sendMetrics.deliveriesUnknown),
        ownMetric('settle', sendMetrics.sendsAbandoned),
      ]),
      says: 'Meta did not answer many sends: nobody knows whether customers got them.',
    },
    {
      kind: 'sends-expired',
      at: 'deliver',
      metric: sumOf([
        ownMetric('deliver', sendMetrics.deliveriesExpired),
        ownMetric('settle', sendMetrics.sendsExpired),
      ]),
      says: 'Queued sends were not sent because their time was over: customers did not get them.',
    },
  ];
}

function connectionAlarms(): Outcome[] {
  const throttled = credentialMetrics.tokenKeyThrottled;
  return [
    {
      kind: 'connection-degraded',
      at: 'publish',
      metric: ownMetric('publish', inboxMetrics.connectionsDegraded),
      says: 'An organisation’s connection has stopped working: it cannot send until it connects again.',
    },
    {
      kind: 'connecting-stopped',
      at: 'wa-es-callback',
      metric: sumOf([
        ownMetric('wa-es-callback', connectMetrics.connectionsStopped),
        ownMetric('save-whatsapp-credentials', connectMetrics.connectionsStopped),
      ]),
      says: 'Organisations try to connect and do not get through.',
    },
    {
      kind: 'token-key-throttled',
      at: 'whatsapp-send-message',
      // Over every function that has it: a sum of single metrics ends at ten.
      metric: new MathExpression({
        expression: `SELECT SUM(${throttled}) FROM SCHEMA("${Aws.STACK_NAME}", service)`,
      }),
      says: 'KMS throttles the key of access tokens: sends, files and connections fail for all organisations.',
    },
  ];
}

function jobAlarms(): Outcome[] {
  return [
    {
      kind: 'media-lost',
      at: 'mirror-media',
      metric: sumOf(
        lostFiles.map((reason) =>
          ownMetric('mirror-media', mediaMetrics.filesFailed, { dimensionsMap: { reason } }),
        ),
      ),
      says: 'Customers’ files could not be fetched from Meta in time: agents cannot open them.',
    },
    {
      kind: 'transcription-stuck',
      at: 'voice-transcription-worker',
      metric: ownMetric('voice-transcription-worker', transcribeMetrics.transcriptsFailed, {
        dimensionsMap: { reason: stuckTranscripts },
      }),
      says: 'Transcribe did not end in time: voice notes have no text.',
    },
    ...(['erase', 'republish'] as const).map(
      (service): Outcome => ({
        kind: 'job-stuck',
        of: service,
        at: service,
        metric: ownMetric(service, inboxMetrics.jobAgeMs, { statistic: 'Maximum' }),
        says: `A job of ${service} has been worked on for a day and is not done.`,
      }),
    ),
  ];
}
