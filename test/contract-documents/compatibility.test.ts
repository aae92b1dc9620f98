import { describe, expect, it } from '@jest/globals';
import { breakingApiChanges, breakingEventChanges } from '../../contract/compatibility.ts';
import { eventsDocument } from '../../contract/events.ts';
import { isSchema, type JsonSchema } from '../../contract/json-schema.ts';
import { openApiDocument } from '../../contract/openapi.ts';
import { lastRelease } from './published.ts';

const api = openApiDocument('0.0.0');
const events = eventsDocument();

describe('against the last release', () => {
  const release = lastRelease();

  it(`the API breaks nobody who was built against ${release.version}`, () => {
    expect(breakingApiChanges(release.openApi, api)).toEqual([]);
  });

  it(`the events break nobody who was built against ${release.version}`, () => {
    expect(breakingEventChanges(release.events, events)).toEqual([]);
  });
});

/** A document with one part of it changed. */
function changed(
  document: JsonSchema,
  path: readonly (string | number)[],
  change: (part: JsonSchema) => void,
): JsonSchema {
  const copy = structuredClone(document);
  let part: unknown = copy;
  for (const name of path) {
    part = Array.isArray(part) ? part[Number(name)] : isSchema(part) ? part[name] : undefined;
  }
  if (!isSchema(part)) {
    throw new Error(`There is no ${path.join('/')}`);
  }
  change(part);
  return copy;
}

function without(...names: string[]) {
  return (part: JsonSchema) => {
    for (const name of names) {
      delete part[name];
    }
  };
}

function having(more: JsonSchema) {
  return (part: JsonSchema) => {
    Object.assign(part, more);
  };
}

function demanding(name: string) {
  return (part: JsonSchema) => {
    part['required'] = [...asList(part['required']), name];
  };
}

