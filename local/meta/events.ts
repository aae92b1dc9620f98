import * as z from 'zod';
import { isJsonObject, type JsonObject } from '../../shared/json.ts';

const page = z.array(z.object({ n: z.number(), event: z.looseObject({ type: z.string() }) }));

/** An inbox event; what a line about it shows is looked for where the contract has it. */
export type InboxEvent = JsonObject & { type: string };

async function eventsAfter(origin: string, after: number, waitSeconds: number) {
  const response = await fetch(`${origin}/_local/events?after=${after}&wait=${waitSeconds}`);
  // With an events endpoint nobody else takes events from the queue.
  return response.status === 404 ? [] : page.parse(await response.json());
}

/** The number of the newest inbox event so far; 0 where there is none. */
export async function newestEvent(origin: string): Promise<number> {
  return (await eventsAfter(origin, 0, 0)).at(-1)?.n ?? 0;
}

/** Which events to wait for. */
export interface Expected {
  /** The number of the newest event before them. */
  after: number;
  /** Message ids: only events about one of them count. Where there are none, all do. */
  ids: ReadonlySet<string>;
  count: number;
  /** How long after the last one that counted to give up, with what has come. */
  idleSeconds: number;
}

/** Waits for inbox events at a running stack; a repeat of one counts once. */
export async function awaitEvents(origin: string, expected: Expected): Promise<InboxEvent[]> {
  const { ids, count, idleSeconds } = expected;
  const found = new Map<unknown, InboxEvent>();
  let { after } = expected;
  let deadline = Date.now() + idleSeconds * 1000;
  while (found.size < count && Date.now() < deadline) {
    for (const { n, event } of await eventsAfter(origin, after, 1)) {
      after = n;
      if (ids.size > 0 && !isAbout(event, ids)) continue;
      found.set(event['eventId'] ?? n, event);
      deadline = Date.now() + idleSeconds * 1000;
    }
  }
  return [...found.values()];
}

function isAbout(event: InboxEvent, ids: ReadonlySet<string>): boolean {
  // What the stack does not recognise, it publishes without an id.
  if (event.type === 'webhook.unrecognised') return true;
  return /^(message|media|transcript)\./.test(event.type) && names(event, ids);
}

function names(value: unknown, ids: ReadonlySet<string>): boolean {
  if (typeof value === 'string') return ids.has(value);
  const inside = typeof value === 'object' && value !== null ? Object.values(value) : [];
  return inside.some((inner) => names(inner, ids));
}

/** One readable line: type, customer, what it says, conversation. */
export function eventLine(event: InboxEvent): string {
  const field = (parent: unknown, name: string) =>
    isJsonObject(parent) ? parent[name] : undefined;
  const { contact, message, error, conversationId } = event;
  const content = field(message, String(field(message, 'type')));
  const words = ['body', 'caption', 'text'].map((name) => field(content, name));
  return [
    event.type,
    field(contact, 'phone') ?? field(contact, 'userId'),
    field(contact, 'name'),
    field(message, 'type'),
    ...words.filter((said) => said !== undefined).map((said) => JSON.stringify(said)),
    event['kind'],
    event['mimeType'],
    event['sizeBytes'] && `${event['sizeBytes']} bytes`,
    event['text'] && JSON.stringify(event['text']),
    event['language'],
    event['confidence'] && `confidence ${event['confidence']}`,
    event['emoji'] === null ? 'removed' : event['emoji'],
    event['changed'],
    event['field'],
    event['reason'],
    field(error, 'code'),
    conversationId && `conversation ${conversationId}`,
  ]
    .filter((part) => part !== undefined)
    .join('  ');
}
