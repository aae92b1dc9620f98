import { isJsonObject } from '../../json.ts';

/** An input as JSON has it: bytes are base64. */
export function withoutBytes(input: unknown): unknown {
  return input instanceof Uint8Array
    ? Buffer.from(input).toString('base64')
    : mapped(input, withoutBytes);
}

/** A value with what stands in its list, or in its object, changed. */
export function mapped(value: unknown, each: (inner: unknown) => unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(each);
  }
  return isJsonObject(value)
    ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, each(inner)]))
    : value;
}
