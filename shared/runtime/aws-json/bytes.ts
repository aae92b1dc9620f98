import { isJsonObject } from '../../json.ts';

/** An input with every `Uint8Array` as base64, which is how JSON has bytes. */
export function withoutBytes(input: unknown): unknown {
  return input instanceof Uint8Array
    ? Buffer.from(input).toString('base64')
    : mapped(input, withoutBytes);
}

/** The bytes of base64. */
export function bytesOf(base64: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64, 'base64'));
}

/** A list or an object with every value in it mapped. */
export function mapped(value: unknown, each: (inner: unknown, name: string) => unknown): unknown {
  if (Array.isArray(value)) {
    return value.map((inner) => each(inner, ''));
  }
  return isJsonObject(value)
    ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, each(inner, name)]))
    : value;
}
