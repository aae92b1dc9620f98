import { isJsonObject } from '../../../shared/json.ts';
import { type MetaCall, metaCallSchema, metaCallStatusSchema } from './call.schema.ts';
import type { Direction } from './edit.ts';
import {
  event,
  type Interpretation,
  type NumberFacts,
  notSupported,
  quarantined,
} from './interpretation.ts';
import { eventIdentity, type ItemIdentity } from './item-identity.ts';
import { windowFrom } from './message.ts';
import { metaTime } from './meta-time.ts';
import { businessPhoneOf } from './person.ts';

/** One of a change's `calls[]`: that a call rings, has ended, was recorded, ... */
export function interpretCall(facts: NumberFacts): readonly Interpretation[] {
  const { element, change, contacts, receivedAt } = facts;
  const call = metaCallSchema.safeParse(element).data;
  if (!call || !isJsonObject(element)) {
    return [quarantined];
  }
  const occurredAt = metaTime(call.timestamp, receivedAt);
  const businessPhone = businessPhoneOf(change.value);
  const direction = directionOf(call, businessPhone);
  const contact = contacts.personOf({
    phone: customerPhone(call, direction, businessPhone),
    // A business has no BSUID: whichever there is, is the customer's.
    userId: call.from_user_id ?? call.to_user_id,
    parentUserId: call.from_parent_user_id ?? call.to_parent_user_id,
  });
  if (call.event === undefined) {
    return [{ kind: 'unrecognised', reason: 'malformed', origin: { occurredAt, contact } }];
  }
  return event({
    identity: callIdentity(facts, call.id, call.event, call.timestamp),
    occurredAt,
    contact,
    body: {
      type: 'call.updated',
      callId: call.id,
      event: call.event,
      ...(direction === undefined ? {} : { direction }),
      ...outcomeOf(call, receivedAt),
      ...windowOf(call, direction, occurredAt),
      call: element,
    },
  });
}

/**
 * One of a change's `statuses[]` in field `calls`. Source: Meta, "Business-initiated calls": only
 * calls that the business makes have them.
 */
export function interpretCallStatus(facts: NumberFacts): readonly Interpretation[] {
  const { element, contacts, receivedAt } = facts;
  const status = metaCallStatusSchema.safeParse(element).data;
  if (!status || !isJsonObject(element)) {
    return [quarantined];
  }
  if (status.type !== undefined && status.type !== 'call') {
    return [notSupported];
  }
  const word = status.status.toUpperCase();
  const contact = contacts.personOf({
    phone: status.recipient_id,
    userId: status.recipient_user_id,
    parentUserId: status.recipient_parent_user_id ?? status.parent_recipient_user_id,
  });
  return event({
    identity: callIdentity(facts, status.id, word, status.timestamp),
    occurredAt: metaTime(status.timestamp, receivedAt),
    contact,
    body: {
      type: 'call.updated',
      callId: status.id,
      event: word,
      direction: 'outbound',
      call: element,
    },
  });
}

/** A call has several events, and may have the same one at two times. */
function callIdentity(
  { organizationId, phoneNumberId }: NumberFacts,
  callId: string,
  word: string,
  timestamp: unknown,
): ItemIdentity {
  return eventIdentity('call', organizationId, phoneNumberId, callId, word, String(timestamp));
}

/**
 * Who called whom. Where Meta does not say it: the caller's side offers the session, and a business
 * has no BSUID. Source: Meta, "User-initiated calls", of which one sample lacks the direction.
 */
function directionOf(call: MetaCall, businessPhone: string | undefined): Direction | undefined {
  const { direction, session, from_user_id, to_user_id, from, to } = call;
  const hints: readonly [boolean, Direction][] = [
    [direction?.toUpperCase() === 'USER_INITIATED', 'inbound'],
    [direction?.toUpperCase() === 'BUSINESS_INITIATED', 'outbound'],
    [session?.sdp_type === 'offer', 'inbound'],
    [session?.sdp_type === 'answer', 'outbound'],
    [from_user_id !== undefined, 'inbound'],
    [to_user_id !== undefined, 'outbound'],
    [isNumber(to, businessPhone), 'inbound'],
    [isNumber(from, businessPhone), 'outbound'],
  ];
  return hints.find(([holds]) => holds)?.[1];
}

/** The customer's side of a call. Several samples of Meta's have the two sides in each other's place. */
function customerPhone(
  { from, to }: MetaCall,
  direction: Direction | undefined,
  businessPhone: string | undefined,
): string | undefined {
  if (direction === undefined) {
    return undefined;
  }
  const [side, otherSide] = direction === 'inbound' ? [from, to] : [to, from];
  return isNumber(side, businessPhone) ? otherSide : side;
}

function isNumber(one: string | undefined, other: string | undefined): boolean {
  const digits = digitsOf(one);
  return digits !== '' && digits === digitsOf(other);
}

function digitsOf(phone = ''): string {
  return phone.replaceAll(/\D/g, '');
}

/** How a call ended, as far as this tells. */
function outcomeOf({ status, duration, start_time, end_time }: MetaCall, receivedAt: string) {
  const hasTime = (time: number | undefined) => time !== undefined && time > 0;
  return {
    ...(status === undefined ? {} : { status: status.toUpperCase() }),
    ...(duration === undefined ? {} : { durationSeconds: duration }),
    ...(hasTime(start_time) ? { startedAt: metaTime(start_time, receivedAt) } : {}),
    ...(hasTime(end_time) ? { endedAt: metaTime(end_time, receivedAt) } : {}),
  };
}

/** A customer's own call opens the window, answered or not. Source: Meta, "User-initiated calls". */
function windowOf(
  { event: word }: MetaCall,
  direction: Direction | undefined,
  occurredAt: string,
): { window?: ReturnType<typeof windowFrom> } {
  const opens = direction === 'inbound' && word === 'connect';
  return opens ? { window: windowFrom(Date.parse(occurredAt)) } : {};
}
