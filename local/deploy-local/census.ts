import { isJsonObject } from '../../shared/json.ts';
import {
  type Physical,
  type Properties,
  type ServiceCalls,
  stateReaders,
} from './state-readers.ts';
import { templatesOf } from './synthesised.ts';

/** What became of the resources of one type. */
export interface TypeCensus {
  type: string;
  /** Of this type in the templates. */
  declared: number;
  /** What its service knows of them; undefined where nobody asked. */
  found: number | undefined;
  /** Properties that templates give and the service does not have, and for how many resources. */
  missing: Map<string, number>;
}

/** A value that CloudFormation works out cannot be compared here: that there is one is enough. */
function isKept(declared: unknown, actual: unknown): boolean {
  const isEmpty = (value: unknown) =>
    [undefined, null, false, ''].some((nothing) => value === nothing) ||
    (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
  if (isEmpty(declared)) return true;
  if (isEmpty(actual)) return false;
  return typeof declared === 'object' || `${declared}` === `${actual}`;
}

/**
 * Asks the service of each resource of a deployed assembly for it, and compares what it has with what
 * the template says.
 */
export async function takeCensus(assembly: string, calls: ServiceCalls): Promise<TypeCensus[]> {
  const census = new Map<string, TypeCensus>();
  for (const { stack, resources } of await templatesOf(assembly)) {
    const ids = await calls.physicalIds(stack);
    const physical: Physical = (value) => {
      const name = isJsonObject(value) ? (value['Ref'] ?? value['Fn::GetAtt']) : undefined;
      return ids.get(String(Array.isArray(name) ? name[0] : name)) ?? String(value);
    };
    for (const [logicalId, { Type: type, Properties: properties }] of Object.entries(resources)) {
      const read = stateReaders[type];
      const counted = census.get(type) ?? {
        ...{ type, declared: 0, found: read && 0, missing: new Map<string, number>() },
      };
      census.set(type, counted);
      counted.declared++;
      if (!read || counted.found === undefined) continue;
      const actual = await read(calls, ids.get(logicalId) ?? '', properties, physical).catch(
        () => undefined,
      );
      if (!actual) continue;
      counted.found++;
      for (const name of missingOf(properties, actual)) {
        counted.missing.set(name, (counted.missing.get(name) ?? 0) + 1);
      }
    }
  }
  return [...census.values()].sort((a, b) => a.type.localeCompare(b.type));
}

function missingOf({ Tags: _, ...declared }: Properties, actual: Properties): string[] {
  return Object.keys(declared).filter((name) => !isKept(declared[name], actual[name]));
}

/** A census as lines of text, one for each type. */
export function censusTable(census: readonly TypeCensus[]): string[] {
  const rows = census.map(({ type, declared, found, missing }) => [
    type,
    String(declared),
    found === undefined ? 'not asked' : String(found),
    [...missing].map(([name, count]) => `${name} (${count})`).join(', '),
  ]);
  const all = [['resource type', 'template', 'service', 'what its service does not have'], ...rows];
  const widths = [0, 1, 2].map((at) => Math.max(...all.map((row) => row[at]?.length ?? 0)) + 2);
  return all.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('')
      .trimEnd(),
  );
}
