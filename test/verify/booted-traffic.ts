import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import { customerOf } from '../../local/meta/customer.ts';
import { receiveMedia } from '../../local/meta/graph/media/received.ts';
import { sampleFiles } from '../../local/meta/graph/media/samples.ts';
import { fileOf } from '../../local/meta/graph/media/stored-file.ts';
import { inboundMessage, messagesChange } from '../../local/meta/messages.ts';
import { demo } from '../../local/meta/organisations.ts';
import { signature, webhookBody } from '../../local/meta/webhook.ts';
import { type InboxEvent, inboxEventSchema } from '../../shared/events/inbox-event.schema.ts';
import { readCallbackData } from '../../shared/sends/send-id.ts';
import { bootDemo } from '../e2e/demo-stack.ts';

const eventsSchema = z.array(z.object({ n: z.number(), event: inboxEventSchema }));
const countsSchema = z.array(
  z.object({
    function: z.string(),
    service: z.string(),
    action: z.string(),
    count: z.number(),
  }),
);
const waitingSchema = z.array(z.object({ count: z.number() }));
const depthSchema = z.object({ Attributes: z.record(z.string(), z.coerce.number()) });

/** An action of AWS, and the function that calls it. */
export type AwsSite = Pick<
  z.output<typeof countsSchema>[number],
  'function' | 'service' | 'action'
>;

/** The booted stack with traffic of which every piece is accounted for. */
export type BootedTraffic = Awaited<ReturnType<typeof bootTraffic>>;

const { business, organizationId } = demo;

/** Who writes and is written to, in turn. */
const people = 10;

/** Each so many rounds a voice note comes, which is fetched and written down. */
const roundsToVoice = 5;

/** How often somebody repeats what was not taken, each after this time, in ms. */
const tries = 60;
const againMs = 500;

