/** SQS counts a batch of messages against one limit, in bytes. Source: SQS Developer Guide, Message quotas. */
const batchBytes = 1024 * 1024;

/** SQS takes at most so many messages in one call. Source: the same. */
export const batchEntries = 10;

/**
 * Makes JSON text safe to send: SQS refuses the two noncharacters that JSON leaves unescaped.
 * Source: SQS API Reference, SendMessage, "A message can include only XML, JSON, and unformatted text".
 */
export function toSqsText(json: string): string {
  return json.replace(/[\uFFFE\uFFFF]/g, (character) =>
    character === '\uFFFE' ? '\\ufffe' : '\\uffff',
  );
}

/** A text's size as it travels, in bytes. */
export function byteLength(text: string): number {
  return Buffer.byteLength(text);
}

/** Fills batches, in order, up to what SQS takes in one call. */
export function sqsBatches<Item>(items: readonly Item[], bodyOf: (item: Item) => string): Item[][] {
  const filled: Item[][] = [];
  let bytes = 0;
  for (const item of items) {
    const size = byteLength(bodyOf(item));
    const batch = filled.at(-1);
    if (!batch || batch.length === batchEntries || bytes + size > batchBytes) {
      filled.push([item]);
      bytes = size;
    } else {
      batch.push(item);
      bytes += size;
    }
  }
  return filled;
}
