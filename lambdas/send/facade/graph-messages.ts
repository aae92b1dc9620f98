import { randomUUID } from 'node:crypto';
import { Problem } from '../../../shared/http/problem.ts';
import { requestProblems } from '../../../shared/http/request-problems.ts';
import { isJsonObject } from '../../../shared/json.ts';
import { markMessageRead } from '../reply-status.ts';
import { type SendAnswer, type SendPorts, send } from '../send.ts';
import { type SendRequest, sendRequestSchema } from '../send-request.schema.ts';
import { graphMessageSchema, graphReadSchema, graphRecipientSchema } from './graph-request.schema.ts';

/** Who sends from which number. */
export interface GraphSender {
  organizationId: string;
  phoneNumberId: string;
}

/**
 * Answers POST `/<phone number id>/messages`: sends a message, or marks one as read.
 * Source: Meta, "Messages" reference.
 * @param idempotencyKey without one each request is a message of its own, as at Meta
 * @throws Problem
 */
export async function postMessages(
  body: unknown,
  sender: GraphSender,
  idempotencyKey: string | undefined,
  ports: SendPorts,
): Promise<object> {
  if (isJsonObject(body) && 'status' in body) {
    const { message_id: messageId, typing_indicator: typing } = valid(graphReadSchema, body);
    await markMessageRead({ ...sender, messageId, typing: typing !== undefined }, ports);
    return { success: true };
  }
  const answer = await send(sendRequestOf(body, sender), idempotencyKey ?? randomUUID(), ports);
  const { sendId = '', messageId } = answer.body;
  if (messageId === undefined) {
    throw unsettled(sendId);
  }
  const waId = await waIdOf(answer, messageId, sender, ports);
  return {
    messaging_product: 'whatsapp',
    contacts: [contactOf(body, waId)],
    messages: [{ id: messageId }],
  };
}

/** The same request as it would come to `/whatsapp-send-message`. It is sent now or not at all: who queues has no message id to answer with. */
function sendRequestOf(body: unknown, sender: GraphSender): SendRequest {
  const { biz_opaque_callback_data: callbackData, ...message } = valid(graphMessageSchema, body);
  const request = valid(sendRequestSchema, { ...sender, delivery: 'now', message });
  // Not through the schema, which keeps references free of what our own query cannot carry.
  return callbackData ? { ...request, clientReference: callbackData } : request;
}

function valid<Output>(
  schema: { safeParse(value: unknown): ReturnType<typeof sendRequestSchema.safeParse> | Parsed<Output> },
  value: unknown,
): Output {
  throw new Error();
}
