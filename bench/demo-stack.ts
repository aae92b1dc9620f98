import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import { initialSecrets, startDemoGraph, startMeta } from '../local/meta/demo.ts';
import { type StackOptions, startStack } from '../local/stack.ts';

const answerSchema = z.looseObject({ sendId: z.string().optional() });

/** Boots what `npm start` boots, in front of a Meta that answers at once and delivers to anybody. */
export async function bootDemo(options: Pick<StackOptions, 'onInvocation'> = {}) {
  const graph = await startDemoGraph();
  let meta: Awaited<ReturnType<typeof startMeta>> | undefined;
  const stack = await startStack({
    secrets: initialSecrets,
    environment: async () => ({ GRAPH_URL: graph.url }),
    routes: async (context) => {
      meta = await startMeta(context, graph);
      return meta.routes;
    },
    log: () => undefined,
    ...options,
  });
  const agent = new Agent({ keepAlive: true });

  async function ask(method: string, path: string, body?: object, headers = {}) {
    const url = new URL(path, stack.url);
    return new Promise<{ status: number; body: string }>((resolve, reject) => {
      const options = {
        agent,
        method,
        headers: { ...(body && { 'content-type': 'application/json' }), ...headers },
      };
      request(url, options, async (response) => {
        resolve({ status: response.statusCode ?? 0, body: await text(response) });
      })
        .on('error', reject)
        .end(body && JSON.stringify(body));
    });
  }
  const post = (path: string, body: object, headers = {}) => ask('POST', path, body, headers);

  await post('/_local/graph/settings', { windows: 'open', pairLimit: false });
  return {
    graph,
    stack,
    info: meta?.info,
    ask,
    post,
    /** Sends a text to the n-th recipient. */
    async sendText(recipient: number, body: string, delivery?: 'queued') {
      const { organizationId, phoneNumberId } = meta?.info ?? {};
      const to = `+9665${String(recipient).padStart(8, '0')}`;
      const message = { type: 'text', to, text: { body } };
      const { status, body: answer } = await post(
        '/whatsapp-send-message',
        { organizationId, phoneNumberId, message, ...(delivery ? { delivery } : {}) },
        { 'idempotency-key': randomUUID() },
      );
      return { ...answerSchema.parse(JSON.parse(answer)), status };
    },
    /** Lets no bulk go out before this time (epoch ms). */
    async closeLane(untilMs: number) {
      await stack.awsCall('dynamodb', 'PutItem', {
        TableName: stack.outputs['TableName'],
        Item: {
          pk: { S: `PACE#${meta?.info.phoneNumberId}` },
          sk: { S: 'bulk' },
          freeAt: { N: String(untilMs) },
        },
      });
    },
    async stop() {
      agent.destroy();
      meta?.stop();
      await stack.stop();
      await graph.stop();
    },
  };
}
