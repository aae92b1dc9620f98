import { MetricUnit } from '@aws-lambda-powertools/metrics';
import type * as z from 'zod';
import { apiMethod } from '../../shared/http/api.ts';
import { interactiveBudget } from '../../shared/runtime/aws-client.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { metrics } from '../../shared/runtime/observability.ts';
import { sendAdapters } from './adapters.composition.ts';
import { lazySendQueue } from './lazy-send-queue.ts';
import type { OutgoingMedia } from './media/outgoing-media.port.ts';
import { mediaOwnersInDynamoDb } from './media-owner.dynamodb.ts';
import { sendMetrics } from './metrics.ts';
import { apiHandler } from './observed.composition.ts';
import { sendEnvSchema } from './send.env.ts';
import { type SendAnswer, send } from './send.ts';
import type { SendRequest } from './send-request.schema.ts';
import { templateChecker } from './template/template-checker.ts';
import { templatesInDynamoDb } from './template/template-store.dynamodb.ts';

const env = readEnv(sendEnvSchema);
const { client, reader, ...adapters } = await sendAdapters(env, interactiveBudget);
const { credentials, graph, now, report } = adapters;
const shared = { client, reader, credentials, now, report };
const store = templatesInDynamoDb({ client, tableName: env.TABLE_NAME, reader });
const ports = {
  ...adapters,
  mediaOwners: mediaOwnersInDynamoDb(reader),
  templates: templateChecker({ store, credentials, graph, now, report }),
  queue: lazySendQueue({ agent: env.SEND_REQUESTS_QUEUE_URL, bulk: env.BULK_REQUESTS_QUEUE_URL }),
};

/** What handing files over shares with sending. */
export type SendAdapters = typeof shared;

/** Requests of this function name no files. */
const noFiles: OutgoingMedia = { resolve: async ({ message }) => message };

/**
 * The handler of a function that sends what fits a schema. All that it needs is made once, at init.
 * @param handOverFiles makes what hands Meta the files that requests name
 */
export function sendHandler(
  body: z.ZodType<SendRequest>,
  handOverFiles: (adapters: SendAdapters) => OutgoingMedia = () => noFiles,
) {
  const outgoingMedia = handOverFiles(shared);
  const POST = apiMethod({
    input: { body },
    async handle(request, { header }) {
      const answer = await send(request, header('idempotency-key'), { ...ports, outgoingMedia });
      metrics.addMetric(metricOf(answer), MetricUnit.Count, 1);
      const headers = answer.replayed ? { 'idempotent-replayed': 'true' } : {};
      return { status: answer.status, body: answer.body, headers };
    },
  });
  return apiHandler({ POST }, env.ORGANIZATIONS_CLAIM);
}

function metricOf({ replayed, body: { status } }: SendAnswer): string {
  if (replayed) {
    return sendMetrics.sendsReplayed;
  }
  switch (status) {
    case 'valid':
      return sendMetrics.sendsValidated;
    case 'queued':
      return sendMetrics.sendsQueued;
    case 'unknown':
      return sendMetrics.sendsUnknown;
    default:
      return sendMetrics.sendsAccepted;
  }
}
