import { describe, expect, it } from '@jest/globals';
import { answerSchemas, sharedSchemas } from '../../contract/answers.schema.ts';
import {
  completeEvent,
  eventExamples,
  eventSchemaName,
  eventSchemas,
  eventsDocument,
} from '../../contract/events.ts';
import { examples } from '../../contract/examples.ts';
import { outdated } from '../../contract/generate.ts';
import { isSchema, type JsonSchema } from '../../contract/json-schema.ts';
import { openApiDocument, queryParameters } from '../../contract/openapi.ts';
import { requestSchemas } from '../../contract/requests.schema.ts';
import { contractRoutes } from '../../contract/routes.ts';
import { readFixtureEvents } from './fixture-events.ts';
import { readDocument, validatorsOf } from './published.ts';

const openApi = openApiDocument('0.0.0', 'exact');
const problemsIn = validatorsOf(openApi);

it('the committed documents are those that are generated now', () => {
  expect(outdated()).toEqual([]);
});

it('every schema that is referred to is there', () => {
  for (const file of ['docs/openapi.json', 'docs/events.schema.json']) {
    const document = readDocument(file);
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)];
    expect(references.length).toBeGreaterThan(50);
    for (const [, reference = ''] of references) {
      let part: unknown = document;
      for (const name of reference.split('/').slice(1)) {
        part = isSchema(part) ? part[name] : undefined;
      }
      expect({ reference, found: isSchema(part) }).toEqual({ reference, found: true });
    }
  }
});

describe('every field is explained', () => {
  const document = openApiDocument('0.0.0');
  const names = [requestSchemas, answerSchemas, sharedSchemas, eventSchemas].flatMap(Object.keys);

  it.each(names)('of %s', (name) => {
    const properties = Object.entries(at(document, 'components', 'schemas', name, 'properties'));
    const silent = properties.filter(
      ([field, schema]) => field !== 'type' && (!isSchema(schema) || !schema['description']),
    );
    expect(silent.map(([field]) => field)).toEqual([]);
  });

  it.each(contractRoutes.map((route) => [route.operationId, route] as const))(
    'of the query of %s',
    (_name, route) => {
      const silent = queryParameters(route).filter(({ schema }) => !schema['description']);
      expect(silent.map(({ name }) => name)).toEqual([]);
    },
  );
});

describe('answers and events are published open', () => {
  const document = openApiDocument('0.0.0');
  const names = [answerSchemas, sharedSchemas, eventSchemas].flatMap(Object.keys);

  it.each(names)('%s takes additions', (name) => {
    const text = JSON.stringify(at(document, 'components', 'schemas', name));
    expect(text).not.toContain('"additionalProperties":false');
    expect(text).not.toContain('"oneOf":');
    expect(text.replace(/"examples":\[.*\]/, '')).not.toContain('"enum":');
  });
});

describe('the example of', () => {
  it.each(contractRoutes.map((route) => [route.operationId, route] as const))(
    '%s fits its schemas',
    (operationId, { input, answers }) => {
      const example = examples[operationId];
      const answer = answers[example?.answer.status ?? 0];
      expect(problemsIn(pointer(answer?.schema), example?.answer.body)).toEqual([]);
      if ('query' in input) {
        expect(input.query.safeParse(example?.request).error).toBeUndefined();
      } else {
        const name = 'body' in input ? input.body : input.form;
        expect(problemsIn(pointer(name), example?.request)).toEqual([]);
        expect(requestSchemas[name].safeParse(example?.request).error).toBeUndefined();
      }
    },
  );
});

describe('the schema of events', () => {
  const problemsInEvent = validatorsOf(eventsDocument('exact'));
  const problemsInPublished = validatorsOf(eventsDocument());

  it.each(Object.entries(eventExamples()))('takes the example of %s', (_type, event) => {
    expect(problemsInEvent(`#/$defs/${eventSchemaName(event.type)}`, event)).toEqual([]);
  });

  it('takes every event of every fixture', () => {
    const events = readFixtureEvents();
    expect(events.length).toBeGreaterThan(300);
    for (const { fixture, event } of events) {
      const complete = completeEvent(event);
      const problems = [
        ...problemsInEvent(`#/$defs/${eventSchemaName(complete.type)}`, complete),
        ...problemsInPublished('', complete),
      ];
      expect({ fixture, problems }).toEqual({ fixture, problems: [] });
    }
  });

  it('takes types and fields that nobody knows yet, but nothing of a known type that lacks a field', () => {
    const { 'message.status': status } = eventExamples();
    expect(problemsInPublished('', { ...status, type: 'message.translated' })).toEqual([]);
    expect(problemsInPublished('', { ...status, mood: 'happy' })).toEqual([]);
    expect(problemsInPublished('', { ...status, messageId: undefined })).not.toEqual([]);
    expect(problemsInEvent('', { ...status, mood: 'happy' })).not.toEqual([]);
  });
});

function pointer(name: string | undefined): string {
  return `#/components/schemas/${name}`;
}

function at(document: JsonSchema, ...path: string[]): JsonSchema {
  let part: unknown = document;
  for (const name of path) {
    part = isSchema(part) ? part[name] : undefined;
  }
  return isSchema(part) ? part : {};
}
