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
  try {
    const value: unknown = JSON.parse(text);
    const flaw = worstFlaw(value, maxDepth);
    return flaw === flaws.tooDeep
      ? { ok: false, problem: 'too-deep' }
      : { ok: true, value: flaw === flaws.rounded && longInteger.test(text) ? exact(text) : value };
  } catch {
    return { ok: false, problem: 'not-json' };
  }
}

function exact(text: string): unknown {
  return JSON.parse(text, (_key, parsed, { source }) => (isRounded(parsed) ? source : parsed));
}

function isRounded(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
}

const flaws = { none: 0, rounded: 1, tooDeep: 2 };

/**
 * `JSON.parse` survives a million brackets; whatever walks its result afterwards does not. To look through
 * the result takes a fifth of the time that the text takes.
 */
function worstFlaw(value: unknown, levels: number): number {
  if (typeof value !== 'object' || value === null) {
    return isRounded(value) ? flaws.rounded : flaws.none;
  }
  if (levels === 0) {
    return flaws.tooDeep;
  }
  let worst = flaws.none;
  if (Array.isArray(value)) {
    for (const inner of value) {
      worst = Math.max(worst, worstFlaw(inner, levels - 1));
    }
  } else if (isJsonObject(value)) {
    // Not `Object.values`, which makes an array for every object.
    for (const key in value) {
      const inner = value[key];
      // Most are texts: a call for each takes half of the time.
      if (typeof inner !== 'string') worst = Math.max(worst, worstFlaw(inner, levels - 1));
    }
  }
  return worst;
}

/** JSON with the keys of every object sorted: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    isJsonObject(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  );
}
