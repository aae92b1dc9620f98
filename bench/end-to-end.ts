import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { SingleBar } from 'cli-progress';
import { consumeEvents } from '../client/src/consumer.ts';
import { readEvent } from '../client/src/event.ts';
import { sqsQueue } from '../client/src/sqs.ts';
import type { InboxEvent } from '../client/src/types.ts';
import { customerOf, newMessageId } from '../local/meta/customer.ts';
import { inboundMessage, messagesChange, statusChange } from '../local/meta/messages.ts';
import { demo, other } from '../local/meta/organisations.ts';
import { signature, webhookBody } from '../local/meta/webhook.ts';
import { bootDemo } from './demo-stack.ts';
import { atMost, type Measurement, type Row } from './measurement.ts';
import { childPids, memoryMbOf } from './processes.ts';
import { percentile, rounded } from './statistics.ts';

const goalSeconds = 300;
const inFlight = 16;
/** So many webhooks may be on their way to the inbox: what is measured is what all of the stack can do. */
const mostUnderWay = 400;
const people = 200;
const leastPerSecond = 60;
const drainMs = 60_000;

const words = ['sent', 'delivered', 'read'] as const;
const credentials = { accessKeyId: 'backend', secretAccessKey: 'backend' };

/** Webhooks for two organisations through the booted stack, and the inbox's queue consumed beside. */
export const endToEnd: Measurement = {
  title: `signed webhooks for two organisations through the local stack, three statuses to a text, at most ${mostUnderWay} of them under way; every event received from the inbox's queue by the client, counted by what it tells`,
  minutes: 6,
  async run({ seconds = goalSeconds }) {
    const stack = await bootDemo();
    const ended = new AbortController();
    const { awsEndpoint: endpoint, region, outputs } = stack.stack;
    const { appSecret = '', webhookUrl = '' } = stack.info ?? {};
    const { InboxEventsQueueUrl: queueUrl = '' } = outputs;
    /** Whose each webhook is, by what its event says of its message. */
    const owners = new Map<string, string>();
    const received = new Map<string, number>();
    const bar = new SingleBar({ format: '{bar} {value}/{total} s', noTTYOutput: false });
    const underWay = () => owners.size - received.size;
    let crossed = 0;

    function count(event: InboxEvent): void {
      const place = placeOf(event);
      if (owners.get(place) !== event.organizationId) crossed++;
      else received.set(place, (received.get(place) ?? 0) + 1);
    }

    try {
      const queue = sqsQueue({ queueUrl, endpoint, region, credentials });
      const consumed = consumeEvents({
        ...queue,
        async receive(signal) {
          const messages = await queue.receive(signal);
          // What comes a second time was not deleted in time, and is no second event.
          const fresh = messages.filter(({ receiveCount = 1 }) => receiveCount === 1);
          for (const { body } of fresh) count(readEvent(body));
          return messages;
        },
        handler: () => undefined,
        signal: ended.signal,
      });
      bar.start(seconds, 0);
      const { times, refused, tookMs } = await postFor(seconds * 1000, (index, passedMs) => {
        bar.update(Math.floor(passedMs / 1000));
        if (underWay() >= mostUnderWay) return undefined;
        const { body, organizationId, place } = webhookAt(index);
        owners.set(place, organizationId);
        return { url: webhookUrl, body, signature: signature(body, appSecret) };
      });
      bar.stop();
      const drainedMs = await untilNone(underWay);
      const memory = memoryMb(stack.stack.dynamoDbPid());
      ended.abort();
      await consumed;
      const perSecond = rounded(times.length / (tookMs / 1000));
      const lost = owners.size - received.size;
      const doubled = [...received.values()].reduce((sum, times) => sum + times - 1, 0);
      const row: Row = {
        ...{
          seconds,
          webhooks: times.length,
          'webhooks/s': perSecond,
          'not answered 200': refused,
        },
        ...{ 'ms p50': rounded(percentile(times, 50)), p99: rounded(percentile(times, 99)) },
        ...{ events: received.size, lost, doubled, 'unknown or crossed': crossed },
        ...{ 'drained in s': rounded(drainedMs / 1000), ...memory },
      };
      const goals = [
        {
          goal: `webhooks/s through the local stack for ${seconds} s >= ${leastPerSecond}`,
          ...{ reached: String(perSecond), met: perSecond >= leastPerSecond },
        },
        atMost('lost, doubled, unknown or crossed', 0, lost + doubled + crossed),
      ];
      return { rows: [row], goals };
    } finally {
      bar.stop();
      ended.abort();
      await stack.stop();
    }
  },
};

