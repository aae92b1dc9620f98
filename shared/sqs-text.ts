/** SQS counts a batch of messages against one limit, in bytes. Source: SQS Developer Guide, Message quotas. */
export const sqsBatchBytes = 1024 * 1024;

/** SQS takes at most so many messages in one call. */
export const sqsBatchEntries = 10;

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
