import { customerOf, newMessageId } from '../local/meta/customer.ts';
import { inboundMessage, messagesChange, statusChange } from '../local/meta/messages.ts';
import { signature, webhookBody } from '../local/meta/webhook.ts';
import type { Route } from '../shared/routing/route.port.ts';

const appSecret = 'the app secret of the measurement';
const business = {
  wabaId: '102290129340398',
  phoneNumberId: '106540352242922',
  displayPhoneNumber: '15550783881',
};

/** The one organisation that the samples are for. */
export const sampleRoute: Route = { organizationId: 'bench', wabaId: business.wabaId };

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

function text(index: number) {
  const customer = customerAt(index);
  const content = { type: 'text', text: { body: 'Where is my order?' } };
  return messagesChange(business, customer, [inboundMessage(customer, content)]);
}

function status(index: number) {
  const customer = customerAt(index);
  const id = newMessageId(customer);
  return statusChange(business, customer, { id, status: 'delivered' });
}

const customerAt = (index: number) => customerOf({ from: String(966_500_000_001 + index) });

function signed(changes: Parameters<typeof webhookBody>[1]): SignedWebhook {
  const body = Buffer.from(webhookBody(business.wabaId, changes));
  return { body, signature: signature(body, appSecret), appSecret };
}
