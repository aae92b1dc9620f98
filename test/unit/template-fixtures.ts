import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { templateContentSchema } from '../../lambdas/send/message/template.schema.ts';
import { templateDefinitionSchema } from '../../lambdas/send/template/template-definition.schema.ts';

const pairSchema = z.object({
  definition: templateDefinitionSchema,
  send: z.looseObject({ template: templateContentSchema, to: z.string().optional() }),
});

const mismatchSchema = pairSchema.extend({ code: z.int(), details: z.string().optional() });

function readAll<Schema extends z.ZodType>(folder: string, schema: Schema) {
  const directory = path.resolve(import.meta.dirname, '../fixtures/outbound', folder);
  return readdirSync(directory).map((file) => ({
    name: path.basename(file, '.json'),
    ...{ fixture: schema.parse(JSON.parse(readFileSync(path.join(directory, file), 'utf8'))) },
  }));
}

/** Every kind of template with a send that fits it. */
export const templatePairs = readAll('templates', pairSchema);

/** Sends that do not fit, each with the code and, where it is known, the details of Meta's answer. */
export const templateMismatches = readAll('template-mismatches', mismatchSchema);

/** The pair whose file begins with this number. */
export function pairOf(number: string) {
  const pair = templatePairs.find(({ name }) => name.startsWith(`${number}-`));
  if (!pair) {
    throw new Error(`There is no pair ${number}`);
  }
  return { definition: pair.fixture.definition, content: pair.fixture.send.template };
}
