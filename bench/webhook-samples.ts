import { customerOf, newMessageId } from '../local/meta/customer.ts';
import { inboundMessage, messagesChange, statusChange } from '../local/meta/messages.ts';
import { signature, webhookBody } from '../local/meta/webhook.ts';
import type { ConnectedNumber } from '../shared/routing/route.port.ts';

const appSecret = 'the app secret of the measurement';
const displayPhoneNumber = '15550783881';

/** The one number that the samples are for. */
export const sampleNumber: ConnectedNumber = {
  organizationId: 'bench',
  ...{ wabaId: '102290129340398', phoneNumberId: '106540352242922' },
};

/** A webhook as it comes in. */
export interface SignedWebhook {
  body: Buffer;
  /** The value of `X-Hub-Signature-256`. */
  signature: string;
  appSecret: string;
}

/** A webhook of so many updates, each in a change of its own: three statuses, then a text. */
export function mixedWebhook(updates: number): SignedWebhook {
  return signed(
    Array.from({ length: updates }, (_, index) => (index % 4 === 3 ? text(index) : status(index))),
  );
}

/** A webhook with one text of a customer. */
export const textWebhook = (): SignedWebhook => signed([text(0)]);

/** A webhook with one status of a message. */
export const statusWebhook = (): SignedWebhook => signed([status(0)]);

/** The body of a webhook with the index-th customer's text for a number. */
export function textBody(number: ConnectedNumber, index: number): string {
  return webhookBody(number.wabaId, [text(index, number)]);
}

function text(index: number, number = sampleNumber) {
  const customer = customerAt(index);
  const content = { type: 'text', text: { body: 'Where is my order?' } };
  return messagesChange({ ...number, displayPhoneNumber }, customer, [
    inboundMessage(customer, content),
  ]);
}

function status(index: number) {
  const customer = customerAt(index);
  const id = newMessageId(customer);
  return statusChange({ ...sampleNumber, displayPhoneNumber }, customer, {
    id,
    status: 'delivered',
  });
}

const customerAt = (index: number) => customerOf({ from: String(966_500_000_001 + index) });

function signed(changes: Parameters<typeof webhookBody>[1]): SignedWebhook {
  const body = Buffer.from(webhookBody(sampleNumber.wabaId, changes));
  return { body, signature: signature(body, appSecret), appSecret };
}
