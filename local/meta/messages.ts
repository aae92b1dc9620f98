import type { JsonObject } from '../../shared/json.ts';
import { type Customer, newMessageId } from './customer.ts';
import { attachmentUrl } from './graph/media/attachment-url.ts';
import { receiveMedia } from './graph/media/received.ts';
import { sampleFiles } from './graph/media/samples.ts';
import { generatedDocument } from './graph/media/stored-file.ts';

/** The business that the simulator plays Meta for. */
export interface Business {
  wabaId: string;
  phoneNumberId: string;
  /** Digits with the country code and no `+`. */
  displayPhoneNumber: string;
}

/** One element of `changes[]`. */
export interface Change {
  field: string;
  value: JsonObject;
}

/** The time in Meta's form: whole seconds. */
export const nowSeconds = () => Math.floor(Date.now() / 1000);

/**
 * A customer's message with a new id: `content` is `{type, <type>: {...}, context?, ...}` in the Cloud
 * API's own names.
 */
export function inboundMessage(
  customer: Customer,
  content: JsonObject,
): JsonObject & { id: string } {
  const { phone, userId } = customer;
  const from = { ...(phone && { from: phone }), from_user_id: userId };
  const id = newMessageId(customer);
  return { ...from, id, timestamp: String(nowSeconds()), ...content };
}

/** The change for messages of one customer. Meta sends system messages without contacts. */
export function messagesChange(
  business: Business,
  customer: Customer,
  messages: JsonObject[],
): Change {
  const named = messages.some(({ type }) => type !== 'system');
  return change('messages', business, { ...(named && contacts(customer)), messages });
}

const pricing = {
  billable: false,
  pricing_model: 'PMP',
  type: 'free_customer_service',
  category: 'service',
};
const undeliverable = {
  code: 131026,
  title: 'Message undeliverable',
  message: 'Message undeliverable',
  error_data: { details: 'Simulated: WhatsApp cannot reach this customer.' },
};

/**
 * The change for one status of a message sent to the customer. `status` wins over what Meta would add:
 * recipient, time, pricing, a failure's errors. A failure names no contact, and `sent` no username
 * (Meta's pages "status messages webhook" and "business-scoped user IDs").
 */
export function statusChange(
  business: Business,
  customer: Customer,
  status: JsonObject & { id: string; status: string },
): Change {
  const { username, ...nameless } = customer;
  const { phone, userId } = customer;
  const sent = status.status === 'sent';
  const failed = status.status === 'failed';
  const whole = {
    timestamp: String(nowSeconds()),
    ...(phone ? { recipient_id: phone } : { recipient_user_id: userId }),
    ...((sent || status.status === 'delivered') && { pricing }),
    ...(failed && { errors: [undeliverable] }),
    ...status,
  };
  const named = !failed && contacts(sent ? nameless : customer);
  return change('messages', business, { ...named, statuses: [whole] });
}

/** The change for what the business typed in its phone app; `content` as for a message. */
export function echoChange(
  business: Business,
  customer: Customer,
  content: JsonObject & { id: string },
): Change {
  const echo = {
    from: business.displayPhoneNumber,
    ...(customer.phone ? { to: customer.phone } : { to_user_id: customer.userId }),
    timestamp: String(nowSeconds()),
    ...content,
  };
  const echoes = { ...contacts(customer), message_echoes: [echo] };
  return change('smb_message_echoes', business, echoes);
}

function change(field: string, business: Business, rest: JsonObject): Change {
  const { displayPhoneNumber, phoneNumberId } = business;
  const metadata = { display_phone_number: displayPhoneNumber, phone_number_id: phoneNumberId };
  return { field, value: { messaging_product: 'whatsapp', metadata, ...rest } };
}

function contacts({ phone, userId, name, username }: Customer) {
  const profile = { name, ...(username && { username }) };
  return { contacts: [{ profile, ...(phone && { wa_id: phone }), user_id: userId }] };
}

/** What a media object says of a sample besides its file. */
const samples: Record<string, JsonObject> = {
  document: { filename: 'فاتورة.pdf' },
  sticker: { animated: false },
  audio: { voice: false },
};

/**
 * Meta's media object `{id, mime_type, sha256 (base64), url, ...}` for a sample file that a customer
 * sends to a number, or for a generated document of `size` bytes; undefined for an unknown sample. The
 * fake Graph serves the file: nothing leaves the machine.
 */
export function mediaObject(
  sample: string,
  { phoneNumberId }: Pick<Business, 'phoneNumberId'>,
  graphUrl: string,
  size?: number,
): JsonObject | undefined {
  const file = size === undefined ? sampleFiles.get(sample) : generatedDocument(size);
  if (!file) return undefined;
  const now = Date.now();
  const id = receiveMedia(phoneNumberId, file, now);
  const url = attachmentUrl(graphUrl, id, now, 'webhook');
  const sha256 = file.sha256.toString('base64');
  const rest = sample.startsWith('voice-') ? { voice: true } : samples[sample];
  return { id, sha256, url, mime_type: file.mimeType, ...rest };
}
