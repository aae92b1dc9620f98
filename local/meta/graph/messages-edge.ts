import { isJsonObject, type JsonObject } from '../../../shared/json.ts';
import { reachableNumber } from './access.ts';
import { type GraphCallIn, type GraphEdge, graphError, ok } from './edge.ts';
import { edgeAt } from './edge-at.ts';
import type { createFaultQueue } from './faults.ts';
import { invalid, type Refusal } from './field-rules.ts';
import { mediaSendProblem } from './media/send-problem.ts';
import type { MediaState } from './media/state.ts';
import { checkMessage, isReadReceipt, typeOf } from './message-rules.ts';
import { numberFacts, type OnboardingState } from './onboarding/state.ts';
import type { createOutbox } from './outbox.ts';
import { lateFailure } from './outcome.ts';
import { type Recipient, recipientOf } from './recipient.ts';
import type { GraphSettings } from './settings.ts';
import type { GraphState, SimulatedNumber, SimulatedTemplate } from './state.ts';
import { checkTemplateSend, unknownTemplate } from './template-rules.ts';
import type { createThrottles } from './throttle.ts';
import type { createWindows } from './window.ts';

/** What sending a message touches. */
export interface Messaging {
  state: GraphState;
  settings: GraphSettings;
  faults: ReturnType<typeof createFaultQueue>;
  outbox: ReturnType<typeof createOutbox>;
  throttles: ReturnType<typeof createThrottles>;
  windows: ReturnType<typeof createWindows>;
  onboarding: OnboardingState;
  media: MediaState;
}

const thirtyDaysMs = 30 * 24 * 3_600_000;
const isObject = isJsonObject;

/** POST `/{phone}/messages`: sends, read receipts and typing. Source: Meta, "Send messages". */
export function messagesEdge(messaging: Messaging): GraphEdge {
  return edgeAt('POST', ':id/messages', (call, id) => {
    const { state, settings, throttles } = messaging;
    const number = reachableNumber(state, call, id);
    if (!numberFacts(messaging.onboarding, id, state.now()).registered) {
      throw graphError(133010, {
        details:
          'Account does not exist in Cloud API, please use /{phone-number-ID}/register API to create an account first.',
      });
    }
    const mps = settings.throughputMps ?? number.throughputMps;
    if (!throttles.phone(number.id, mps).take(state.now())) {
      throw graphError(130429, {
        details:
          'Message failed to send because there were too many messages sent from this phone number in a short period of time.',
      });
    }
    refuse(checkMessage(call.body));
    const body = isObject(call.body) ? call.body : {};
    return isReadReceipt(body) ? markRead(body, messaging) : send(call, body, number, messaging);
  });
}

function refuse(refusal: Refusal | undefined): void {
  if (refusal) throw graphError(refusal.code, refusal);
}

/** A message that the business sent itself cannot be marked read. */
function markRead(body: JsonObject, { outbox }: Messaging) {
  if (outbox.find(String(body['message_id']))) {
    refuse(invalid("Param message_id must be a customer's message."));
  }
  return ok({ success: true });
}

function send(call: GraphCallIn, body: JsonObject, number: SimulatedNumber, messaging: Messaging) {
  const { state, settings, faults, outbox, throttles, windows } = messaging;
  const recipient = recipientOf(body) ?? invalidRecipient();
  if (recipient.id === number.displayPhoneNumber) throw graphError(131021);
  const template = templateOf(body, recipient, number, state);
  refuse(checkTarget(body, messaging));
  const now = state.now();
  const pair = throttles.pair(number.id, recipient.id);
  if (settings.pairLimit && recipient.kind !== 'group' && !pair.take(now)) {
    throw graphError(131056, {
      details:
        'Message failed to send because there were too many messages sent from this phone number to the same phone number in a short period of time.',
    });
  }
  const hasWindow = settings.windows === 'open' || windows.isOpen(number.id, recipient.id, now);
  const fault = faults.forStatus(call.path.join('/'));
  const failure = fault?.code
    ? { code: fault.code, details: fault.details }
    : lateFailure(body, recipient, {
        hasWindow,
        mediaProblem: (id) => mediaSendProblem(state, messaging.media, number.id, id),
      });
  const isHeld = template !== undefined && settings.messageStatus !== 'accepted';
  const category = template?.category;
  const { id } = outbox.accept({ number, recipient, body, category, failure, isHeld });
  return ok({
    messaging_product: 'whatsapp',
    contacts: [contactOf(recipient)],
    messages: [
      {
        id,
        ...(template && { message_status: settings.messageStatus }),
        ...(recipient.kind === 'group' && { group_id: recipient.id }),
      },
    ],
  });
}

function invalidRecipient(): never {
  throw graphError(131009, { details: 'Param to is not a valid WhatsApp recipient.' });
}

function contactOf({ kind, input, id }: Recipient) {
  return { input, [kind === 'user' ? 'user_id' : 'wa_id']: id };
}

/** The template that a message names; undefined for a message of another type. */
function templateOf(
  body: JsonObject,
  recipient: Recipient,
  number: SimulatedNumber,
  state: GraphState,
): SimulatedTemplate | undefined {
  if (typeOf(body) !== 'template') return undefined;
  const given = isObject(body['template']) ? body['template'] : {};
  const code = isObject(given['language']) ? String(given['language']['code']) : '';
  const template = {
    name: String(given['name']),
    language: { code },
    components: given['components'],
  };
  const found = state.templates
    .get(number.wabaId)
    ?.find(({ name, language }) => name === template.name && language === code);
  refuse(
    found
      ? checkTemplateSend(found, template, recipient.kind === 'user')
      : unknownTemplate(template),
  );
  return found;
}

/** Meta takes reactions to messages of the last 30 days that are no reactions themselves. */
function checkTarget(body: JsonObject, { outbox, state }: Messaging): Refusal | undefined {
  const reaction = body['reaction'];
  if (!isObject(reaction)) return undefined;
  const target = outbox.find(String(reaction['message_id']));
  if (!target) return undefined;
  const isOld = state.now() - Date.parse(target.acceptedAt) > thirtyDaysMs;
  return isOld || target.type === 'reaction'
    ? invalid("Param reaction['message_id'] is a message that cannot be reacted to.")
    : undefined;
}
