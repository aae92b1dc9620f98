/** What tests send and nobody may log: tokens, signatures of links, ids that hold numbers, numbers, Arabic texts. */
const forbidden =
  /\bEAA[\w-]{8}|\bnxs_[\w-]{8}|X-Amz-Signature|wamid\.|\b(9665|1555)\d{6}|[\u0600-\u06ff]/;

/** UUIDs and trace ids: chance makes one of some thousands begin as a token or a number does. */
const randomIds = /\b[\da-f]{8}-[\da-f-]{20,}/g;

/** @throws where functions have logged any of it, with the first such line */
export function assertNothingPrivate(logs: string): void {
  const found = logs.split('\n').filter((line) => forbidden.test(line.replace(randomIds, '')));
  if (found.length > 0) {
    throw new Error(`Something private was logged, ${found.length} times: ${found[0]}`);
  }
}
