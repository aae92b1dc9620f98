import * as z from 'zod';
import { isJsonObject } from '../shared/json.ts';
import { meaningOf } from './glossary.ts';

/** A JSON Schema (2020-12), or any part of one. */
export type JsonSchema = { [keyword: string]: unknown };

/** What schemas are made for. */
export interface Publication {
  /**
   * `request`: what callers send, refused where it has more. `answer`: what they get: open, so that
   * additions break nobody. `exact`: the same closed, to find answers that the contract does not know.
   */
  kind: 'request' | 'answer' | 'exact';
  /** Where the named schemas lie: `#/components/schemas/`. */
  base: string;
}

/** Makes JSON Schemas of named schemas; where one is part of another it is referred to by its name. */
export function jsonSchemasOf(
  named: Readonly<Record<string, z.ZodType>>,
  { kind, base }: Publication,
): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(named)) {
    registry.add(schema, { id });
  }
  const { schemas } = z.toJSONSchema(registry, {
    io: kind === 'request' ? 'input' : 'output',
    uri: (id) => base + id,
    override: ({ zodSchema, jsonSchema }) => {
      Object.assign(jsonSchema, coerced(zodSchema));
    },
  });
  return Object.fromEntries(
    Object.entries(schemas)
      .filter(([id]) => id in named)
      .map(([id, { $schema: _, $id: __, ...schema }]) => [id, published({ ...schema }, kind, id)]),
  );
}

/** One schema on its own: that of a query, whose fields become parameters. */
export function jsonSchemaOf(schema: z.ZodType, id: string): JsonSchema {
  return jsonSchemasOf({ [id]: schema }, { kind: 'request', base: '#/' })[id] ?? {};
}

/** A number that comes as text: its limits stand behind the conversion. */
function coerced(schema: z.core.$ZodType): object {
  if (!(schema instanceof z.ZodPipe) || !(schema.in instanceof z.ZodNumber)) {
    return {};
  }
  return z.toJSONSchema(schema.out);
}

const unionKeywords = ['anyOf', 'oneOf', 'allOf'];
const innerKeywords = ['items', 'additionalProperties', 'propertyNames', 'not'];

function published(schema: JsonSchema, kind: Publication['kind'], owner: string): JsonSchema {
  const result: JsonSchema = {};
  for (const [keyword, value] of Object.entries(plain(schema, kind))) {
    if (keyword === 'properties' && isJsonObject(value)) {
      result[keyword] = propertiesOf(value, kind, owner);
    } else if (unionKeywords.includes(keyword) && Array.isArray(value)) {
      result[keyword] = value.map((part) => (isSchema(part) ? published(part, kind, owner) : part));
    } else if (innerKeywords.includes(keyword) && isSchema(value)) {
      result[keyword] = published(value, kind, owner);
    } else {
      result[keyword] = value;
    }
  }
  return result;
}

function propertiesOf(
  properties: Readonly<Record<string, unknown>>,
  kind: Publication['kind'],
  owner: string,
): JsonSchema {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, property]) => {
      // A field that must not be there is refused like any that is not known.
      if (!isSchema(property) || isNothing(property)) {
        return [];
      }
      const description = property['description'] ?? meaningOf(owner, name);
      const told = published(property, kind, name);
      return [[name, description === undefined ? told : { ...told, description }]];
    }),
  );
}

function isNothing({ not }: JsonSchema): boolean {
  return isSchema(not) && Object.keys(not).length === 0;
}

/** A schema without what says nothing to its reader, and as open as it is published. */
function plain({ $schema: _, ...schema }: JsonSchema, kind: Publication['kind']): JsonSchema {
  // Only what refers to itself lies there: `z.json()`, which is any value.
  if (String(schema['$ref']).includes('__shared')) {
    return {};
  }
  const { pattern, minimum, maximum, enum: values, additionalProperties, ...rest } = schema;
  const isTime = rest['format'] === 'date-time' || rest['format'] === 'date';
  const isOpen = kind === 'answer';
  if (isOpen) {
    delete rest['default'];
    if (Array.isArray(rest['oneOf'])) {
      rest['anyOf'] = [...rest['oneOf'], laterForm];
      delete rest['oneOf'];
    }
  }
  return {
    ...rest,
    ...(values !== undefined && (isOpen ? { 'x-extensible-enum': values } : { enum: values })),
    ...(pattern !== undefined && !isTime && { pattern }),
    ...(minimum !== undefined && minimum !== Number.MIN_SAFE_INTEGER && { minimum }),
    ...(maximum !== undefined && maximum !== Number.MAX_SAFE_INTEGER && { maximum }),
    ...(additionalProperties !== undefined &&
      !isEmpty(additionalProperties) &&
      !(isOpen && additionalProperties === false) && { additionalProperties }),
  };
}

/** What comes in several forms may get another one. */
const laterForm = { type: 'object', description: 'A form that is newer than this document.' };

function isEmpty(value: unknown): boolean {
  return isJsonObject(value) && Object.keys(value).length === 0;
}

/** Tells a schema from another value. */
export function isSchema(value: unknown): value is JsonSchema {
  return isJsonObject(value);
}
