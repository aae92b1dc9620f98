import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { Hash } from '@smithy/core/serde';
import { SignatureV4 } from '@smithy/signature-v4';
import * as z from 'zod';
import { type HealthReport, healthReportSchema } from '../shared/doctor/report.schema.ts';
import { parseJson } from '../shared/json.ts';

/** Why there is no report; its message says what to do. */
export class NoReportError extends Error {
  override readonly name = 'NoReportError';
}

/** Where the API is, and how to be let in. */
export interface HealthApi {
  /** Its address without a path. */
  url: string;
  /** A token for an API with a JWT authorizer; without one a request to AWS is signed. */
  token?: string | undefined;
}

/** A report, and how this machine's clock differs from the API's. */
export interface Answer {
  report: HealthReport;
  /** Of this machine against the API, in ms; undefined where the API names no time. */
  clockSkewMs: number | undefined;
}

/** Longer than API Gateway waits for the function. */
const timeoutMs = 35_000;

const awsHost = /\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?$/;

const problemSchema = z.object({ detail: z.string().optional(), message: z.string().optional() });

/** Asks GET `/whatsapp-health` for an organisation's report. @throws NoReportError */
export async function readReport(api: HealthApi, organizationId: string): Promise<Answer> {
  const url = new URL('/whatsapp-health', api.url);
  url.search = new URLSearchParams({ organizationId }).toString();
  const headers = await authorization(api, url);
  const sentAt = Date.now();
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(timeoutMs) }).catch(
    () => {
      throw new NoReportError(
        `${url.origin} does not answer. Is the address right, and for the local run: is "npm start" running?`,
      );
    },
  );
  const now = (sentAt + Date.now()) / 2;
  const text = await response.text();
  const json = parseJson(text);
  const body = json.ok ? json.value : undefined;
  const clockSkewMs = skewOf(response.headers.get('date'), now);
  if (response.status !== 200) {
    throw new NoReportError(problemOf(response.status, body, clockSkewMs));
  }
  const report = healthReportSchema.safeParse(body);
  if (!report.success) {
    throw new NoReportError(`${url.origin} answers something that is no report.`);
  }
  return { report: report.data, clockSkewMs };
}

async function authorization({ token }: HealthApi, url: URL): Promise<Record<string, string>> {
  if (token !== undefined) {
    return { authorization: `Bearer ${token}` };
  }
  const region = awsHost.exec(url.hostname)?.[1];
  return region === undefined ? {} : signed(url, region);
}

/** Source: IAM User Guide, "AWS Signature Version 4 for API requests". */
async function signed(url: URL, region: string): Promise<Record<string, string>> {
  const signer = new SignatureV4({
    service: 'execute-api',
    region,
    credentials: defaultProvider(),
    sha256: Hash.bind(null, 'sha256'),
  });
  const request = {
    method: 'GET',
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { host: url.host },
  };
  const { headers } = await signer.sign(request).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new NoReportError(`The request cannot be signed: ${why}`);
  });
  const { host: _, ...rest } = headers;
  return rest;
}

/** A date in a header has whole seconds. */
function skewOf(date: string | null, now: number): number | undefined {
  const at = date === null ? Number.NaN : Date.parse(date);
  return Number.isNaN(at) ? undefined : Math.round(now - at - 500);
}

function problemOf(status: number, body: unknown, clockSkewMs: number | undefined): string {
  const { detail, message } = problemSchema.safeParse(body).data ?? {};
  const said = detail ?? message;
  const advice =
    status === 401 || status === 403
      ? ` The caller is not let in: docs/deploy.md, "Let the inbox backend send".${
          Math.abs(clockSkewMs ?? 0) > 60_000 ? " This machine's clock is wrong, too." : ''
        }`
      : '';
  return `GET /whatsapp-health answers ${status}${said === undefined ? '.' : `: ${said}`}${advice}`;
}
