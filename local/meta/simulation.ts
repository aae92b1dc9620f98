import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import type { JsonObject } from '../../shared/json.ts';
import type { LocalResponse } from '../routes.ts';
import { customerOf, newMessageId, phoneInMessageId, type Sender } from './customer.ts';
import { leastDocumentBytes } from './graph/media/stored-file.ts';
import * as meta from './messages.ts';
import { nextVoiceNote, voiceLanguage } from './voice-notes.ts';
import { maxBodyBytes, maxUpdatesPerBody, type WebhookSender, webhookBody } from './webhook.ts';

/** What simulations are made with. */
export interface Simulator {
  business: meta.Business;
  graphUrl: string;
  sender: WebhookSender;
  /** Ends a wait before sending. */
  signal: AbortSignal;
}

/** Webhook bodies in the order in which they go out, and what they tell of. */
interface Simulation {
  bodies: string[];
  messageIds?: string[];
  /** Messages, statuses or other changes in all bodies together: one each where it is not said. */
  updates?: number;
}

type Kind = (body: unknown, simulator: Simulator) => Promise<LocalResponse>;

const delivery = {
  type: z.string(),
  duplicate: z.int().min(0).max(100).default(0),
  delayMs: z.int().min(0).max(240_000).default(0),
};
const phone = z.string().regex(/^\d{5,20}$/, 'must be digits with the country code');
const userId = z.string().regex(/^[A-Z]{2}\.[A-Za-z0-9.]{1,140}$/, 'must be like SA.1234');
const update = {
  ...delivery,
  from: phone.optional(),
  fromUserId: userId.optional(),
  name: z.string().optional(),
  username: z.string().optional(),
};
const object = z.looseObject({});
const message = {
  ...update,
  count: z.int().min(1).max(100_000).default(1),
  context: z.looseObject({ id: z.string().optional() }).optional(),
  referral: object.optional(),
  group_id: z.string().optional(),
  errors: z.array(object).optional(),
};

/** What `<type>` has to hold; of any other type, a future one perhaps, it is an object. */
const contents = new Map<string, z.ZodType>([
  ['text', z.looseObject({ body: z.string() })],
  ['voice', voiceLanguage],
  ['location', z.looseObject({ latitude: z.number(), longitude: z.number() })],
  ['contacts', z.array(object).min(1)],
  ['reaction', z.looseObject({ message_id: z.string(), emoji: z.string().optional() })],
]);
/** In bytes. Source: Meta, "Media": what customers can send at most. */
const documentSize = z
  .int()
  .min(leastDocumentBytes)
  .max(100 * 1024 * 1024)
  .optional();
const needsNoContent = /^(image|video|document|sticker|audio|unsupported|request_welcome)$/;
const messagesPerChange = 10;

/** Messages of one type: `count` of them, in as few bodies as Meta's bounds allow. */
function messages(type: string): Kind {
  const content = contents.get(type) ?? (needsNoContent.test(type) ? object.optional() : object);
  const size = type === 'document' && { size: documentSize };
  const schema = z.strictObject({ [type]: content, ...message, ...size });
  return kind(schema, (request, { business, graphUrl }) => {
    const { from, fromUserId, name, username, count, duplicate, delayMs, ...given } = request;
    const customer = customerOf({ from, fromUserId, name, username });
    const all = Array.from({ length: count }, () =>
      meta.inboundMessage(customer, contentOf(given, business, graphUrl)),
    );
    const change = (some: JsonObject[]) => meta.messagesChange(business, customer, some);
    const body = (some: JsonObject[]) =>
      webhookBody(business.wabaId, chunks(some, messagesPerChange).map(change));
    const fitting = Math.floor(maxBodyBytes / body(all.slice(0, 1)).length);
    const bodies = chunks(all, Math.max(1, Math.min(fitting, maxUpdatesPerBody))).map(body);
    return { bodies, messageIds: all.map(({ id }) => id), updates: count };
  });
}

/** The part of a message that the request decides: everything but sender, id and time. */
function contentOf(
  given: JsonObject & { type: string; context?: JsonObject | undefined },
  business: meta.Business,
  graphUrl: string,
): JsonObject {
  const context = given.context?.['id']
    ? { from: business.displayPhoneNumber, ...given.context }
    : given.context;
  const { voice, size, ...content }: JsonObject = { ...given, context };
  switch (given.type) {
    case 'voice': {
      const sample = nextVoiceNote(voiceLanguage.parse(voice));
      return { ...content, type: 'audio', audio: meta.mediaObject(sample, business, graphUrl) };
    }
    case 'unsupported':
      return { errors: [{ code: 131051, title: 'Message type unknown' }], ...content };
    default: {
      const media = meta.mediaObject(given.type, business, graphUrl, documentSize.parse(size));
      return media
        ? { ...content, [given.type]: Object.assign(media, content[given.type]) }
        : content;
    }
  }
}

