declare global {
  interface JSON {
    /** TC39 "JSON.parse source text access", in Node since 21. */
    parse(
      text: string,
      reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
    ): unknown;
  }
}

/** An object whose fields nobody has checked yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Tells whether `value` is an object and not an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON as an outsider wrote it: its value, or why it is refused. */
export type ParsedJson =
  | { ok: true; value: unknown }
  | { ok: false; problem: 'not-json' | 'too-deep' };

/** Deeper than anything that Meta documents, and shallow enough for every recursive walk. */
const maxDepth = 64;

/** An integer of 16 digits or more may be above 2^53, where JavaScript rounds. */
const longInteger = /[[:,]\s*-?\d{16,}/;

/**
 * Parses JSON that an outsider wrote. Never throws. Integers that a JavaScript number cannot hold
 * come out as strings of their digits; everything else comes out as `JSON.parse` gives it.
 */
export function parseJson(text: string): ParsedJson {
  if (isTooDeep(text)) {
    return { ok: false, problem: 'too-deep' };
  }
  try {
    const value: unknown = longInteger.test(text)
      ? JSON.parse(text, (_key, parsed, { source }) =>
          typeof parsed === 'number' && Number.isInteger(parsed) && !Number.isSafeInteger(parsed)
            ? source
            : parsed,
        )
      : JSON.parse(text);
    return { ok: true, value };
  } catch {
    return { ok: false, problem: 'not-json' };
  }
}

/** JSON with the keys of every object sorted: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    isJsonObject(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  );
}

const quote = 0x22;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** `JSON.parse` survives a million brackets; whatever walks the result afterwards does not. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === quote) {
      index = endOfString(text, index);
    } else if (code === openBracket || code === openBrace) {
      depth++;
      if (depth > maxDepth) {
        return true;
      }
    } else if (code === closeBracket || code === closeBrace) {
      depth--;
    }
  }
  return false;
}

/** The index of the quote that ends the string starting at `start`, or the text's end. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) {
    end = text.indexOf('"', end + 1);
  }
  return end === -1 ? text.length : end;
}

function isEscaped(text: string, index: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(index - 1 - backslashes) === backslash) {
    backslashes++;
  }
  return backslashes % 2 === 1;
}
