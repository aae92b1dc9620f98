import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { compile } from 'json-schema-to-typescript';

type Json = Readonly<Record<string, unknown>>;

const root = path.resolve(import.meta.dirname, '..');
const typesFile = path.join(import.meta.dirname, 'src/types.ts');
const definitions = '#/$defs/';

const banner = `// biome-ignore-all format: generated
// biome-ignore-all lint: generated
// Made of docs/openapi.json by client/generate-types.ts. Change contract/ or the schemas, not this file.`;

/** What the generator says of every definition. */
const referenceNote =
  /\/\*\*\n \* This interface was referenced by [^/]*\*\/\n| \*\n \* This interface was referenced by .*\n \* via .*\n/g;

/** POSTs without a key that do no more when they are made twice, though their description does not say so. */
const harmless = ['createUpload', 'retryMedia', 'startSignup'];

/** Somebody else's, or the same as another. */
const notOfClients = (operation: Json) =>
  JSON.stringify(operation['tags']) === '["Meta callbacks"]' ||
  operation['operationId'] === 'sendMessageShort';

/** The source of `src/types.ts` as the published documents have it. */
export async function typesSource(): Promise<string> {
  const openApi = read('docs/openapi.json');
  const events = read('docs/events.schema.json');
  const operations = operationsOf(openApi);
  const eventNames = list(events['oneOf'])
    .map(nameOf)
    .filter((name) => name !== 'UnknownEvent');
  const eventDefinitions = object(events['$defs']);
  const schema = {
    title: 'Operations',
    type: 'object',
    additionalProperties: false,
    required: operations.map(({ id }) => id),
    properties: Object.fromEntries(
      operations.map(({ id, request, answers }) => [
        id,
        {
          ...{ type: 'object', additionalProperties: false, required: ['request', 'answer'] },
          properties: { request, answer: answers.length === 1 ? answers[0] : { anyOf: answers } },
        },
      ]),
    ),
    $defs: {
      ...object(rewritten(object(openApi['components'])['schemas'])),
      UnknownEvent: rewritten(unknownEvent(object(eventDefinitions['UnknownEvent']))),
      InboxEvent: { oneOf: [...eventNames, 'UnknownEvent'].map(reference) },
      ...Object.fromEntries(
        operations.flatMap(({ definition }) => (definition ? [definition] : [])),
      ),
    },
  };
  // The generator changes what it is given.
  const types = await compile(JSON.parse(JSON.stringify(schema)), 'Operations', {
    ...{ additionalProperties: false, unknownAny: true, unreachableDefinitions: true },
    ...{ maxItems: -1, bannerComment: banner },
    style: { singleQuote: true, printWidth: 100 },
  });
  const eventTypes = eventNames.map((name) => typeOf(object(eventDefinitions[name])));
  return `${types.replace(referenceNote, '')}
/** An operation of the API, as it goes over the wire. */
export interface Operation {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  /** Where the request goes. */
  input: 'query' | 'body';
  /** It takes an Idempotency-Key. */
  keyed: boolean;
  /** Making it twice does no more than making it once. */
  repeatable: boolean;
}

/** Every operation by its \`operationId\`. */
export const operations: Readonly<Record<keyof Operations, Operation>> = ${JSON.stringify(
    Object.fromEntries(operations.map(({ id, wire }) => [id, wire])),
    null,
    2,
  )};

/** The types of events that this version knows. */
export const eventTypes: ReadonlySet<string> = new Set(${JSON.stringify(eventTypes, null, 2)});
`;
}

interface PublishedOperation {
  id: string;
  wire: object;
  request: object;
  answers: object[];
  /** Of the request, where it has no name of its own. */
  definition?: [name: string, schema: object];
}

function operationsOf(openApi: Json): PublishedOperation[] {
  return Object.entries(object(openApi['paths'])).flatMap(([path, methods]) =>
    Object.entries(object(methods)).flatMap(([method, published]) => {
      const operation = object(published);
      return notOfClients(operation) || path.includes('{')
        ? []
        : [publishedOperation(path, method.toUpperCase(), operation)];
    }),
  );
}

