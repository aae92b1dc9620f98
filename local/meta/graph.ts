import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import type { LocalRoute } from '../routes.ts';
import { listenLocally, stopServer } from '../servers.ts';
import { problemsOf } from './simulation.ts';

/** One call that the fake Graph API has answered. Headers and credentials are left out. */
interface GraphCall {
  method: string;
  /** Path and query. */
  path: string;
  /** The parsed JSON body, else its text; undefined where there is none. */
  body: unknown;
  status: number;
}

const fault = z.strictObject({
  status: z.int().min(400).max(599).default(400),
  code: z.int(),
  subcode: z.int().optional(),
  message: z.string().default('Simulated fault'),
  count: z.int().min(1).default(1),
});
type Fault = z.output<typeof fault>;

const callsKept = 1000;
const secretParameter = /([?&](?:access_token|input_token|client_secret|code)=)[^&]*/g;
const secretField = /^(access_token|input_token|client_secret)$/;

/**
 * Starts the fake Graph API on a free loopback port. It answers every call with Graph's error envelope,
 * and with the faults set at POST `/_local/graph/faults` `{code, status?, subcode?, message?, count?}`.
 */
export async function startGraph() {
  const calls: GraphCall[] = [];
  const faults: Fault[] = [];

  function nextFault(): Fault | undefined {
    const next = faults[0];
    if (next && --next.count === 0) faults.shift();
    return next;
  }

  const server = createServer(async (request, response) => {
    const { method = 'GET', url: target = '/' } = request;
    const path = target.replace(secretParameter, '$1***');
    const body = parsedBody(await text(request));
    const { status, ...error } = nextFault() ?? notSimulated(method, path);
    calls.push({ method, path, body, status });
    if (calls.length > callsKept) calls.shift();
    response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8' });
    response.end(errorEnvelope(error));
  });
  const url = await listenLocally(server);

  const routes: LocalRoute[] = [
    {
      method: 'GET',
      path: '/_local/graph/calls',
      handle: async () => ({ status: 200, body: calls }),
    },
    {
      method: 'POST',
      path: '/_local/graph/faults',
      handle: async ({ body }) => {
        const { data, error } = fault.safeParse(body);
        if (error) return { status: 400, body: { problems: problemsOf(error) } };
        faults.push(data);
        return { status: 200, body: { faults } };
      },
    },
  ];
  return { url, routes, stop: () => stopServer(server) };
}

function notSimulated(method: string, path: string) {
  const message = `Unsupported request: ${method} ${path} is not simulated yet`;
  return { status: 400, code: 100, subcode: 33, message };
}

function errorEnvelope({ message, code, subcode }: Pick<Fault, 'message' | 'code' | 'subcode'>) {
  const fbtrace_id = `A${randomBytes(16).toString('base64url')}`;
  const type = 'OAuthException';
  return JSON.stringify({ error: { message, type, code, error_subcode: subcode, fbtrace_id } });
}

function parsedBody(body: string): unknown {
  if (body === '') return undefined;
  try {
    return JSON.parse(body, (name, value) => (secretField.test(name) ? '***' : value));
  } catch {
    return body;
  }
}
