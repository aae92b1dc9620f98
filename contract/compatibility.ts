import { isJsonObject } from '../shared/json.ts';
import { isSchema, type JsonSchema } from './json-schema.ts';

/** Which way a schema's values go: `request`: callers make them. `answer`: callers read them. */
type Way = 'request' | 'answer';

/** A document with its schemas: references are looked up in it. */
interface Side {
  document: JsonSchema;
  schema: JsonSchema;
}

const methods = ['get', 'post', 'put', 'delete'];

/**
 * What of an API document breaks those who were built against an earlier one, each in one line; none where
 * there are only additions.
 */
export function breakingApiChanges(before: JsonSchema, after: JsonSchema): string[] {
  const operations = operationsOf(before).flatMap(({ name, operation }) => {
    const next = operationsOf(after).find((one) => one.name === name)?.operation;
    if (!next) {
      return [`${name} is gone`];
    }
    const compared = (way: Way, at: string, one: JsonSchema, other: JsonSchema) =>
      comparison(way).changes(`${name} ${at}`, of(before, one), of(after, other));
    return [
      ...(operation['operationId'] === next['operationId']
        ? []
        : [`${name} has another operationId`]),
      ...parameterChanges(name, operation, next, compared),
      ...compared('request', 'body', bodySchema(operation), bodySchema(next)),
      ...answersOf(operation).flatMap(({ status, schema }) => {
        const other = answersOf(next).find((answer) => answer.status === status);
        return other
          ? compared('answer', status, schema, other.schema)
          : [`${name} does not answer ${status} any more`];
      }),
    ];
  });
  const events = namesIn(before, 'webhooks')
    .filter((type) => !namesIn(after, 'webhooks').includes(type))
    .map((type) => `the event ${type} is gone`);
  return [...new Set([...operations, ...events])];
}

/** The same of the document of events. */
export function breakingEventChanges(before: JsonSchema, after: JsonSchema): string[] {
  const { changes } = comparison('answer');
  const next = eventsIn(after);
  return eventsIn(before).flatMap(([type, schema]) => {
    const other = next.find(([name]) => name === type)?.[1];
    return other
      ? changes(type, of(before, schema), of(after, other))
      : [`the event ${type} is gone`];
  });
}

function eventsIn(document: JsonSchema): [string, JsonSchema][] {
  const definitions = Object.values(objectIn(document, '$defs'));
  return definitions.flatMap((schema): [string, JsonSchema][] => {
    const type = isSchema(schema) ? objectIn(schema, 'properties')['type'] : undefined;
    return isSchema(schema) && isSchema(type) && typeof type['const'] === 'string'
      ? [[type['const'], schema]]
      : [];
  });
}

/** Compares schemas of one way, each pair of named ones once. */
function comparison(way: Way) {
  const seen = new Set<string>();

  function changes(at: string, before: Side, after: Side): string[] {
    const pair = [before.schema['$ref'], after.schema['$ref']].join(' ');
    if (pair.trim() !== '' && seen.has(pair)) {
      return [];
    }
    seen.add(pair);
    const old = resolved(before);
    const next = resolved(after);
    return [
      ...valueChanges(at, way, old.schema, next.schema),
      ...propertyChanges(at, old, next),
      ...innerChanges(at, old, next),
      ...variantChanges(at, old, next),
    ];
  }

  function propertyChanges(at: string, before: Side, after: Side): string[] {
    const old = objectIn(before.schema, 'properties');
    const next = objectIn(after.schema, 'properties');
    const wasRequired = requiredIn(before.schema);
    const isRequired = requiredIn(after.schema);
    const kept = Object.entries(old).flatMap(([name, property]) => {
      const place = `${at}.${name}`;
      const other = next[name];
      if (!isSchema(property) || !isSchema(other)) {
        return [`${place} is gone`];
      }
      const needed =
        way === 'answer'
          ? wasRequired.includes(name) && !isRequired.includes(name)
            ? [`${place} may be missing`]
            : []
          : !wasRequired.includes(name) && isRequired.includes(name)
            ? [`${place} is required`]
            : [];
      return [
        ...needed,
        ...changes(place, of(before.document, property), of(after.document, other)),
      ];
    });
    const demanded = isRequired
      .filter(
        (name) => way === 'request' && !(name in old) && isJsonObject(before.schema['properties']),
      )
      .map((name) => `${at}.${name} is new and required`);
    return [...kept, ...demanded];
  }

  /** Of lists, and of objects whose names are free. */
  function innerChanges(at: string, before: Side, after: Side): string[] {
    return (['items', 'additionalProperties'] as const).flatMap((keyword) => {
      const old = before.schema[keyword];
      const next = after.schema[keyword];
      if (
        way === 'request' &&
        keyword === 'additionalProperties' &&
        next === false &&
        old !== false
      ) {
        return [`${at} does not take other fields any more`];
      }
      return isSchema(old) && isSchema(next)
        ? changes(`${at}[]`, of(before.document, old), of(after.document, next))
        : [];
    });
  }

  /** Each variant is compared with the one of the same kind, or the same place where none has a kind. */
  function variantChanges(at: string, before: Side, after: Side): string[] {
    const old = variantsOf(before);
    const next = variantsOf(after);
    return old.flatMap((variant, index) => {
      const constants = constantsOf(variant);
      const other =
        constants.length === 0
          ? next[index]
          : next.find((one) => constants.every((constant) => constantsOf(one).includes(constant)));
      const place = `${at}<${constants.join(' ') || index}>`;
      return other ? changes(place, variant, other) : [`${place} is gone`];
    });
  }

  return { changes };
}

