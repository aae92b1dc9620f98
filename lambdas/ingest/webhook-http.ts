import * as z from 'zod/mini';
import {
  receiveWebhook,
  verifyCallback,
  type WebhookOutcome,
  type WebhookPorts,
} from './receive-webhook.ts';

/** What is used of API Gateway's event. Source: API Gateway, Lambda proxy payload format 2.0. */
const requestSchema = z.object({
  requestContext: z.object({ http: z.object({ method: z.string() }) }),
  headers: z.optional(z.record(z.string(), z.string())),
  queryStringParameters: z.optional(z.record(z.string(), z.string())),
  body: z.optional(z.string()),
  isBase64Encoded: z.boolean(),
});

/** What became of a request; `deferred` is what Meta will send again. */
export type RequestOutcome = WebhookOutcome | { kind: 'deferred'; error: unknown };

/** An answer as API Gateway takes it. */
export interface HttpAnswer {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
}

// Exactly 200 means "yours now" to Meta, and anything else "again, please". Source: Meta, "Webhooks overview".
const statusCodes = {
  challenge: 200,
  refused: 403,
  accepted: 200,
  unsigned: 401,
  deferred: 503,
} as const satisfies Record<RequestOutcome['kind'], number>;

/** Answers one HTTP request. Never rejects. */
export async function answerWebhookRequest(
  event: unknown,
  ports: WebhookPorts,
): Promise<{ answer: HttpAnswer; outcome: RequestOutcome }> {
  const outcome = await outcomeOf(event, ports).catch(
    (error: unknown): RequestOutcome => ({ kind: 'deferred', error }),
  );
  const answer = {
    statusCode: statusCodes[outcome.kind],
    // Plain text: an echoed challenge is never a page.
    headers: { 'content-type': 'text/plain', 'x-content-type-options': 'nosniff' },
    body: outcome.kind === 'challenge' ? outcome.challenge : '',
  };
  return { answer, outcome };
}

async function outcomeOf(event: unknown, ports: WebhookPorts): Promise<WebhookOutcome> {
  const { requestContext, headers, queryStringParameters, body, isBase64Encoded } =
    requestSchema.parse(event);
  return requestContext.http.method === 'GET'
    ? verifyCallback(queryStringParameters ?? {}, ports)
    : receiveWebhook(
        Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8'),
        headers?.['x-hub-signature-256'],
        ports,
      );
}
