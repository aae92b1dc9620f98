import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import type { Invocation } from '../local/functions.ts';
import { type Environment, startEnvironment } from '../local/lambda/environment.ts';
import { startAwsStub } from './aws-stub.ts';
import { bootDemo } from './demo-stack.ts';
import { atMost, type Measurement, type Row } from './measurement.ts';
import { childPids, cpuMsOf } from './processes.ts';
import { percentile, rounded } from './statistics.ts';
import { startTlsFront } from './tls-front.ts';
import { type SignedWebhook, statusWebhook, textWebhook } from './webhook-samples.ts';

const rates = [100, 200, 300];
const goalRate = 300;
const seconds = 15;
const warmUpWebhooks = 100;
const processes = 24;
const queueMs = 20;

const emptyFunction = path.join(import.meta.dirname, 'empty-function');
const eventSchema = z.looseObject({ headers: z.record(z.string(), z.string()) });

/** Webhooks at a steady rate, whether or not the ones before are answered: as Meta sends them. */
export const webhookLoad: Measurement = {
  title: `webhooks at a steady rate, three statuses to a text, ${processes} processes of whatsapp-webhook under AWS's runtime client on one core, SQS behind TLS after ${queueMs} ms; ms from when each was due`,
  minutes: 2,
  async run() {
    if (!existsSync(taskset)) console.error('Not on one core: this machine has no taskset.');
    const webhook = await webhookInvocation();
    const empty: Invocation = {
      ...webhook,
      spec: { ...webhook.spec, shortName: '(empty)', taskRoot: emptyFunction },
    };
    const rows: Row[] = [];
    const goals = [];
    rows.push((await loaded(empty, goalRate)).row);
    for (const rate of rates) {
      const { row, p50, p999, missing } = await loaded(webhook, rate);
      rows.push(row);
      if (rate === goalRate) {
        goals.push(atMost(`${rate} webhooks/s on one core: p50`, 60, p50, ' ms'));
        goals.push(atMost(`${rate} webhooks/s on one core: p99.9`, 250, p999, ' ms'));
        goals.push(atMost(`${rate} webhooks/s on one core: lost or doubled`, 0, missing));
      }
    }
    return { rows, goals };
  },
};

/** The function as the stack invokes it, with an event of API Gateway's. */
async function webhookInvocation(): Promise<Invocation> {
  let seen: Invocation | undefined;
  const demo = await bootDemo({
    onInvocation: (invocation) => {
      if (invocation.spec.shortName === 'Webhook') seen ??= invocation;
    },
  });
  await demo.post('/_local/simulate', { type: 'text', text: { body: 'hi' } });
  await demo.stop();
  if (!seen) throw new Error('The webhook was not invoked');
  return seen;
}

async function loaded(invocation: Invocation, rate: number) {
  const { appSecret } = textWebhook();
  const secret = { appSecrets: [appSecret], verifyTokens: ['token'] };
  const stub = await startAwsStub({ queueMs, secret });
  const front = startTlsFront();
  const ended = new AbortController();
  try {
    const secure = {
      AWS_ENDPOINT_URL: await front.before(stub.url),
      NODE_EXTRA_CA_CERTS: front.certificateFile,
    };
    const environments = await onOneCore(() =>
      Promise.all(
        Array.from({ length: processes }, () =>
          startEnvironment(
            invocation.spec,
            { ...invocation.variables, ...secure },
            silent,
            ended.signal,
          ),
        ),
      ),
    );
    const pids = childPids();
    const send = sender(invocation, environments);
    await Promise.all(environments.map((each) => warmUp(sender(invocation, [each]))));
    stub.take();
    const cpuBefore = cpuMsOf(pids);
    const { times, answers } = await openLoop(rate, seconds, send);
    const cpuMs = (cpuMsOf(pids) - cpuBefore) / times.length;
    const bodies = stub.take();
    const isEmpty = invocation.spec.taskRoot === emptyFunction;
    const arrived = new Set(bodies).size;
    const missing = isEmpty
      ? 0
      : times.length - arrived + (bodies.length - arrived) + refused(answers);
    const [p50 = 0, p99 = 0, p999 = 0] = [50, 99, 99.9].map((at) => rounded(percentile(times, at)));
    const row: Row = {
      ...{ function: invocation.spec.shortName, 'webhooks/s': rate, webhooks: times.length },
      ...{ 'lost or doubled': missing, p50, p99, 'p99.9': p999, 'CPU ms each': rounded(cpuMs, 2) },
    };
    return { row, p50, p999, missing };
  } finally {
    ended.abort();
    pinTo('0-1023');
    await delay(200);
    await front.stop();
    await stub.stop();
  }
}

const silent = {
  follow: (output: NodeJS.ReadableStream) => void output.resume(),
  write() {},
  tail: () => '',
  close: async () => {},
};

function refused(answers: readonly unknown[]): number {
  const accepted = z.looseObject({ statusCode: z.literal(200) });
  return answers.filter((answer) => !accepted.safeParse(answer).success).length;
}

/** Gives a webhook to a process that is free, or to the first that becomes so. */
function sender({ event }: Invocation, environments: readonly Environment[]) {
  const { headers, ...rest } = eventSchema.parse(event);
  const free = [...environments];
  const waiting: ((environment: Environment) => void)[] = [];
  return async ({ body, signature }: SignedWebhook): Promise<unknown> => {
    const environment =
      free.pop() ?? (await new Promise<Environment>((resolve) => waiting.push(resolve)));
    try {
      return await environment.invoke({
        ...rest,
        headers: { ...headers, 'x-hub-signature-256': signature },
        ...{ body: body.toString('base64'), isBase64Encoded: true },
      });
    } finally {
      const next = waiting.shift();
      if (next) next(environment);
      else free.push(environment);
    }
  };
}

/** Cold starts are another measurement: a burst must not meet a process that has done nothing yet. */
async function warmUp(send: (webhook: SignedWebhook) => Promise<unknown>): Promise<void> {
  for (let count = 0; count < warmUpWebhooks; count++) await send(webhookAt(count));
}

function webhookAt(index: number): SignedWebhook {
  return index % 4 === 3 ? textWebhook() : statusWebhook();
}

/** @returns for each webhook how long after it was due it was answered, in ms, and the answer */
async function openLoop(
  rate: number,
  duration: number,
  send: (webhook: SignedWebhook) => Promise<unknown>,
): Promise<{ times: number[]; answers: unknown[] }> {
  const webhooks = Array.from({ length: rate * duration }, (_, index) => webhookAt(index));
  const startedAt = performance.now();
  const all = webhooks.map(async (webhook, index) => {
    const dueAt = startedAt + (index * 1000) / rate;
    await delay(Math.max(0, dueAt - performance.now()));
    const answer = await send(webhook).catch((error: unknown) => error);
    return { time: performance.now() - dueAt, answer };
  });
  const done = await Promise.all(all);
  return { times: done.map(({ time }) => time), answers: done.map(({ answer }) => answer) };
}

/** On Linux what is started has the first core to itself, and everything else the others. */
async function onOneCore<T>(start: () => Promise<T>): Promise<T> {
  pinTo('0');
  const started = await start();
  pinTo('1-1023');
  return started;
}

const taskset = '/usr/bin/taskset';

/** Runs this process, and what it starts from now on, on these cores. */
function pinTo(cores: string): void {
  if (existsSync(taskset)) execFileSync(taskset, ['-apc', cores, String(process.pid)]);
}
