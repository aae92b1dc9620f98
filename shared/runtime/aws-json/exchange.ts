import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import type { awsClientConfig } from '../aws-client.ts';

/** An answer as it came. */
export interface Answer {
  status: number;
  requestId: string | undefined;
  /** An error's name, where it is not in the body. */
  errorType: string | undefined;
  /** When the service says that it is; invalid where it does not say. */
  date: Date;
  body: string;
}

/** As many connections as the SDK makes. */
const agent = new Agent({ keepAlive: true, maxSockets: 50 });

/**
 * Posts a body, once.
 * @throws Error where no whole answer came in time
 */
export function post(
  endpoint: URL,
  { headers, body }: { headers: Readonly<Record<string, string>>; body: string },
  { connectionTimeout, requestTimeout }: ReturnType<typeof awsClientConfig>['requestHandler'],
): Promise<Answer> {
  const isHttps = endpoint.protocol === 'https:';
  const options = {
    method: 'POST',
    headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    ...(isHttps && { agent }),
  };
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const request = (isHttps ? httpsRequest : httpRequest)(endpoint, options, (response) => {
    answerOf(response).then(resolve, reject);
  });
  request.on('error', reject);
  const timer = endAfter(request, requestTimeout);
  request.once('socket', (socket) => {
    if (socket.connecting) {
      const connecting = endAfter(request, connectionTimeout);
      socket.once('connect', () => clearTimeout(connecting));
      socket.once('close', () => clearTimeout(connecting));
    }
  });
  request.end(body);
  return promise.finally(() => clearTimeout(timer));
}

function endAfter(request: ClientRequest, ms: number): NodeJS.Timeout {
  const error = Object.assign(new Error(`AWS was silent for ${ms} ms`), { name: 'TimeoutError' });
  return setTimeout(() => request.destroy(error), ms);
}

async function answerOf(response: IncomingMessage): Promise<Answer> {
  response.setEncoding('utf8');
  let body = '';
  for await (const chunk of response) body += chunk;
  const { date = '', 'x-amzn-requestid': requestId, 'x-amzn-errortype': type } = response.headers;
  return {
    ...{ status: response.statusCode ?? 0, date: new Date(date), body },
    requestId: requestId?.toString(),
    errorType: type?.toString(),
  };
}
