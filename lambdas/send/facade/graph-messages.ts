import { randomUUID } from 'node:crypto';
import { Problem } from '../../../shared/http/problem.ts';
import { isJsonObject } from '../../../shared/json.ts';
import { markMessageRead } from '../reply-status.ts';
import { type SendAnswer, type SendPorts, send } from '../send.ts';
import { type SendRequest, sendRequestSchema } from '../send-request.schema.ts';
import {
  graphMessageSchema,
  graphReadSchema,
  graphRecipientSchema,
} from './graph-request.schema.ts';
import { validated } from './validated.ts';

/** Who sends, and from which number. */
export interface GraphSender {
  organizationId: string;
  phoneNumberId: string;
}

/** What the façade's sends need from outside: all but a queue. */
export type GraphSendPorts = Omit<SendPorts, 'queue'>;

/**
 * Answers POST `/<phone number id>/messages`: sends a message, or marks one as read.
 * Source: Meta, "Messages" reference.
 * @param idempotencyKey without one each request is a message of its own, as it is at Meta
 * @throws Problem
 */
export async function postMessages(
  body: unknown,
  sender: GraphSender,
  idempotencyKey: string | undefined,
  ports: GraphSendPorts,
): Promise<object> {
  if (isJsonObject(body) && 'status' in body) {
    const { message_id: messageId, typing_indicator: typing } = validated(graphReadSchema, body);
    await markMessageRead({ ...sender, messageId, typing: typing !== undefined }, ports);
    return { success: true };
  }
  const request = sendRequestOf(body, sender);
  const answer = await send(request, idempotencyKey ?? randomUUID(), { ...ports, queue: noQueue });
  const { messageId } = answer.body;
  if (messageId === undefined) {
    throw unsettled(answer);
  }
  const waId = await waIdOf(answer, messageId, sender, ports);
  return {
    messaging_product: 'whatsapp',
    contacts: [contactOf(body, waId)],
    messages: [{ id: messageId }],
  };
}

/**
 * The same request as `/whatsapp-send-message` takes, to be sent now or not at all: for a message that
 * waits there is no id to answer with.
 */
function sendRequestOf(body: unknown, sender: GraphSender): SendRequest {
  const { biz_opaque_callback_data: reference, ...message } = validated(graphMessageSchema, body);
  const request = validated(sendRequestSchema, { ...sender, delivery: 'now', message });
  // Not by the schema: that keeps out what a list in a query could not carry, and clients send JSON here.
  return reference ? { ...request, clientReference: reference } : request;
}

const noQueue: SendPorts['queue'] = {
  enqueue: async () => {
    throw new Error('The façade queues nothing');
  },
};

/** Meta's code for what it cannot tell either. That it comes with 400 keeps clients from trying again. */
function unsettled({ body: { sendId, status } }: SendAnswer): Problem {
  const details = `Nobody knows (${status}) whether Meta has taken the message, send ${sendId}: Meta has not answered. The events send.updated and message.status will tell. Send it again only with the same Idempotency-Key, or after that.`;
  return new Problem('send-failed', {
    detail: details,
    meta: { code: 131000, title: 'Something went wrong', details },
  });
}

/** An answer that is given again does not have it, the message does. */
async function waIdOf(
  { replayed, body: { waId } }: SendAnswer,
  messageId: string,
  { phoneNumberId }: GraphSender,
  { messages, report }: GraphSendPorts,
): Promise<string | undefined> {
  if (!replayed) {
    return waId;
  }
  const item = await messages.find(phoneNumberId, messageId).catch(report);
  return item?.sent?.waId;
}

/** Source: Meta, "Messages" reference, response; "Business-scoped user IDs". */
function contactOf(body: unknown, waId: string | undefined): object {
  const { to, recipient } = graphRecipientSchema.parse(body);
  return {
    input: to ?? recipient,
    ...(waId === undefined ? {} : { wa_id: waId }),
    ...(to === undefined ? { user_id: recipient } : {}),
  };
}
