import { isJsonObject, type JsonObject } from '../../../shared/json.ts';
import { customerOf, newMessageId } from '../customer.ts';
import { statusChange } from '../messages.ts';
import { errorKindOf } from './error-table.ts';
import { typeOf } from './message-rules.ts';
import { type LateFailure, stepsOf } from './outcome.ts';
import type { Recipient } from './recipient.ts';
import type { GraphSettings } from './settings.ts';
import type { GraphState, SimulatedNumber } from './state.ts';
import { createStatusBatches } from './status-batches.ts';

/** One message that Meta has accepted. */
export interface AcceptedMessage {
  id: string;
  phoneNumberId: string;
  /** As the call named the recipient. */
  to: string;
  type: string;
  /** RFC 3339. */
  acceptedAt: string;
  /** `biz_opaque_callback_data`. */
  callbackData: string | undefined;
  /** The statuses told so far, in that order. */
  statuses: string[];
}

/** A message on its way from acceptance to its statuses. */
export interface Acceptance {
  number: SimulatedNumber;
  recipient: Recipient;
  body: JsonObject;
  /** Of a template. */
  category?: string | undefined;
  failure: LateFailure | undefined;
  /** Whether Meta holds it back for now: no status follows. */
  isHeld: boolean;
}

const messagesKept = 100_000;
const href = 'https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/';

/** Keeps what was accepted and tells its statuses. */
export function createOutbox(state: GraphState, settings: GraphSettings) {
  const byId = new Map<string, AcceptedMessage>();
  const batches = createStatusBatches(settings);

  function accept(acceptance: Acceptance): AcceptedMessage {
    const { number, recipient, body } = acceptance;
    const callbackData = body['biz_opaque_callback_data'];
    const message: AcceptedMessage = {
      id: newMessageId(customerFor(recipient)),
      phoneNumberId: number.id,
      to: recipient.input,
      type: typeOf(body),
      acceptedAt: new Date(state.now()).toISOString(),
      callbackData: typeof callbackData === 'string' && callbackData ? callbackData : undefined,
      statuses: [],
    };
    byId.set(message.id, message);
    const [oldest] = byId.keys();
    if (byId.size > messagesKept && oldest !== undefined) byId.delete(oldest);
    if (!acceptance.isHeld) schedule(message, acceptance);
    return message;
  }

  function schedule(message: AcceptedMessage, acceptance: Acceptance): void {
    const steps = acceptance.failure ? ['failed'] : stepsOf(acceptance.body, settings);
    if (settings.ladder.length === 0) return;
    for (const [index, status] of (settings.reorder ? steps.toReversed() : steps).entries()) {
      batches.add(settings.delayMs * (index + 1), {
        wabaId: acceptance.number.wabaId,
        change: () => {
          message.statuses.push(status);
          const business = { ...acceptance.number, phoneNumberId: acceptance.number.id };
          const customer = customerFor(acceptance.recipient);
          const fields = statusFields(message, status, acceptance);
          const timestamp = String(Math.floor(state.now() / 1000));
          return statusChange(business, customer, { id: message.id, status, timestamp, ...fields });
        },
      });
    }
  }

  return {
    accept,
    find: (id: string) => byId.get(id),
    all: () => [...byId.values()],
    attach: batches.attach,
    stop: batches.stop,
  };
}

/** A group's statuses are told of the one customer who is in every simulated group. */
function customerFor({ kind, id }: Recipient) {
  if (kind === 'group') return customerOf({});
  return customerOf(kind === 'user' ? { fromUserId: id } : { from: id });
}

/** What a status says beside what every status says. */
function statusFields(
  { callbackData }: AcceptedMessage,
  status: string,
  { recipient, failure, category, body }: Acceptance,
): JsonObject {
  const participant = customerOf({}).phone;
  return {
    ...(recipient.kind === 'group' && {
      recipient_id: recipient.id,
      recipient_type: 'group',
      ...(status !== 'sent' && { recipient_participant_id: participant }),
    }),
    ...(callbackData !== undefined && { biz_opaque_callback_data: callbackData }),
    ...(isJsonObject(body['template']) &&
      /^(sent|delivered)$/.test(status) && { pricing: pricingOf(category) }),
    ...(status === 'failed' && failure && { errors: [webhookError(failure)] }),
  };
}

function pricingOf(category = '') {
  return {
    billable: true,
    pricing_model: 'PMP',
    type: 'regular',
    category: category.toLowerCase(),
  };
}

/** An error as a webhook tells it. Source: Meta, "Status messages webhook". */
function webhookError({ code, details }: LateFailure) {
  const title = errorKindOf(code).title || 'Simulated failure';
  const error_data = { details: details ?? title };
  return { code, title, message: title, error_data, href };
}