function publishedOperation(path: string, method: string, operation: Json): PublishedOperation {
  const id = String(operation['operationId']);
  const parameters = list(operation['parameters']).map(object);
  const keyed = parameters.some(({ name }) => name === 'Idempotency-Key');
  const repeatable =
    keyed ||
    method !== 'POST' ||
    harmless.includes(id) ||
    /may be repeated/i.test(String(operation['description']));
  const input = operation['requestBody'] === undefined ? 'query' : 'body';
  const answers = Object.entries(object(operation['responses']))
    .filter(([status]) => status.startsWith('2'))
    .map(([, answer]) => rewritten(bodyOf(answer)));
  const common = {
    ...{ id, wire: { method, path, input, keyed, repeatable } },
    answers: [
      ...new Map(answers.map((answer) => [JSON.stringify(answer), object(answer)])).values(),
    ],
  };
  if (input === 'body') {
    return { ...common, request: object(rewritten(bodyOf(operation['requestBody']))) };
  }
  const name = `${id.charAt(0).toUpperCase()}${id.slice(1)}Query`;
  const inQuery = parameters.filter((parameter) => parameter['in'] === 'query');
  const query = {
    ...{ type: 'object', additionalProperties: false },
    required: inQuery.filter(({ required }) => required === true).map((each) => each['name']),
    properties: Object.fromEntries(
      inQuery.map(({ name, schema, description }) => [
        String(name),
        { ...object(rewritten(schema)), description },
      ]),
    ),
  };
  return { ...common, request: reference(name), definition: [name, query] };
}

function bodyOf(published: unknown): unknown {
  return object(object(object(published)['content'])['application/json'])['schema'];
}

/** An event of a type that is newer than the client gets one name, so that a union of all can be told apart. */
function unknownEvent({ properties, required, ...schema }: Json): object {
  const unknownType = { type: 'string', description: "The event's own type." };
  return {
    ...schema,
    description: 'An event of a type that is newer than this client. Acknowledge it.',
    properties: {
      ...object(properties),
      ...{ type: { type: 'string', const: 'unknown' }, unknownType },
    },
    required: [...list(required), 'unknownType'],
    additionalProperties: true,
  };
}

/** A published schema in the words that the generator of types knows. */
function rewritten(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(rewritten);
  if (!isObject(schema)) return schema;
  const { $ref, title, example, examples, default: _, ...rest } = schema;
  if (typeof $ref === 'string') return reference(nameOf(schema));
  if (Object.keys(rest).every((key) => key === 'description'))
    return { ...rest, tsType: 'unknown' };
  const words = rest['x-extensible-enum'];
  if (Array.isArray(words)) {
    const known = words.map((word) => JSON.stringify(word)).join(' | ');
    return { ...rest, tsType: `${known} | (string & Record<never, never>)` };
  }
  const properties = isObject(rest['properties']) ? rest['properties'] : undefined;
  // Meta's own objects are published with their id at most: their fields are Meta's to tell.
  const isMetas = properties && Object.keys(properties).every((name) => name === 'id');
  return {
    ...Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, rewritten(value)])),
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, value]) => [name, rewritten(value)]),
      ),
    }),
    ...(isMetas && rest['additionalProperties'] === undefined && { additionalProperties: true }),
  };
}

function reference(name: string): object {
  return { $ref: definitions + name };
}

function nameOf(schema: unknown): string {
  return String(object(schema)['$ref']).split('/').at(-1) ?? '';
}

function typeOf(event: Json): unknown {
  return object(object(event['properties'])['type'])['const'];
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function object(value: unknown): Json {
  if (isObject(value)) return value;
  throw new Error('The published documents have another form than this knows');
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function read(file: string): Json {
  return object(JSON.parse(readFileSync(path.join(root, file), 'utf8')));
}

if (import.meta.main) {
  const source = await typesSource();
  if (!process.argv.includes('--check')) {
    writeFileSync(typesFile, source);
  } else if (readFileSync(typesFile, 'utf8') !== source) {
    process.stderr.write('client/src/types.ts is not up to date: node client/generate-types.ts\n');
    process.exitCode = 1;
  }
}
