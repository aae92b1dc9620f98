import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import { customerOf } from '../local/meta/customer.ts';
import { receiveMedia } from '../local/meta/graph/media/received.ts';
import { sampleFiles } from '../local/meta/graph/media/samples.ts';
import { fileOf } from '../local/meta/graph/media/stored-file.ts';
import type { FakeGraph } from '../local/meta/graph.ts';
import {
  type Business,
  inboundMessage,
  messagesChange,
  statusChange,
} from '../local/meta/messages.ts';
import { webhookBody } from '../local/meta/webhook.ts';
import type { LocalStack } from '../local/stack.ts';

/** A text as people write it: some 60 letters. */
const text = 'مرحبا، أريد أن أعرف متى يصل طلبي رقم 1042 إلى مدينة الرياض؟';
const people = 20;
const giveUpMs = 20_000;

const eventsSchema = z.array(z.object({ n: z.number() }));
const answerSchema = z.object({ deliveries: z.array(z.object({ status: z.literal(200) })) });

/** Traffic of one kind, in bursts that come together. */
export interface Traffic {
  /** How many messages or statuses are measured. */
  units: number;
  /** How many come together. */
  burst: number;
  /** Sends a burst, and waits until all that follows from it is published. */
  send(indexes: readonly number[]): Promise<void>;
}

interface World {
  stack: LocalStack;
  graph: FakeGraph;
  business: Business;
  organizationId: string;
}

/** Every kind of traffic, in the order in which it must come: statuses are of the messages sent. */
export function trafficOf({ stack, graph, business, organizationId }: World) {
  let published = 0;

  async function post(path: string, body: object, headers = {}): Promise<unknown> {
    const answer = await fetch(stack.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    if (answer.status !== 200) throw new Error(`${path} was answered ${answer.status}`);
    return answer.json();
  }

  async function readEvents(waitSeconds: number): Promise<void> {
    const answer = await fetch(`${stack.url}/_local/events?after=${published}&wait=${waitSeconds}`);
    published = eventsSchema.parse(await answer.json()).at(-1)?.n ?? published;
  }

  /** A webhook for each body, one after the other; resolves when so many events have come of them. */
  async function deliver(bodies: readonly string[], events: number): Promise<void> {
    await readEvents(0);
    const goal = published + events;
    for (const body of bodies) {
      answerSchema.parse(await post('/_local/simulate', { type: 'webhook', body }));
    }
    const deadline = Date.now() + giveUpMs;
    while (published < goal) {
      if (Date.now() > deadline) throw new Error(`Only ${published} of ${goal} events came`);
      await readEvents(1);
    }
  }

  const customerAt = (index: number) =>
    customerOf({ from: `9665000001${String(index % people).padStart(2, '0')}` });
  const messageBody = (index: number, content: Parameters<typeof inboundMessage>[1]) => {
    const customer = customerAt(index);
    const change = messagesChange(business, customer, [inboundMessage(customer, content)]);
    return webhookBody(business.wabaId, [change]);
  };
  const texts = (indexes: readonly number[]) =>
    deliver(
      indexes.map((index) => messageBody(index, { type: 'text', text: { body: text } })),
      indexes.length,
    );

  /** No two are the same sound: Transcribe is asked once for each. */
  function voiceNote(index: number): string {
    const { content, mimeType } = sampleFiles.get('voice-ar') ?? {};
    if (!Buffer.isBuffer(content) || !mimeType) throw new Error('There is no sample of a voice');
    const sound = Buffer.from(content);
    sound.writeUInt32BE(index, sound.indexOf('OpusTags') + 12);
    const file = fileOf(sound, mimeType);
    const id = receiveMedia(business.phoneNumberId, file, Date.now());
    const sha256 = file.sha256.toString('base64');
    return messageBody(index, {
      type: 'audio',
      audio: { id, sha256, mime_type: mimeType, voice: true },
    });
  }

  const rungs = ['sent', 'delivered', 'read'] as const;
  function statusOf(index: number): string {
    const accepted = graph.accepted();
    const message = accepted[Math.floor(index / 10 / rungs.length) * 10 + (index % 10)];
    const status = rungs[Math.floor(index / 10) % rungs.length];
    if (!message || !status) throw new Error('There is no message of which a status could tell');
    const change = statusChange(business, customerOf({ from: message.to.replace('+', '') }), {
      id: message.id,
      status,
      biz_opaque_callback_data: message.callbackData,
    });
    return webhookBody(business.wabaId, [change]);
  }

  return {
    text: { units: 200, burst: 10, send: texts },
    textAlone: { units: 20, burst: 1, send: texts },
    outbound: {
      units: 100,
      burst: 10,
      async send(indexes) {
        const answers = indexes.map((index) => {
          const to = `+${customerAt(index).phone}`;
          const message = { type: 'text', to, text: { body: text } };
          return post(
            '/whatsapp-send-message',
            { organizationId, phoneNumberId: business.phoneNumberId, message },
            { 'idempotency-key': randomUUID() },
          );
        });
        await Promise.all(answers);
        await delay(500);
      },
    },
    status: {
      units: 300,
      burst: 10,
      send: (indexes) => deliver(indexes.map(statusOf), indexes.length),
    },
    voice: {
      units: 40,
      burst: 10,
      // It has come, its file is stored, its words are there.
      send: (indexes) => deliver(indexes.map(voiceNote), 3 * indexes.length),
    },
  } satisfies Record<string, Traffic>;
}
