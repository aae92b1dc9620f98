import type { Credential, Credentials } from '../../shared/credentials/credential.port.ts';
import type { GraphAnswer, GraphError } from '../../shared/graph/graph.port.ts';
import { graphErrorKind, isTokenDead } from '../../shared/graph/graph-errors.ts';
import { type MetaSays, Problem } from '../../shared/http/problem.ts';
import type { Route, RouteTable } from '../../shared/routing/route.port.ts';
import type { SendRecord } from '../../shared/sends/send-record.schema.ts';

/** A business number that the calling organisation owns. */
export type OwnNumber = Route & { wabaId: string };

/**
 * The number that an organisation wants to use.
 * @throws Problem `not-found` where it is not theirs: that it exists is nobody else's business
 */
export async function ownNumber(
  routes: RouteTable,
  organizationId: string,
  phoneNumberId: string,
): Promise<OwnNumber> {
  const route = await routes.byPhoneNumber(phoneNumberId, { fresh: false });
  if (route?.organizationId !== organizationId || route.wabaId === undefined) {
    throw notFound('phoneNumberId', 'This organisation has no such phone number.');
  }
  return { ...route, wabaId: route.wabaId };
}

/** The answer for what does not exist, or is somebody else's. */
export function notFound(path: string, detail: string): Problem {
  return new Problem('not-found', { detail, problems: [{ path, detail }] });
}

/**
 * Makes sure that an organisation has a credential that Meta takes.
 * @throws Problem `connection-invalid`
 */
export function assertConnected(credential: Credential | undefined): Credential {
  if (credential?.state === 'VALID') {
    return credential;
  }
  throw new Problem('connection-invalid', {
    detail: credential
      ? `Meta refuses this organisation's access token (${credential.reason ?? 'token-invalid'}). Connect the WhatsApp Business Account again, then repeat the request.`
      : "There is no access token for this number's WhatsApp Business Account. Connect it, then repeat the request.",
  });
}

/**
 * Opens a credential's token.
 * @throws Problem `unavailable`: nothing has been sent
 */
export async function openToken(
  credentials: Credentials,
  credential: Credential,
  report: (error: unknown) => void,
) {
  try {
    return await credentials.open(credential);
  } catch (error) {
    report(error);
    throw unavailable('The access token cannot be decrypted at the moment.');
  }
}

/** Marks a credential whose token Meta takes no more, where a call's answer says so. */
export async function noteDeadToken(
  answer: GraphAnswer,
  credential: Credential,
  {
    credentials,
    now,
    report,
  }: { credentials: Credentials; now(): Date; report(error: unknown): void },
): Promise<void> {
  if (answer.kind === 'refused' && isTokenDead(answer.error)) {
    const at = now().toISOString();
    await credentials.invalidate(credential, answer.error.reason, at).catch(report);
  }
}

/** The answer where something on our side, or the way to Meta, does not work: nothing has been sent. */
export function unavailable(what: string): Problem {
  return new Problem('unavailable', {
    detail: `${what} Nothing has been sent: repeat the request with the same Idempotency-Key.`,
    retryAfterSeconds: 5,
  });
}

/** What the caller can do about a refusal, by its class. */
const whatToDo: Readonly<Record<string, string>> = {
  operator: 'It will until whoever runs the account or the app has acted',
  retry: 'It has failed several times; send the message again with a new Idempotency-Key',
};

/** The answer for a send that has failed for good. */
export function sendFailed({
  sendId,
  error = { code: 0, class: 'permanent', reason: 'unknown' },
  refusal = {},
}: Pick<SendRecord, 'sendId' | 'error' | 'refusal'>): Problem {
  const { code, class: errorClass, reason, title, details } = error;
  if (code === 0) {
    return new Problem('send-failed', {
      detail: `The send has failed before Meta was asked (${reason}).`,
      sendId,
    });
  }
  const then = whatToDo[errorClass] ?? 'It will refuse it again';
  return new Problem('meta-refused', {
    detail: `Meta has refused the message (${reason}). ${then}: see docs/error-reasons.md.`,
    meta: { code, title, details, ...refusal },
    sendId,
  });
}

/** The answer for what Meta has not carried out this time. */
export function notNow(error: GraphError): Problem {
  const meta = metaOf(error);
  const retryAfterSeconds = Math.ceil((error.retryAfterMs ?? 5000) / 1000);
  switch (error.class) {
    case 'throttle':
      return new Problem('throttled', {
        detail: `Meta takes no more at the moment (${error.reason}). Nothing has been sent: repeat the request after Retry-After, or leave out "delivery" to have it queued.`,
        meta,
        retryAfterSeconds,
      });
    case 'reconnect':
      return new Problem('connection-invalid', {
        detail: `Meta refuses this organisation's access token (${error.reason}). Connect the WhatsApp Business Account again, then repeat the request.`,
        meta,
      });
    default:
      return new Problem('meta-error', {
        detail: `Meta has an error of its own (${error.reason}). Nothing has been sent: repeat the request with the same Idempotency-Key.`,
        meta,
        retryAfterSeconds,
      });
  }
}

/** What Meta would say: a code with our reason for it. */
export function wouldSay(code: number, title: string): MetaSays {
  return { code, title, details: `reason: ${graphErrorKind(code).reason}` };
}

function metaOf({ code, subcode, title, details, fbtraceId }: GraphError): MetaSays {
  return { code, subcode, title, details, fbtraceId };
}

/**
 * Takes the answer of a call that may be repeated without harm.
 * @throws Problem where it is none
 */
export function answerOf(answer: GraphAnswer): unknown {
  switch (answer.kind) {
    case 'ok':
      return answer.body;
    case 'refused':
      if (['throttle', 'reconnect', 'retry'].includes(answer.error.class)) {
        throw notNow(answer.error);
      }
      throw new Problem('meta-refused', {
        detail: `Meta has refused the request (${answer.error.reason}). See docs/error-reasons.md for what to do.`,
        meta: metaOf(answer.error),
      });
    default:
      throw new Problem('unavailable', {
        detail: 'Meta cannot be reached, or has not answered. Repeat the request.',
        retryAfterSeconds: 5,
      });
  }
}