function valueChanges(at: string, way: Way, before: JsonSchema, after: JsonSchema): string[] {
  const isSame = (keyword: string) =>
    JSON.stringify(before[keyword]) === JSON.stringify(after[keyword]);
  const changed = ['type', 'const', 'format'].filter(
    (keyword) =>
      !isSame(keyword) && !(keyword !== 'type' && way === 'request' && !(keyword in after)),
  );
  const values = listIn(before, 'enum');
  const gone = values.filter((value) => 'enum' in after && !listIn(after, 'enum').includes(value));
  const tighter =
    way === 'request'
      ? [
          ...(!('enum' in before) && 'enum' in after ? ['enum'] : []),
          ...(isSame('pattern') || !('pattern' in after) ? [] : ['pattern']),
          ...['minimum', 'minLength', 'minItems'].filter(
            (k) => (limit(after, k) ?? -Infinity) > (limit(before, k) ?? -Infinity),
          ),
          ...['maximum', 'maxLength', 'maxItems'].filter(
            (k) => (limit(after, k) ?? Infinity) < (limit(before, k) ?? Infinity),
          ),
        ]
      : [];
  return [
    ...changed.map((keyword) => `${at} has another ${keyword}`),
    ...(way === 'request' ? gone.map((value) => `${at} does not take ${value} any more`) : []),
    ...tighter.map((keyword) => `${at} is narrower: ${keyword}`),
  ];
}

function parameterChanges(
  name: string,
  before: JsonSchema,
  after: JsonSchema,
  compared: (way: Way, at: string, before: JsonSchema, after: JsonSchema) => string[],
): string[] {
  const old = parametersOf(before);
  const next = parametersOf(after);
  return [
    ...old.flatMap((parameter) => {
      const at = `?${parameter.name}`;
      const other = next.find((one) => one.name === parameter.name);
      if (!other) {
        return [`${name} ${at} is gone`];
      }
      return [
        ...(other.required && !parameter.required ? [`${name} ${at} is required`] : []),
        ...compared('request', at, parameter.schema, other.schema),
      ];
    }),
    ...next
      .filter(({ name: one, required }) => required && !old.some((other) => other.name === one))
      .map((parameter) => `${name} ?${parameter.name} is new and required`),
  ];
}

function operationsOf(document: JsonSchema): { name: string; operation: JsonSchema }[] {
  return Object.entries(objectIn(document, 'paths')).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = isSchema(item) ? item[method] : undefined;
      return isSchema(operation) ? [{ name: `${method.toUpperCase()} ${path}`, operation }] : [];
    }),
  );
}

function parametersOf(operation: JsonSchema) {
  return (Array.isArray(operation['parameters']) ? operation['parameters'] : []).flatMap(
    (parameter: unknown) =>
      isSchema(parameter)
        ? [
            {
              name: String(parameter['name']),
              required: parameter['required'] === true,
              schema: objectIn(parameter, 'schema'),
            },
          ]
        : [],
  );
}

function bodySchema(operation: JsonSchema): JsonSchema {
  return contentSchema(objectIn(operation, 'requestBody'));
}

/** Those that are no problems. */
function answersOf(operation: JsonSchema): { status: string; schema: JsonSchema }[] {
  return Object.entries(objectIn(operation, 'responses')).flatMap(([status, answer]) =>
    isSchema(answer) && Number(status) < 400 ? [{ status, schema: contentSchema(answer) }] : [],
  );
}

function contentSchema(holder: JsonSchema): JsonSchema {
  const [content] = Object.values(objectIn(holder, 'content'));
  return isSchema(content) ? objectIn(content, 'schema') : {};
}

function of(document: JsonSchema, schema: JsonSchema): Side {
  return { document, schema };
}

function resolved({ document, schema }: Side): Side {
  const { $ref } = schema;
  if (typeof $ref !== 'string') {
    return of(document, schema);
  }
  let part: unknown = document;
  for (const name of $ref.split('/').slice(1)) {
    part = isSchema(part) ? part[name] : undefined;
  }
  return resolved(of(document, isSchema(part) ? part : {}));
}

function variantsOf({ document, schema }: Side): Side[] {
  const variants = ['oneOf', 'anyOf'].flatMap((keyword) =>
    Array.isArray(schema[keyword]) ? schema[keyword] : [],
  );
  return variants.flatMap((variant: unknown) =>
    isSchema(variant) ? [resolved(of(document, variant))] : [],
  );
}

/** What tells a variant from the others: `type=text`. */
function constantsOf({ schema }: Side): string[] {
  const properties = objectIn(schema, 'properties');
  return requiredIn(schema).flatMap((name) => {
    const property = properties[name];
    return isSchema(property) && 'const' in property ? [`${name}=${property['const']}`] : [];
  });
}

function objectIn(holder: JsonSchema, name: string): JsonSchema {
  const value = holder[name];
  return isSchema(value) ? value : {};
}

function namesIn(holder: JsonSchema, name: string): string[] {
  return Object.keys(objectIn(holder, name));
}

function listIn(holder: JsonSchema, name: string): unknown[] {
  const value = holder[name];
  return Array.isArray(value) ? value : [];
}

function requiredIn(schema: JsonSchema): string[] {
  return listIn(schema, 'required').map(String);
}

function limit(schema: JsonSchema, keyword: string): number | undefined {
  const value = schema[keyword];
  return typeof value === 'number' ? value : undefined;
}
