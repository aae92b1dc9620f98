import type { ServerResponse } from 'node:http';
import { pipeline, Readable } from 'node:stream';

/**
 * Ends a response whose head is written with the body of an answer: a `Buffer` as it is, a `Readable` as
 * it comes, anything else as JSON. A stream that fails breaks the connection off.
 */
export function endWithBody(response: ServerResponse, body: unknown): void {
  if (body instanceof Readable) pipeline(body, response, () => undefined);
  else response.end(Buffer.isBuffer(body) ? body : JSON.stringify(body));
}
