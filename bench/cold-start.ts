import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import type { Invocation } from '../local/functions.ts';
import { cpuQuotaOf } from './cpu-quota.ts';
import { bootDemo } from './demo-stack.ts';
import { type ColdStart, coldStart } from './lambda-process.ts';
import { atMost, type Findings, type Measurement, type Row } from './measurement.ts';
import { percentile, rounded } from './statistics.ts';
import { startTlsFront, type TlsFront } from './tls-front.ts';

const rounds = 11;
const throttledMb = [512, 256];

/** Node loads these for nothing that a function does: each costs milliseconds, the first three tens. */
const deadWeight = [
  ...['internal/deps/undici/undici', 'http2', 'child_process'],
  ...['fs/promises', 'internal/webstreams/readablestream'],
];

/** Beside Node itself, what everything else is compared to. */
const emptyFunction = path.join(import.meta.dirname, 'empty-function');

/** A send's key must be a new one each time: else it is answered from the record of the first. */
const keyedSchema = z.looseObject({ headers: z.looseObject({ 'idempotency-key': z.string() }) });

function again(invocation: Invocation): Invocation {
  const keyed = keyedSchema.safeParse(invocation.event);
  if (!keyed.success) return invocation;
  const { headers, ...event } = keyed.data;
  return {
    ...invocation,
    event: { ...event, headers: { ...headers, 'idempotency-key': crypto.randomUUID() } },
  };
}

type Demo = Awaited<ReturnType<typeof bootDemo>>;

/** Has every function invoked once: its first event is what its cold starts are measured with. */
async function callEverything(demo: Demo, missing: () => string[]): Promise<void> {
  const { organizationId = '', phoneNumberId = '', wabaId = '' } = demo.info ?? {};
  const own = { organizationId, phoneNumberId };
  const to = '+966500000001';
  const text = { ...own, message: { type: 'text', to, text: { body: 'hello' } } };
  const simulated = z
    .object({ messageIds: z.array(z.string()).min(1) })
    .parse(
      JSON.parse(
        (await demo.post('/_local/simulate', { type: 'text', text: { body: 'hi' } })).body,
      ),
    );
  const [messageId = ''] = simulated.messageIds;
  await demo.post('/_local/simulate', { type: 'voice', voice: 'ar' });
  const parameters = ['Sara', 'A-1042'].map((one) => ({ type: 'text', text: one }));
  const template = {
    ...{ name: 'order_ready', language: { code: 'en' } },
    components: [{ type: 'body', parameters }],
  };
  const reaction = { type: 'reaction', to, reaction: { message_id: messageId, emoji: '👍' } };
  const requests: [method: string, path: string, body?: object][] = [
    ['POST', '/whatsapp-send-message', text],
    ['POST', '/whatsapp-send-message', { ...text, delivery: 'queued' }],
    ['POST', '/whatsapp-send-template', { ...own, message: { type: 'template', to, template } }],
    ['POST', '/whatsapp-send-reaction', { ...own, message: reaction }],
    ['POST', '/whatsapp-reply-status', { ...own, messageId }],
    ['GET', `/whatsapp-get-templates?organizationId=${organizationId}&wabaId=${wabaId}`],
    ['GET', `/whatsapp-templates?organizationId=${organizationId}&wabaId=${wabaId}`],
    ['GET', `/graph/v25.0/${phoneNumberId}`],
    ['POST', '/whatsapp-media', { organizationId, mimeType: 'image/jpeg', sizeBytes: 1200 }],
    ['GET', `/whatsapp-settings?organizationId=${organizationId}`],
    ['GET', `/save-whatsapp-credentials?organizationId=${organizationId}`],
    ['POST', '/wa-es-start', { organizationId, userId: 'bench' }],
    ['POST', '/whatsapp-republish', { organizationId, from: '2026-01-01T00:00:00.000Z' }],
    ['POST', '/whatsapp-erasure', { organizationId, contact: { phone: '+966599999999' } }],
  ];
  for (const [method, target, body] of requests) {
    await demo.ask(method, target, body, { 'idempotency-key': crypto.randomUUID() });
  }
  // Schedules come every minute or five, as on AWS.
  for (const until = Date.now() + 330_000; missing().length > 0 && Date.now() < until; ) {
    await delay(500);
  }
}

function bundleKib(directory: string): number {
  const sizes = readdirSync(directory).map((file) => statSync(path.join(directory, file)).size);
  return sizes.reduce((sum, size) => sum + size, 0) / 1024;
}

/** An address a service, as on AWS: functions open connections to each. */
async function endpointsOf(demo: Demo, front: TlsFront): Promise<Record<string, string>> {
  const services = ['DYNAMODB', 'FIREHOSE', 'KMS', 'S3', 'SECRETS_MANAGER', 'SQS', 'TRANSCRIBE'];
  const endpoints: Record<string, string> = {};
  for (const service of services) {
    endpoints[`AWS_ENDPOINT_URL_${service}`] = await front.before(demo.stack.awsEndpoint);
  }
  return endpoints;
}

