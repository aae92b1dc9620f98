import * as z from 'zod/mini';
import { parseJson } from '../../shared/json.ts';
import type { Endpoint, EndpointAnswer } from '../../shared/webhooks-out/endpoint.port.ts';
import { signedHeaders } from '../../shared/webhooks-out/signed-headers.ts';
import type { SigningSecretsSource } from './deliver-events-secrets.port.ts';

/** What delivering needs from outside. */
export interface DeliverEventPorts {
  endpoint: Endpoint;
  secrets: SigningSecretsSource;
  now(): Date;
  /** From 0 to 1: spreads what failed together. */
  random(): number;
  report(error: unknown): void;
}

/** An event as it was received from its queue. */
export interface ReceivedEvent {
  /** Its JSON, which is posted as it is. */
  body: string;
  /** How often it was received, this time included. */
  receives: number;
}

/** `unsigned`: the secrets cannot be read. `malformed`: it is no event. Neither was posted. */
export type DeliveryOutcome =
  | 'delivered'
  | 'redirected'
  | 'refused'
  | 'failed'
  | 'unanswered'
  | 'unsigned'
  | 'malformed';

/** What became of one attempt. */
export interface DeliveryAttempt {
  outcome: DeliveryOutcome;
  eventId?: string;
  answer?: EndpointAnswer;
  /** From asking to the answer, in ms. */
  durationMs?: number;
  /** In how many ms it has to come again; undefined where it is delivered. */
  waitMs: number | undefined;
}

const firstWaitMs = 5000;
const longestWaitMs = 60 * 60 * 1000;

/** The part of the queue's JSON that is needed. The id goes into a header. */
const eventSchema = z.object({ eventId: z.string().check(z.regex(/^[\w-]{1,128}$/)) });

/**
 * How long an event waits for its next attempt, in ms: 5 s, 10 s, ... up to an hour, a fifth more or less.
 * @param receives how often it was received so far, from 1
 */
export function retryWaitMs(receives: number, random: number): number {
  const waitMs = Math.min(firstWaitMs * 2 ** (receives - 1), longestWaitMs);
  return Math.round(waitMs * (0.8 + 0.4 * random));
}

/** Posts one event once. What is not answered 2xx comes again, the same in everything but its time. */
export async function deliverEvent(
  { body, receives }: ReceivedEvent,
  ports: DeliverEventPorts,
): Promise<DeliveryAttempt> {
  const waitMs = retryWaitMs(receives, ports.random());
  const json = parseJson(body);
  const event = eventSchema.safeParse(json.ok ? json.value : undefined).data;
  if (!event) {
    return { outcome: 'malformed', waitMs };
  }
  const { eventId } = event;
  const secrets = await ports.secrets.read().catch((error: unknown) => {
    ports.report(error);
    return undefined;
  });
  if (!secrets) {
    return { outcome: 'unsigned', eventId, waitMs };
  }
  const startedAt = ports.now();
  const headers = signedHeaders({ id: eventId, body }, secrets, startedAt);
  const answer = await ports.endpoint.post(headers, body);
  const durationMs = ports.now().getTime() - startedAt.getTime();
  const outcome = outcomeOf(answer);
  return {
    ...{ outcome, eventId, answer, durationMs },
    waitMs: outcome === 'delivered' ? undefined : Math.max(waitMs, askedWaitMs(answer)),
  };
}

/** Source: Standard Webhooks, "Operational considerations": 2xx alone is success. */
function outcomeOf(answer: EndpointAnswer): DeliveryOutcome {
  if (answer.kind === 'unanswered') {
    return 'unanswered';
  }
  switch (Math.floor(answer.status / 100)) {
    case 2:
      return 'delivered';
    case 3:
      return 'redirected';
    case 4:
      return 'refused';
    default:
      return 'failed';
  }
}

/** What the endpoint asks for, within what an event can wait. */
function askedWaitMs(answer: EndpointAnswer): number {
  return answer.kind === 'answered' ? Math.min(answer.retryAfterMs ?? 0, longestWaitMs) : 0;
}
