import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { Hash } from '@smithy/core/serde';
import { SignatureV4 } from '@smithy/signature-v4';
import * as z from 'zod';
import { parseJson } from '../shared/json.ts';
import { CommandError } from './command-error.ts';
import { readLocalRun } from './local-run.ts';

/** Where the API is, and how to be let in. */
export interface ServiceApi {
  /** Its address without a path. */
  url: string;
  /** A token for an API with a JWT authorizer; without one a request to AWS is signed. */
  token?: string | undefined;
}

/** A request to the API. */
export interface ApiCall {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  query?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  body?: object;
  /** Ends the waiting. */
  signal?: AbortSignal | undefined;
}

/** What the API has answered. */
export interface ApiAnswer {
  status: number;
  /** Its JSON; undefined where it is none. */
  body: unknown;
  /** How this machine's clock differs from the API's, in ms; undefined where the API names no time. */
  clockSkewMs: number | undefined;
}

/** Longer than API Gateway waits for the function. */
const timeoutMs = 35_000;

const awsHost = /\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?$/;

const localRunSchema = z.object({ apiUrl: z.url() });

const refusalSchema = z.object({
  detail: z.string().optional(),
  message: z.string().optional(),
  problems: z.array(z.object({ path: z.string(), detail: z.string() })).optional(),
});

/** The paragraph of every command's help on how it is let in. */
export const accessHelp = `A request to AWS is signed with your AWS credentials (AWS_PROFILE and the like), or carries the token
in WHATSAPP_API_TOKEN where the stage has a JWT authorizer.`;

/** The API that is named, else that of the local run. @throws CommandError where there is none */
export function serviceApi(apiUrl: string | undefined): ServiceApi {
  const url = apiUrl ?? readLocalRun(localRunSchema, 'name an --api-url').apiUrl;
  if (!URL.canParse(url)) {
    throw new CommandError('The --api-url is no address.');
  }
  return { url, token: process.env['WHATSAPP_API_TOKEN'] };
}

/** Asks the API. @throws CommandError where it does not answer, or the request cannot be signed */
export async function callApi(api: ServiceApi, call: ApiCall): Promise<ApiAnswer> {
  const url = new URL(call.path, api.url);
  url.search = new URLSearchParams(call.query).toString();
  const body = call.body && JSON.stringify(call.body);
  const headers = {
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...(await authorization(api, { method: call.method, url, body })),
  };
  const timeout = AbortSignal.timeout(timeoutMs);
  const sentAt = Date.now();
  try {
    const response = await fetch(url, {
      ...{ method: call.method, headers },
      ...(body !== undefined && { body }),
      // Nobody else shall get what is sent here.
      redirect: 'error',
      signal: call.signal ? AbortSignal.any([timeout, call.signal]) : timeout,
    });
    const now = (sentAt + Date.now()) / 2;
    const json = parseJson(await response.text());
    return {
      status: response.status,
      body: json.ok ? json.value : undefined,
      clockSkewMs: skewOf(response.headers.get('date'), now),
    };
  } catch {
    throw new CommandError(
      `${url.origin} does not answer. Is the address right, and for the local run: is "npm start" running?`,
    );
  }
}

/** An answer that is not the one that was asked for, as a person reads it. */
export function refusalOf(
  { method, path }: ApiCall,
  { status, body, clockSkewMs = 0 }: ApiAnswer,
): string {
  const { detail, message, problems = [] } = refusalSchema.safeParse(body).data ?? {};
  const said = detail ?? message;
  const advice =
    status === 401 || status === 403
      ? ` The caller is not let in: docs/deploy.md, "Let the inbox backend send".${
          Math.abs(clockSkewMs) > 60_000 ? " This machine's clock is wrong, too." : ''
        }`
      : '';
  const details = problems.map((problem) => `\n  ${problem.path}: ${problem.detail}`).join('');
  return `${method} ${path} answers ${status}${said === undefined ? '.' : `: ${said}`}${advice}${details}`;
}

interface Unsigned {
  method: string;
  url: URL;
  body: string | undefined;
}

async function authorization(
  { token }: ServiceApi,
  request: Unsigned,
): Promise<Record<string, string>> {
  if (token !== undefined) {
    return { authorization: `Bearer ${token}` };
  }
  const region = awsHost.exec(request.url.hostname)?.[1];
  return region === undefined ? {} : signed(request, region);
}

/** Source: IAM User Guide, "AWS Signature Version 4 for API requests". */
async function signed(
  { method, url, body }: Unsigned,
  region: string,
): Promise<Record<string, string>> {
  const signer = new SignatureV4({
    service: 'execute-api',
    region,
    credentials: defaultProvider(),
    sha256: Hash.bind(null, 'sha256'),
  });
  const request = {
    ...{ method, body },
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { host: url.host },
  };
  const { headers } = await signer.sign(request).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError(`The request cannot be signed: ${why}`);
  });
  const { host: _, ...rest } = headers;
  return rest;
}

/** A date in a header has whole seconds. */
function skewOf(date: string | null, now: number): number | undefined {
  const at = date === null ? Number.NaN : Date.parse(date);
  return Number.isNaN(at) ? undefined : Math.round(now - at - 500);
}