/** Boots the stack, and counts what goes into it and what comes out. @param signal ends its waiting */
export async function bootTraffic(signal: AbortSignal) {
  const booted = await bootDemo();
  const { stack, graph, info } = booted;
  await booted.local('/_local/graph/settings', { windows: 'open', pairLimit: false });
  /** The ids of messages that were received, and of those that are voice notes. */
  const received = new Set<string>();
  const voices = new Set<string>();
  /** The sends that were answered as accepted, and those that Meta is to get later. */
  const accepted = new Set<string>();
  const queued = new Set<string>();
  const events = new Map<string, InboxEvent>();
  const queues = stack.resources.filter(({ ResourceType }) => ResourceType === 'AWS::SQS::Queue');
  const consumed = queues.filter(({ LogicalResourceId }) => !LogicalResourceId.startsWith('Inbox'));
  let rounds = 0;
  let read = 0;

  /** Posts a webhook as Meta does: until it is taken. */
  async function post(
    index: number,
    content: Parameters<typeof inboundMessage>[1],
  ): Promise<string> {
    const customer = customerOf({ from: phoneOf(index) });
    const message = inboundMessage(customer, content);
    const body = webhookBody(business.wabaId, [messagesChange(business, customer, [message])]);
    const headers = { 'x-hub-signature-256': signature(body, info.appSecret) };
    await until(async () => {
      const { status } = await fetch(info.webhookUrl, { method: 'POST', headers, body });
      return status === 200;
    });
    received.add(message.id);
    return message.id;
  }

  /** Sends a text as the contract tells a caller to: again under the same key where it was not answered. */
  async function send(index: number, options: object): Promise<void> {
    const key = randomUUID();
    const message = { type: 'text', to: `+${phoneOf(index)}`, text: { body: 'your order' } };
    const request = { organizationId, phoneNumberId: business.phoneNumberId, message, ...options };
    await until(async () => {
      const { status, body } = await booted.send('/whatsapp-send-message', request, key);
      if (status < 300) {
        (status === 200 ? accepted : queued).add(String(body['sendId']));
      }
      return status < 500 && status !== 409;
    });
  }

  async function readEvents(waitSeconds: number): Promise<void> {
    const answer = await fetch(`${stack.url}/_local/events?after=${read}&wait=${waitSeconds}`);
    const batch = eventsSchema.parse(await answer.json());
    read = batch.at(-1)?.n ?? read;
    for (const { event } of batch) events.set(event.eventId, event);
  }

  /** A line for everything that is not as it must be when all is over. */
  async function violations(): Promise<string[]> {
    const found: string[] = [];
    const all = [...events.values()];
    const expectOnce = (what: string, ids: Iterable<string>, told: Iterable<string>) => {
      const times = new Map<string, number>();
      for (const id of told) times.set(id, (times.get(id) ?? 0) + 1);
      const lost = [...ids].filter((id) => !times.has(id)).length;
      const doubled = [...times.values()].filter((count) => count > 1).length;
      if (lost > 0) found.push(`${what}: ${lost} lost`);
      if (doubled > 0) found.push(`${what}: ${doubled} doubled`);
    };
    expectOnce(
      'messages',
      received,
      all.flatMap((event) => (event.type === 'message.received' ? event.message.id : [])),
    );
    const ofMessage = (type: 'media.stored' | 'transcript.ready') =>
      all.flatMap((event) => (event.type === type ? event.messageId : []));
    expectOnce('files', voices, ofMessage('media.stored'));
    expectOnce('transcripts', voices, ofMessage('transcript.ready'));
    const reachedMeta = graph
      .accepted()
      .map(({ callbackData = '' }) => readCallbackData(callbackData)?.sendId ?? '');
    expectOnce('sends', accepted, reachedMeta);
    const ended = all.flatMap((event) => (event.type === 'send.updated' ? event.sendId : []));
    expectOnce('queued sends', queued, new Set([...reachedMeta, ...ended]));
    const strangers = all.filter((event) => event.organizationId !== organizationId).length;
    if (strangers > 0) found.push(`events of somebody else: ${strangers}`);
    for (const { LogicalResourceId: name, PhysicalResourceId: url } of consumed) {
      const messages = await depthOf(url ?? '');
      if (messages > 0) found.push(`${name} still has ${messages} messages`);
    }
    return found;
  }

  async function depthOf(QueueUrl: string): Promise<number> {
    const AttributeNames = [
      ...['', 'NotVisible', 'Delayed'].map((kind) => `ApproximateNumberOfMessages${kind}`),
    ];
    const answer = await stack.awsCall('sqs', 'GetQueueAttributes', { QueueUrl, AttributeNames });
    return Object.values(depthSchema.parse(answer).Attributes).reduce((sum, each) => sum + each, 0);
  }

  return {
    /** What was counted, for the table. */
    counted: () =>
      `${received.size} messages in, ${events.size} events out, ${accepted.size + queued.size} sends`,

    /** Lets a round of everything happen; resolves when all of it was taken. */
    async round(): Promise<void> {
      signal.throwIfAborted();
      const index = rounds++;
      const text = { type: 'text', text: { body: `مرحبا ${index}` } };
      const voice = async () =>
        voices.add(await post(index, { type: 'audio', audio: sound(index) }));
      await Promise.all([
        post(index, text),
        post(index + 1, text),
        send(index, {}),
        send(index + 1, { delivery: 'queued' }),
        ...(index % roundsToVoice === 0 ? [voice()] : []),
        readEvents(0),
      ]);
    },

    /** Waits until everything is as it must be, `seconds` at most. @returns what then is not */
    async settled(seconds: number): Promise<string[]> {
      for (const deadline = Date.now() + seconds * 1000; ; ) {
        signal.throwIfAborted();
        await readEvents(1);
        const found = await violations();
        if (found.length === 0 || Date.now() > deadline) return found;
      }
    },

    /** How often functions have called each action of AWS. */
    async awsCalls() {
      const answer = await fetch(new URL('/_local/requests', stack.url));
      const calls = countsSchema.parse(await answer.json());
      return calls.filter((call) => call.function !== 'operator');
    },

    /** Makes the next call fail, or the next `count`. */
    fail: (fault: AwsSite & { error: string; count?: number }) =>
      booted.local('/_local/faults', fault),

    /** Ends the faults that still wait for a call. @returns them */
    heal: async () => waitingSchema.parse(await booted.local('/_local/faults', { clear: true })),

    /** Makes the next call to Meta's message address fail. */
    failMeta: (kind: string) =>
      booted.local('/_local/graph/faults', { kind, path: '/messages', count: 1 }),

    stop: () => booted.stop(),
  };
}

function phoneOf(index: number): string {
  return `9665000001${String(index % people).padStart(2, '0')}`;
}

/** A voice note that no other one equals: Transcribe is asked once for each sound. */
function sound(index: number) {
  const { content, mimeType = '' } = sampleFiles.get('voice-ar') ?? {};
  if (!Buffer.isBuffer(content)) throw new Error('There is no sample of a voice');
  const bytes = Buffer.from(content);
  bytes.writeUInt32BE(index, bytes.indexOf('OpusTags') + 12);
  const file = fileOf(bytes, mimeType);
  const id = receiveMedia(business.phoneNumberId, file, Date.now());
  return { id, sha256: file.sha256.toString('base64'), mime_type: mimeType, voice: true };
}

async function until(isDone: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < tries; attempt++) {
    if (await isDone().catch(() => false)) return;
    await delay(againMs);
  }
  throw new Error(`Not taken in ${tries} tries`);
}
