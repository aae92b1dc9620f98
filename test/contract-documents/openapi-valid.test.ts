import { expect, it } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { readDocument } from './published.ts';

it('the API document is valid OpenAPI 3.1', async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(readDocument('docs/openapi.json'));
  expect({ valid, errors, version: validator.version }).toEqual({ valid: true, version: '3.1' });
});
