import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { areaSchema, type ConformanceCase } from './case.schema.ts';

const directory = path.resolve(import.meta.dirname, 'cases');

/** In the order in which a receiver is best mended. */
const order = [
  ...['handshake', 'signature', 'bytes', 'batches', 'messages', 'corrections', 'people'],
  ...['statuses', 'status-order', 'duplicates', 'tenants', 'coexistence', 'groups', 'calls'],
  ...['unknown', 'limits', 'garbage'],
];

/** Reads every case. @throws ZodError where a file is not as `case.schema.ts` has it */
export function readCases(): ConformanceCase[] {
  return readdirSync(directory)
    .map((file) => areaSchema.parse(JSON.parse(readFileSync(path.join(directory, file), 'utf8'))))
    .toSorted((one, next) => order.indexOf(one.area) - order.indexOf(next.area))
    .flatMap(({ area, cases }) => cases.map((each) => ({ ...each, area })));
}
