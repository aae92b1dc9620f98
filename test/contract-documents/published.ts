import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { isSchema, type JsonSchema } from '../../contract/json-schema.ts';

const root = path.resolve(import.meta.dirname, '../..');
const released = path.join(root, 'contract/released');

/** A published document as it is committed. */
export function readDocument(file: string): JsonSchema {
  const json: unknown = JSON.parse(readFileSync(path.join(root, file), 'utf8'));
  if (!isSchema(json)) {
    throw new Error(`${file} is no object`);
  }
  return json;
}

/** The documents of the newest release. */
export function lastRelease(): { version: string; openApi: JsonSchema; events: JsonSchema } {
  const version = readdirSync(released)
    .toSorted((one, other) => one.localeCompare(other, 'en', { numeric: true }))
    .at(-1);
  const read = (file: string) => readDocument(`contract/released/${version}/${file}`);
  return {
    version: String(version),
    openApi: read('openapi.json'),
    events: read('events.schema.json'),
  };
}

/** Finds the schemas in a document, and makes functions of them that tell what is wrong with a value. */
export function validatorsOf(document: JsonSchema) {
  // A document has more words than those of JSON Schema, and OpenAPI's dialect is not ajv's.
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  const { $schema: _, $id: __, jsonSchemaDialect: ___, ...schemas } = document;
  ajv.addSchema({ ...schemas, $id: 'document' });
  const validators = new Map<string, ValidateFunction>();
  return (pointer: string, value: unknown): string[] => {
    const validate = validators.get(pointer) ?? ajv.compile({ $ref: `document${pointer}` });
    validators.set(pointer, validate);
    return validate(value)
      ? []
      : (validate.errors ?? []).map(
          ({ instancePath, message, params }) =>
            `${instancePath} ${message} ${JSON.stringify(params)}`,
        );
  };
}
