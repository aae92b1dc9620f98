import * as z from 'zod';
import type { AccessToken } from '../../shared/credentials/access-token.ts';
import type { Graph, GraphAnswer, GraphRequest } from '../../shared/graph/graph.port.ts';
import type { SendRecord } from '../../shared/sends/send-record.schema.ts';

/** What Meta says of a message that it has accepted. */
export interface Acceptance {
  messageId: string;
  /** What Meta made of the phone number; absent where a BSUID or a group was written to. */
  waId?: string | undefined;
}

/** How handing a message to Meta ended. */
export type SendOutcome = Pick<GraphAnswer, 'usage'> &
  ({ kind: 'accepted'; acceptance: Acceptance } | Exclude<GraphAnswer, { kind: 'ok' }>);

/** Tolerant: only the id is needed. Source: Meta, "Messages" reference, response. */
const acceptedSchema = z.object({
  messages: z.array(z.object({ id: z.string().min(1) })).min(1),
  contacts: z
    .array(z.object({ wa_id: z.string().optional() }))
    .optional()
    .catch(undefined),
});

/** Hands a message to Meta, once. An answer without a message id settles nothing. Never rejects. */
export async function sendMessage(
  graph: Graph,
  { organizationId, phoneNumberId }: Pick<SendRecord, 'organizationId' | 'phoneNumberId'>,
  body: object,
  token: AccessToken,
): Promise<SendOutcome> {
  const answer = await graph.call({ ...post(phoneNumberId, body, token), organizationId });
  if (answer.kind !== 'ok') {
    return answer;
  }
  const { usage } = answer;
  const accepted = acceptedSchema.safeParse(answer.body).data;
  const messageId = accepted?.messages[0]?.id;
  return messageId === undefined
    ? { kind: 'ambiguous', problem: 'The answer names no message', usage }
    : {
        kind: 'accepted',
        acceptance: { messageId, waId: accepted?.contacts?.[0]?.wa_id },
        usage,
      };
}

/**
 * Marks a customer's message, and those before it, as read, and shows that somebody is typing until the
 * reply or for 25 s. Source: Meta, "Mark messages as read" and "Typing indicators".
 */
export function markRead(
  graph: Graph,
  { phoneNumberId, messageId, typing }: MarkRead,
  token: AccessToken,
): Promise<GraphAnswer> {
  const body = {
    status: 'read',
    message_id: messageId,
    ...(typing ? { typing_indicator: { type: 'text' } } : {}),
  };
  return graph.call(post(phoneNumberId, body, token));
}

/** Which message was read. */
export interface MarkRead {
  phoneNumberId: string;
  messageId: string;
  typing: boolean;
}

function post(phoneNumberId: string, body: object, token: AccessToken): GraphRequest {
  return {
    method: 'POST',
    path: `${phoneNumberId}/messages`,
    body: { messaging_product: 'whatsapp', ...body },
    token,
  };
}
