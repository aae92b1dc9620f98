import { createHash } from 'node:crypto';
import { isJsonObject } from '../shared/json.ts';
import {
  type ConformanceCase,
  type Expected,
  expectedListSchema,
  repeatSchema,
} from './case.schema.ts';

/** A number that the receiver under test knows. */
export interface KnownNumber {
  phoneNumberId: string;
  wabaId: string;
  /** What the receiver calls its owner. */
  tenant: string;
}

/** What differs from receiver to receiver and from run to run. */
export interface RunFacts {
  /** Makes the ids of a run its own: a repeat of an id would be a duplicate. */
  run: string;
  numbers: { north: KnownNumber; south: KnownNumber };
  verifyToken?: string | undefined;
  /** The time in whole seconds. */
  nowSeconds: number;
}

/** A case's own placeholders, filled in. */
export interface FilledIn {
  /** The JSON text of a body, or the text itself where the case has one. */
  text(source: string): string;
  json(source: unknown): string;
  delivered: Expected[];
  /** Ids of messages and calls that are the case's own. */
  ids: ReadonlySet<string>;
  /** A text with the case's placeholders in place of what this run has made of them. */
  named(text: string): string;
}

const placeholder =
  /\{(id|call|group|media|user|phone|field|number|waba|tenant|seconds|fill|verifyToken)(?::([^}:]+))?(?::(.))?\}/g;

/** Made for a run and a case, and for nothing else. */
const ofTheCase = new Set(['id', 'call', 'group', 'media', 'user', 'phone', 'field']);

/** Fills in what a case leaves open. Source of the notation: docs/conformance.md, "The cases". */
export function fillIn({ name, delivered }: ConformanceCase, facts: RunFacts): FilledIn {
  const names = new Map<string, string>();
  const ids = new Set<string>();

  function filled(kind: string, label: string, character: string): string {
    const hex = createHash('sha256').update(`${facts.run} ${name} ${kind} ${label}`).digest('hex');
    const digits = BigInt(`0x${hex.slice(0, 16)}`)
      .toString()
      .padStart(20, '0');
    const number = label === 'south' ? facts.numbers.south : facts.numbers.north;
    switch (kind) {
      case 'id':
      case 'call': {
        const id = `${kind === 'id' ? 'wamid' : 'wacid'}.${hex.slice(0, 40).toUpperCase()}`;
        ids.add(id);
        return id;
      }
      case 'group':
        return `group${hex.slice(0, 24)}`;
      case 'user':
        return `SA.${digits}`;
      case 'phone':
        return `9665${digits.slice(-8)}`;
      case 'media':
        return digits.slice(-16).replace(/^0/, '1');
      case 'field':
        return `field${hex.slice(0, 12)}`;
      case 'number':
        return number.phoneNumberId;
      case 'waba':
        return number.wabaId;
      case 'tenant':
        return number.tenant;
      case 'seconds':
        return String(facts.nowSeconds + Number(label));
      case 'fill':
        return character.repeat(Number(label));
      default:
        return facts.verifyToken ?? '';
    }
  }

  const text = (source: string): string =>
    source.replace(placeholder, (notation: string, kind: string, label = '', character = 'x') => {
      const made = filled(kind, label, character);
      if (ofTheCase.has(kind)) names.set(made, notation);
      return made;
    });
  const json = (source: unknown): string => text(JSON.stringify(repeated(source)));
  return {
    text,
    json,
    delivered: expectedListSchema.parse(JSON.parse(json(delivered))),
    ids,
    named: (said) =>
      [...names].reduce((known, [made, notation]) => known.replaceAll(made, notation), said),
  };
}

/** The same with every `$repeat` written out. */
function repeated(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.flatMap((element) => {
      const { data } = repeatSchema.safeParse(element);
      if (!data) return [repeated(element)];
      const source = JSON.stringify(repeated(data.of));
      return Array.from({ length: data.$repeat }, (_, index): unknown =>
        JSON.parse(source.replaceAll('{n}', String(index + 1))),
      );
    });
  }
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, repeated(inner)]));
}