const someStatus = z.looseObject({ id: z.string().min(1), status: z.string() });

/** One status of one message. */
const status = kind(
  z.strictObject({ ...update, status: someStatus }),
  ({ status, ...to }, { business }) => statuses(business, to, status.id, [status]),
);

/** Several statuses of one message, a webhook each. */
const ladder = kind(
  z.strictObject({
    ...update,
    messageId: z.string().min(1).optional(),
    statuses: z.array(z.string()).min(1).default(['sent', 'delivered', 'read']),
  }),
  ({ messageId, statuses: steps, ...to }, { business }) => {
    const id = messageId ?? newMessageId(customerOf(to));
    const rungs = steps.map((status) => ({ id, status }));
    return statuses(business, to, id, rungs);
  },
);

function statuses(
  business: meta.Business,
  to: Sender,
  messageId: string,
  steps: z.output<typeof someStatus>[],
): Simulation {
  const named = to.from !== undefined || to.fromUserId !== undefined;
  const customer = customerOf(named ? to : { ...to, from: phoneInMessageId(messageId) });
  const changes = steps.map((step) => meta.statusChange(business, customer, step));
  const bodies = changes.map((change) => webhookBody(business.wabaId, [change]));
  return { bodies, messageIds: [messageId] };
}

/** What the business typed in its phone app. */
const echo = kind(
  z.strictObject({ ...update, echo: z.looseObject({ id: z.string().optional() }) }),
  ({ echo, ...to }, { business }) => {
    const customer = customerOf(to);
    const { id = newMessageId(customer) } = echo;
    const change = meta.echoChange(business, customer, { ...echo, id });
    return { bodies: [webhookBody(business.wabaId, [change])], messageIds: [id] };
  },
);

/** Any field of a webhook. Meta dates the entry of one that is not about one phone number. */
const change = kind(
  z.strictObject({ ...delivery, field: z.string(), value: object, entryId: z.string().optional() }),
  ({ field, value, entryId }, { business }) => {
    const time = 'metadata' in value ? undefined : meta.nowSeconds();
    return { bodies: [webhookBody(entryId ?? business.wabaId, [{ field, value }], time)] };
  },
);

/** A body that is signed as it is. */
const webhook = kind(z.strictObject({ ...delivery, body: z.string() }), ({ body }) => ({
  bodies: [body],
}));

const kinds = new Map(Object.entries({ status, ladder, echo, change, webhook }));

/**
 * Answers POST `/_local/simulate`: 200 `{messageIds, updates, deliveries: [{at, status, durationMs,
 * error?, bytes}]}` after the first attempt of every delivery, `status` null where nothing answered;
 * 400 `{problems}` for a bad body.
 */
export async function simulate(body: unknown, simulator: Simulator): Promise<LocalResponse> {
  const { data, error } = z.looseObject({ type: z.string().min(1) }).safeParse(body);
  if (error) return { status: 400, body: { problems: problemsOf(error) } };
  return (kinds.get(data.type) ?? messages(data.type))(body, simulator);
}

function kind<Request extends { duplicate: number; delayMs: number }>(
  schema: z.ZodType<Request>,
  compose: (request: Request, simulator: Simulator) => Simulation,
): Kind {
  return async (body, simulator) => {
    const { data, error } = schema.safeParse(body);
    if (error) return { status: 400, body: { problems: problemsOf(error) } };
    await delay(data.delayMs, undefined, { signal: simulator.signal });
    const { bodies, messageIds = [], updates = bodies.length } = compose(data, simulator);
    const deliveries = [];
    for (const once of bodies) {
      for (let copy = 0; copy <= data.duplicate; copy++) {
        const { bytes, attempts } = await simulator.sender.deliver(once);
        deliveries.push({ ...attempts[0], bytes });
      }
    }
    return { status: 200, body: { messageIds, updates, deliveries } };
  };
}

/** Every problem of a refused body, each as `path: what is wrong`. */
export function problemsOf(error: z.ZodError): string[] {
  return error.issues.flatMap(({ path, message, ...issue }) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => `${[...path, key].join('.')}: unknown key`)
      : [[path.join('.'), message].filter(Boolean).join(': ')],
  );
}

function chunks<Item>(all: Item[], size: number): Item[][] {
  const count = Math.ceil(all.length / size);
  return Array.from({ length: count }, (_, index) => all.slice(index * size, (index + 1) * size));
}
