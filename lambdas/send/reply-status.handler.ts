import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { apiMethod } from '../../shared/http/api.ts';
import { interactiveBudget } from '../../shared/runtime/aws-client.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { metrics } from '../../shared/runtime/observability.ts';
import { sendAdapters } from './adapters.composition.ts';
import { sendMetrics } from './metrics.ts';
import { apiHandler } from './observed.composition.ts';
import { replyStatusEnvSchema } from './reply-status.env.ts';
import { markReadSchema, replyStatusQuerySchema } from './reply-status.schema.ts';
import { markMessageRead, replyStatuses } from './reply-status.ts';

const env = readEnv(replyStatusEnvSchema);
const ports = await sendAdapters(env, interactiveBudget);

const GET = apiMethod({
  input: { query: replyStatusQuerySchema },
  async handle(query) {
    const body = await replyStatuses(query, ports);
    metrics.addMetric(sendMetrics.statusesTold, MetricUnit.Count, body.data.length);
    return { status: 200, body };
  },
});

const POST = apiMethod({
  input: { body: markReadSchema },
  async handle(request) {
    await markMessageRead(request, ports);
    metrics.addMetric(sendMetrics.messagesRead, MetricUnit.Count, 1);
    return { status: 200, body: { status: 'read' } };
  },
});

/** `whatsapp-reply-status`: tells where sends stand (GET), and marks customers' messages as read (POST). */
export const handler = apiHandler({ GET, POST }, env.ORGANIZATIONS_CLAIM);