function notPromising(name: string) {
  return (part: JsonSchema) => {
    part['required'] = asList(part['required']).filter((one) => one !== name);
  };
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

const schema = (...path: string[]) => ['components', 'schemas', ...path];
const message = (...path: (string | number)[]) => [...schema('OutboundMessage'), ...path];

describe('what breaks callers is named:', () => {
  it.each([
    ['a route', ['paths'], without('/whatsapp-health'), 'GET /whatsapp-health is gone'],
    ['a method', ['paths', '/whatsapp-settings'], without('put'), 'PUT /whatsapp-settings is gone'],
    [
      "a route's name",
      ['paths', '/whatsapp-health', 'get'],
      having({ operationId: 'health' }),
      'GET /whatsapp-health has another operationId',
    ],
    [
      'a status',
      ['paths', '/whatsapp-send-message', 'post', 'responses'],
      without('202'),
      'POST /whatsapp-send-message does not answer 202 any more',
    ],
    ['an event', ['webhooks'], without('media.stored'), 'the event media.stored is gone'],
    [
      "an answer's field",
      schema('SendAnswer', 'properties'),
      without('waId'),
      'POST /whatsapp-send-message 200.waId is gone',
    ],
    [
      "an answer's field that may be missing now",
      schema('MediaLink'),
      notPromising('url'),
      'GET /whatsapp-media 200.url may be missing',
    ],
    [
      "an answer's field of another type",
      schema('MediaLink', 'properties', 'sizeBytes'),
      having({ type: 'string' }),
      'GET /whatsapp-media 200.sizeBytes has another type',
    ],
    [
      'a field of objects in a list',
      schema('ReplyStatus', 'properties'),
      without('history'),
      'GET /whatsapp-reply-status 200.data[].history is gone',
    ],
    [
      'a new field that is required',
      schema('MarkReadRequest'),
      (part: JsonSchema) => {
        demanding('reader')(part);
        const { properties } = part;
        part['properties'] = { ...(isSchema(properties) && properties), reader: {} };
      },
      'POST /whatsapp-reply-status body.reader is new and required',
    ],
    [
      'a field that is required now',
      schema('SendRequest'),
      demanding('clientReference'),
      'POST /whatsapp-send-message body.clientReference is required',
    ],
    [
      "a request's field",
      schema('SendRequest', 'properties'),
      without('delivery'),
      'POST /whatsapp-send-message body.delivery is gone',
    ],
    [
      "a value of a request's field",
      schema('SendRequest', 'properties', 'delivery'),
      having({ enum: ['now'] }),
      'POST /whatsapp-send-message body.delivery does not take queued any more',
    ],
    [
      "a request's field that takes less",
      schema('TextContent', 'properties', 'body'),
      having({ maxLength: 1024 }),
      'POST /whatsapp-send-message body.message<0><type=text>.text.body is narrower: maxLength',
    ],
    [
      "a request's field with another pattern",
      schema('SendRequest', 'properties', 'phoneNumberId'),
      having({ pattern: '^1' }),
      'POST /whatsapp-send-message body.phoneNumberId is narrower: pattern',
    ],
    [
      'a type of message',
      message('oneOf', 0),
      (part: JsonSchema) => {
        part['oneOf'] = asList(part['oneOf']).slice(1);
      },
      'type=text> is gone',
    ],
    [
      'a parameter',
      ['paths', '/whatsapp-health', 'get'],
      without('parameters'),
      'GET /whatsapp-health ?organizationId is gone',
    ],
    [
      'a parameter that is required',
      ['paths', '/whatsapp-health', 'get'],
      having({ parameters: [{ name: 'since', in: 'query', required: true, schema: {} }] }),
      'GET /whatsapp-health ?since is new and required',
    ],
  ] as const)('%s', (_what, path, change, named) => {
    const found = breakingApiChanges(api, changed(api, path, change));
    expect(found.join('\n')).toContain(named);
  });
});

describe('what breaks consumers of events is named:', () => {
  it.each([
    ['a type', ['$defs'], without('MediaFailed'), 'the event media.failed is gone'],
    [
      'a field',
      ['$defs', 'MessageStatus', 'properties'],
      without('changed'),
      'message.status.changed is gone',
    ],
    [
      'a field that may be missing now',
      ['$defs', 'MessageReceived'],
      notPromising('window'),
      'message.received.window may be missing',
    ],
    [
      'a field of another type',
      ['$defs', 'Contact', 'properties', 'phone'],
      having({ type: 'integer' }),
      '.contact.phone has another type',
    ],
    [
      'another version',
      ['$defs', 'SendUpdated', 'properties', 'schemaVersion'],
      having({ const: 2 }),
      'send.updated.schemaVersion has another const',
    ],
  ] as const)('%s', (_what, path, change, named) => {
    const found = breakingEventChanges(events, changed(events, path, change));
    expect(found.join('\n')).toContain(named);
  });
});

describe('what breaks nobody is not named:', () => {
  it.each([
    ['a route', ['paths'], having({ '/whatsapp-later': { get: {} } })],
    ['an event', ['webhooks'], having({ 'message.translated': {} })],
    ["an answer's field", schema('SendAnswer', 'properties'), having({ mood: { type: 'string' } })],
    ['a field that is promised now', schema('SendAnswer'), demanding('sendId')],
    [
      "a value of an answer's field",
      schema('SendAnswer', 'properties', 'status'),
      having({ 'x-extensible-enum': ['queued', 'paused'] }),
    ],
    [
      "a request's field",
      schema('SendRequest', 'properties'),
      having({ note: { type: 'string' } }),
    ],
    ["a request's field that may be missing now", schema('SendRequest'), notPromising('message')],
    [
      "a request's field that takes more",
      schema('TextContent', 'properties', 'body'),
      having({ maxLength: 65536 }),
    ],
    [
      "a value of a request's field",
      schema('SendRequest', 'properties', 'delivery'),
      having({ enum: ['now', 'queued', 'later'] }),
    ],
    [
      'a type of message',
      message('oneOf', 0),
      (part: JsonSchema) => {
        part['oneOf'] = [
          { properties: { type: { const: 'voice' } }, required: ['type'] },
          ...asList(part['oneOf']).toReversed(),
        ];
      },
    ],
    ['a status', ['paths', '/whatsapp-health', 'get', 'responses'], having({ 202: {} })],
    ['a text', ['info'], having({ description: 'Other words.' })],
  ] as const)('%s more', (_what, path, change) => {
    expect(breakingApiChanges(api, changed(api, path, change))).toEqual([]);
  });
});
