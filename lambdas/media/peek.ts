/**
 * Reads the first bytes of a file, and gives them back with all others.
 * @param wanted at least so many bytes, unless there are fewer
 */
export async function peeked(
  bytes: AsyncIterable<Uint8Array>,
  wanted: number,
): Promise<{ head: Uint8Array; all: AsyncIterable<Uint8Array> }> {
  const iterator = bytes[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  let length = 0;
  while (length < wanted) {
    const { done, value } = await iterator.next();
    if (done) {
      break;
    }
    first.push(value);
    length += value.length;
  }
  return { head: Buffer.concat(first), all: all(first, iterator) };
}

async function* all(
  first: Uint8Array[],
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield* first;
  // What was handed out must not be kept alive for as long as the rest takes.
  first.length = 0;
  for (let next = await rest.next(); !next.done; next = await rest.next()) {
    yield next.value;
  }
}
