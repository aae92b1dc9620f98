import { randomBytes, randomUUID } from 'node:crypto';
import type { Endpoint, EndpointAnswer } from '../shared/webhooks-out/endpoint.port.ts';
import { signedHeaders } from '../shared/webhooks-out/signed-headers.ts';
import type { SigningSecrets } from '../shared/webhooks-out/signing-secrets.schema.ts';

/** One thing that was tried, and how it went. */
export interface EndpointCheck {
  name: string;
  isOk: boolean;
  /** What came back. */
  seen: string;
  /** What to do about it, where it is not well. */
  cure?: string;
}

/**
 * Sends a test event to an endpoint, then the same with a signature that is not its secret's.
 * @param organizationId whom the event names: consumers that look at it may know only their own
 */
export async function testEndpoint(
  endpoint: Endpoint,
  secrets: SigningSecrets,
  organizationId: string,
): Promise<EndpointCheck[]> {
  const genuine = await attempt(endpoint, secrets, organizationId);
  const taken = takenCheck(genuine.answer, genuine.durationMs);
  if (!taken.isOk) {
    return [taken];
  }
  const stranger = { secrets: [`whsec_${randomBytes(32).toString('base64')}`] };
  const forged = await attempt(endpoint, stranger, organizationId);
  return [taken, forgedCheck(forged.answer)];
}

async function attempt(endpoint: Endpoint, secrets: SigningSecrets, organizationId: string) {
  const now = new Date();
  const id = `test-${randomUUID()}`;
  const body = JSON.stringify(testEvent(id, organizationId, now));
  const answer = await endpoint.post(signedHeaders({ id, body }, secrets, now), body);
  return { answer, durationMs: Date.now() - now.getTime() };
}

/** Of a type that consumers do not know, and ignore. */
function testEvent(eventId: string, organizationId: string, now: Date) {
  const at = now.toISOString();
  return {
    ...{ schemaVersion: 1, eventId, type: 'endpoint.tested' },
    ...{ occurredAt: at, receivedAt: at, orderKey: `${at}#${at}#000000`, organizationId },
  };
}

function takenCheck(answer: EndpointAnswer, durationMs: number): EndpointCheck {
  const name = 'takes a signed event';
  if (answer.kind === 'unanswered') {
    return { name, isOk: false, seen: answer.problem, cure: connectionCure(answer.problem) };
  }
  const { status, location } = answer;
  const seen = `${status} after ${durationMs} ms`;
  const cure = statusCure(status, location);
  return cure === undefined ? { name, isOk: true, seen } : { name, isOk: false, seen, cure };
}

function forgedCheck(answer: EndpointAnswer): EndpointCheck {
  const name = 'refuses a forged one';
  if (answer.kind === 'unanswered') {
    return {
      ...{ name, isOk: false, seen: answer.problem },
      cure: 'Answer 401 to a signature that does not verify, instead of nothing.',
    };
  }
  const seen = String(answer.status);
  return answer.status >= 400 && answer.status < 500
    ? { name, isOk: true, seen }
    : {
        ...{ name, isOk: false, seen },
        cure: 'Anybody who knows the address can write into the inbox, or the endpoint fails on them. Verify webhook-signature over the raw body, and answer 401 where it does not match.',
      };
}

function statusCure(status: number, location: string | undefined): string | undefined {
  if (status >= 200 && status < 300) {
    return undefined;
  }
  if (status < 400) {
    return `Redirects are not followed. Configure the address that answers${location ? `: ${location}` : ''}.`;
  }
  const cures: Record<number, string> = {
    401: 'The endpoint does not accept the signature. Compare its secret with this one, verify the raw body as it came, and look at its clock.',
    403: 'Something before the endpoint (a firewall, a proxy) or the endpoint itself refuses: requests carry no other proof than the signature.',
    404: 'There is nothing at this path: look at the address.',
    405: 'The path exists, but not for POST.',
    410: 'The endpoint says that it is gone. Deliveries go on until it is taken out of the configuration.',
    413: 'The endpoint must accept bodies of up to 1 MiB.',
    415: 'The endpoint must accept application/json.',
    429: 'The endpoint has too much to do: lower eventsEndpoint.concurrency, or raise its limit.',
  };
  return (
    cures[status] ??
    (status < 500
      ? 'The endpoint refuses the request: its log says why. Types that it does not know are to be ignored, not refused.'
      : 'The endpoint fails: its log says why. What it cannot do in ten seconds belongs behind its answer.')
  );
}

/** Source: Node.js, "Errors", "OpenSSL error codes" and common system errors. */
function connectionCure(problem: string): string {
  switch (problem) {
    case 'connect-timeout':
      return 'No connection in 3 s: a firewall drops it, or the address is private. Lambda comes from the public internet.';
    case 'answer-timeout':
      return 'No answer in 10 s: answer as soon as the event is stored, and work on it afterwards.';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'The name does not resolve: look at the address.';
    case 'ECONNREFUSED':
      return 'Nobody listens at this address and port.';
    case 'ECONNRESET':
    case 'EPIPE':
      return 'The connection was cut before an answer: look at the log of the endpoint and of what stands before it.';
    case 'CERT_HAS_EXPIRED':
      return 'The certificate has expired: renew it.';
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return 'The certificate is for another name.';
    case 'EPROTO':
      return 'This port does not speak TLS, or not version 1.2 or 1.3.';
  }
  return /CERT|ISSUER|SIGNATURE/.test(problem)
    ? 'The certificate is not trusted: it needs a public authority, and the server has to send its intermediate certificates.'
    : 'The connection failed: look at the address and at what stands before the endpoint.';
}