/** Each function's first invocation in a new process, beside an empty function's. */
export const coldStarts: Measurement = {
  title: `cold starts, medians of ${rounds} rounds of every function in turn, AWS and Graph behind TLS; CPU until the first answer as a multiple of an empty function's just before`,
  minutes: 14,
  async run() {
    const seen = new Map<string, Invocation>();
    const demo = await bootDemo({
      onInvocation: (invocation) => {
        const { shortName } = invocation.spec;
        if (!seen.has(shortName)) seen.set(shortName, invocation);
      },
    });
    const front = startTlsFront();
    const quotas = throttledMb.map((mb) => ({ mb, quota: cpuQuotaOf(mb) }));
    try {
      await callEverything(demo, () => demo.stack.functionNames.filter((name) => !seen.has(name)));
      const secure = {
        ...(await endpointsOf(demo, front)),
        GRAPH_URL: await front.before(demo.graph.url),
        NODE_EXTRA_CA_CERTS: front.certificateFile,
      };
      const invocations = [...seen.values()].map((invocation) => ({
        ...invocation,
        variables: { ...invocation.variables, ...secure },
      }));
      const [any] = invocations;
      if (!any) throw new Error('No function was invoked');
      const empty: Invocation = {
        ...any,
        spec: { ...any.spec, shortName: '(empty)', taskRoot: emptyFunction },
      };
      return await measured([empty, ...invocations], quotas);
    } finally {
      for (const { quota } of quotas) quota?.remove();
      await front.stop();
      await demo.stop();
    }
  },
};

async function measured(
  invocations: readonly Invocation[],
  quotas: readonly { mb: number; quota: ReturnType<typeof cpuQuotaOf> }[],
): Promise<Findings> {
  const [empty] = invocations;
  if (!empty) return { rows: [], goals: [] };
  const starts = new Map<string, ColdStart[]>();
  const ratios = new Map<string, number[]>();
  const throttled = new Map<string, number[]>();
  for (let round = 0; round < rounds; round++) {
    for (const invocation of invocations) {
      const { shortName } = invocation.spec;
      const floor = await coldStart(empty);
      const start = await coldStart(again(invocation));
      starts.set(shortName, [...(starts.get(shortName) ?? []), start]);
      ratios.set(shortName, [...(ratios.get(shortName) ?? []), start.cpuMs / floor.cpuMs]);
      for (const { mb, quota } of quotas) {
        if (!quota) continue;
        const { firstMs } = await coldStart(again(invocation), { quota });
        const name = `${shortName}/${mb}`;
        throttled.set(name, [...(throttled.get(name) ?? []), firstMs]);
      }
    }
  }
  const rows: Row[] = [];
  const ratioOf = (name: string) => rounded(percentile(ratios.get(name) ?? [], 50), 2);
  for (const invocation of invocations) {
    const { shortName, taskRoot } = invocation.spec;
    const own = starts.get(shortName) ?? [];
    const { modules } = await coldStart(again(invocation), { modules: true });
    const times = ratios.get(shortName) ?? [];
    const dead = deadWeight.filter((name) => modules.includes(`NativeModule ${name}`));
    rows.push({
      function: shortName,
      KiB: rounded(bundleKib(taskRoot), 0),
      'init ms': rounded(
        percentile(
          own.map(({ initMs }) => initMs),
          50,
        ),
      ),
      'first ms': rounded(
        percentile(
          own.map(({ firstMs }) => firstMs),
          50,
        ),
      ),
      'CPU ms': rounded(
        percentile(
          own.map(({ cpuMs }) => cpuMs),
          50,
        ),
      ),
      'CPU x empty': ratioOf(shortName),
      'q1-q3': `${rounded(percentile(times, 25), 2)}-${rounded(percentile(times, 75), 2)}`,
      ...Object.fromEntries(
        quotas.map(({ mb, quota }) => [
          `first ms at ${mb} MB`,
          quota ? rounded(percentile(throttled.get(`${shortName}/${mb}`) ?? [], 50)) : 'no cgroup',
        ]),
      ),
      modules: modules.length,
      'dead weight': dead.join(' ') || '-',
    });
  }
  const others = invocations
    .map(({ spec }) => spec.shortName)
    .filter((name) => name !== empty.spec.shortName && name !== 'Webhook')
    .sort((one, other) => ratioOf(other) - ratioOf(one));
  const [slowest = ''] = others;
  const firstMs = rounded(percentile(throttled.get('Webhook/512') ?? [Number.NaN], 50));
  return {
    rows,
    goals: [
      atMost('whatsapp-webhook: cold CPU / an empty function', 2.5, ratioOf('Webhook'), 'x'),
      atMost('whatsapp-webhook: first request at the CPU of 512 MB', 25, firstMs, ' ms'),
      atMost(`${slowest}, the slowest of the others: cold CPU`, 3.2, ratioOf(slowest), 'x'),
    ],
  };
}