/** What a webhook's event is known by: its message, and of a status which. */
function placeOf(event: InboxEvent): string {
  switch (event.type) {
    case 'message.received':
      return event.message.id;
    case 'message.status':
      return `${event.messageId} ${event.changed}`;
    default:
      return event.eventId;
  }
}

let lastSent = '';

/** Three statuses of a message, then a text, of one of some people, for both organisations in turn. */
function webhookAt(index: number) {
  const { organizationId, business } = Math.floor(index / 4) % 2 === 0 ? demo : other;
  const person = Math.floor(index / 4) % people;
  const customer = customerOf({ from: String(966_500_000_001 + person) });
  const status = words[index % 4];
  if (!status) {
    const message = inboundMessage(customer, { type: 'text', text: { body: `text ${index}` } });
    const change = messagesChange(business, customer, [message]);
    const body = webhookBody(business.wabaId, [change]);
    return { body, organizationId, place: message.id };
  }
  if (status === 'sent') lastSent = newMessageId(customer);
  const id = lastSent;
  const body = webhookBody(business.wabaId, [statusChange(business, customer, { id, status })]);
  return { body, organizationId, place: `${id} ${status}` };
}

/** Memory of the stack with this measurement in it, of the table's engine, and of all functions. */
function memoryMb(engine: number | undefined): Row {
  const functions = childPids().filter((pid) => pid !== engine);
  const processes = { stack: [process.pid], table: [engine ?? []].flat(), functions };
  return Object.fromEntries(
    Object.entries(processes).map(([name, pids]) => [`MB ${name}`, Math.round(memoryMbOf(pids))]),
  );
}

/** @returns how long each webhook took, in ms, and how many were not answered 200 */
async function postFor(
  ms: number,
  next: (
    index: number,
    passedMs: number,
  ) => { url: string; body: string; signature: string } | undefined,
): Promise<{ times: number[]; refused: number; tookMs: number }> {
  const agent = new Agent({ keepAlive: true });
  const times: number[] = [];
  let index = 0;
  let refused = 0;
  const startedAt = performance.now();
  const passedMs = () => performance.now() - startedAt;
  async function send(): Promise<void> {
    while (passedMs() < ms) {
      const webhook = next(index, passedMs());
      if (!webhook) {
        await delay(5);
        continue;
      }
      index++;
      const postedAt = performance.now();
      if ((await post(agent, webhook)) !== 200) refused++;
      times.push(performance.now() - postedAt);
    }
  }
  await Promise.all(Array.from({ length: inFlight }, send));
  const tookMs = passedMs();
  agent.destroy();
  return { times, refused, tookMs };
}

function post(
  agent: Agent,
  { url, body, signature }: { url: string; body: string; signature: string },
): Promise<number> {
  const headers = { 'content-type': 'application/json', 'x-hub-signature-256': signature };
  return new Promise((resolve, reject) => {
    request(url, { agent, method: 'POST', headers }, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode ?? 0));
    })
      .once('error', reject)
      .end(body);
  });
}

/** Waits until nothing is under way. @returns how long that took, in ms */
async function untilNone(underWay: () => number): Promise<number> {
  const startedAt = performance.now();
  while (underWay() > 0 && performance.now() - startedAt < drainMs) await delay(50);
  const tookMs = performance.now() - startedAt;
  // Time for one that comes twice.
  await delay(1000);
  return tookMs;
}
