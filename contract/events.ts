import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { type InboxEvent, inboxEventSchema } from '../shared/events/inbox-event.schema.ts';
import { orderKeyOf } from '../shared/events/order-key.ts';
import { hash } from '../shared/hash.ts';
import { isJsonObject, type JsonObject } from '../shared/json.ts';
import { sharedSchemas } from './answers.schema.ts';
import { eventTypes } from './event-types.ts';
import { isSchema, type JsonSchema, jsonSchemasOf, type Publication } from './json-schema.ts';

const fixtures = path.resolve(import.meta.dirname, '../test/fixtures/inbound');

const fixtureSchema = z.object({ events: z.array(z.looseObject({ type: z.string() })) });

const receivedAfterMs = 612;

/** `message.received` is `MessageReceived` among the schemas. */
export function eventSchemaName(type: string): string {
  return type
    .split('.')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

/** Each event's schema by its name. */
export const eventSchemas: Readonly<Record<string, z.ZodType>> = Object.fromEntries(
  inboxEventSchema.options.map((option) => [eventSchemaName(option.shape.type.value), option]),
);

/** An event of a fixture, whose envelope has only what matters to its test, with all of it. */
export function completeEvent(event: JsonObject): InboxEvent {
  const { occurredAt, conversationId } = event;
  const instant = z.string().parse(occurredAt);
  const receivedAt = new Date(Date.parse(instant) + receivedAfterMs).toISOString();
  const raw = isJsonObject(event['raw'])
    ? { ...event['raw'], key: rawKey(event['raw']) }
    : undefined;
  return inboxEventSchema.parse({
    schemaVersion: 1,
    eventId: hash('example', JSON.stringify(event)),
    receivedAt,
    orderKey: orderKeyOf(instant, receivedAt, 0),
    ...event,
    ...(conversationId !== undefined && {
      conversationId: 'becaf409-1765-495a-b4fd-17e9360438cd',
    }),
    ...(raw && { raw }),
  });
}

function rawKey({ key }: JsonObject): string {
  return `${z.string().parse(key).split('/')[0]}/${hash('example', 'raw')}.json`;
}

/** An example of each type of event. */
export function eventExamples(): Record<InboxEvent['type'], InboxEvent> {
  const examples = Object.entries(eventTypes).map(([type, { example }]) => {
    const event =
      'event' in example ? { type, ...example.event } : ofFixture(example.fixture, type);
    return [type, completeEvent(event)] as const;
  });
  return examplesSchema.parse(Object.fromEntries(examples));
}

const examplesSchema = z.record(
  z.enum(inboxEventSchema.options.map((option) => option.shape.type.value)),
  inboxEventSchema,
);

function ofFixture(name: string, type: string): JsonObject {
  const text = readFileSync(path.join(fixtures, `${name}.json`), 'utf8');
  const event = fixtureSchema.parse(JSON.parse(text)).events.find((one) => one.type === type);
  if (!event) {
    throw new Error(`The fixture ${name} becomes no ${type}`);
  }
  return event;
}

/** Every schema of events, and what they refer to, with examples. */
export function eventJsonSchemas(publication: Publication): Record<string, JsonSchema> {
  const schemas = jsonSchemasOf({ ...eventSchemas, ...sharedSchemas }, publication);
  for (const [type, example] of Object.entries(eventExamples())) {
    const name = eventSchemaName(type);
    const { from, text } = eventTypes[example.type];
    schemas[name] = {
      title: type,
      description: `${text} From: ${from}.`,
      ...schemas[name],
      examples: [example],
    };
  }
  return schemas;
}

/** The fields that all events have in common. */
export function envelopeOf(schemas: Readonly<Record<string, JsonSchema>>): {
  properties: Record<string, JsonSchema>;
  required: string[];
} {
  const events = Object.keys(eventSchemas).map((name) => schemas[name] ?? {});
  const [first = {}] = events;
  const inAll = (name: string) =>
    events.every(({ properties }) => isSchema(properties) && name in properties);
  const properties = isSchema(first['properties']) ? first['properties'] : {};
  const required = z.array(z.string()).parse(first['required']);
  return {
    properties: Object.fromEntries(
      Object.entries(properties).flatMap(([name, property]) =>
        inAll(name) && isSchema(property) ? [[name, property]] : [],
      ),
    ),
    required: required.filter(inAll),
  };
}

/** The JSON Schema of every event: what a queue or a webhook can bring. */
export function eventsDocument(kind: 'answer' | 'exact' = 'answer'): JsonSchema {
  const base = '#/$defs/';
  const schemas = eventJsonSchemas({ kind, base });
  const { properties, required } = envelopeOf(schemas);
  const names = Object.keys(eventSchemas);
  const unknown = {
    title: 'Unknown event',
    description:
      'An event of a type that is newer than this document: ignore it, and acknowledge it.',
    type: 'object',
    properties: {
      ...properties,
      type: { type: 'string', not: { enum: Object.keys(eventTypes) } },
    },
    required,
  };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:nexus-whatsapp:events:1',
    title: 'Inbox events',
    description:
      'What the inbox backend is told. Changes are additive: ignore fields and types of events that you do not know. The values in x-extensible-enum are those known today; others may come.',
    oneOf: [...names, 'UnknownEvent'].map((name) => ({ $ref: base + name })),
    $defs: { ...schemas, UnknownEvent: unknown },
  };
}
