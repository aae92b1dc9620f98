import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { type Emitted, emittedIn, readLogLines } from '../../local/dashboard/emitted.ts';
import { signature } from '../../local/meta/webhook.ts';
import { routeOf } from '../../local/resources/http-api.ts';
import { listenLocally, stopServer } from '../../local/servers.ts';
import { bootDemo, type DemoStack } from '../e2e/demo-stack.ts';
import { startCommand } from '../ops/run-command.ts';
import { eventsEndpoint } from '../synthesise.ts';
import { secrets } from '../webhooks-out/receiver.ts';
import { createAwsMetrics } from './aws-metrics.ts';

/** A stack that posts events to an endpoint, with what CloudWatch would know of it. */
export interface WatchedStack {
  demo: DemoStack;
  /** What the endpoint answers from now on. */
  answerWith(status: number): void;
  /** Whether the endpoint was told of something so many times. */
  hasHeard(what: string, times: number): boolean;
  /** Everything that was measured since then, in epoch ms. */
  measured(sinceMs?: number): Promise<Emitted[]>;
  /** POSTs to an API. @returns the status of its answer, which counts */
  post(path: string, body: object, headers?: Record<string, string>): Promise<number>;
  /** POSTs a webhook as Meta does. @returns the status of the answer */
  webhook(body: string): Promise<number>;
  /** POSTs a send of the demo organisation. @returns the status of the answer */
  send(message: object, options?: object): Promise<number>;
  /** What a command of the runbook prints. */
  printed(tool: string, ...options: string[]): Promise<string>;
  stop(): Promise<void>;
}

/** Boots it. */
export async function bootWatched(): Promise<WatchedStack> {
  let status = 204;
  let heard = '';
  const endpoint = createServer(async (request, response) => {
    heard += await text(request);
    response.writeHead(status).end();
  });
  const url = await listenLocally(endpoint);
  const aws = createAwsMetrics();
  const demo = await bootDemo({
    eventsEndpoint,
    secrets: { EventsSecretArn: JSON.stringify({ secrets: secrets.slice(0, 1) }) },
    environment: async () => ({ EVENTS_ENDPOINT: url }),
    onInvocation: aws.onInvocation,
  });
  const { organizationId, phoneNumberId, appSecret } = demo.info;

  async function call(path: string, body: string, headers: Record<string, string>) {
    const answer = await fetch(new URL(path, demo.url), {
      ...{ method: 'POST', body },
      headers: { 'content-type': 'application/json', ...headers },
    });
    const { apiId = '' } = routeOf(demo.stack.apiRoutes, 'POST', path)?.route ?? {};
    aws.onAnswer(apiId, answer.status);
    return answer.status;
  }

  const post: WatchedStack['post'] = (path, body, headers = {}) =>
    call(path, JSON.stringify(body), headers);

  return {
    demo,
    post,
    answerWith: (next) => {
      status = next;
    },
    hasHeard: (what, times) => heard.split(what).length > times,
    async measured(sinceMs = 0) {
      const own = emittedIn(readLogLines(demo.logDir));
      const all = [...own, ...(await aws.all(demo.stack, demo.logDir))];
      return all.filter(({ atMs }) => atMs >= sinceMs);
    },
    webhook: (body) =>
      call('/whatsapp-webhook', body, { 'x-hub-signature-256': signature(body, appSecret) }),
    send: (message, options = {}) =>
      post(
        `/whatsapp-send-${'reaction' in message ? 'reaction' : 'message'}`,
        { organizationId, phoneNumberId, message: { to: '+966500000001', ...message }, ...options },
        { 'idempotency-key': randomUUID() },
      ),
    async printed(tool, ...options) {
      const env = demo.commandEnv;
      return (await startCommand(`ops/${tool}.ts`, options, { env }).ended).out;
    },
    async stop() {
      await demo.stop();
      await stopServer(endpoint);
    },
  };
}
