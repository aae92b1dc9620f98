import { describe, expect, it } from '@jest/globals';
import { eventsOfChange, type ItemImage } from '../../lambdas/inbox/events-of-change.ts';
import {
  messageKey,
  type SentMessage,
  type StatusEntry,
  sentAttribute,
  statusAttribute,
  statusSubjectAttribute,
} from '../../shared/events/message-item.ts';
import { PermanentError } from '../../shared/runtime/errors.ts';
import { sendUpdated } from '../../shared/sends/send-event.ts';
import { sendItemKey, toldAttribute } from '../../shared/sends/send-item.ts';
import type { SendRecord, SendState } from '../../shared/sends/send-record.schema.ts';

const at = '2026-11-22T10:00:00.000Z';
const number = { organizationId: 'north', wabaId: '1001', phoneNumberId: '2001' };
const send = { sendId: 'the send', clientReference: 'order 17' };

const sent: SentMessage = {
  ...{ messageId: 'wamid.1', ...send, ...number },
  acceptedAt: at,
  message: { type: 'text', text: { body: 'hello' } },
};

type StatusFields = Partial<StatusEntry> & Pick<StatusEntry, 'status'>;

/** The item of a message with these statuses. */
function item(statuses: readonly StatusFields[], more: ItemImage = {}): ItemImage {
  const entries = statuses.map((fields): StatusEntry => {
    return { occurredAt: at, receivedAt: at, orderKey: at, ...fields };
  });
  return {
    pk: messageKey('2001', 'wamid.1'),
    [statusSubjectAttribute]: JSON.stringify({ messageId: 'wamid.1', ...number }),
    ...more,
    ...Object.fromEntries(entries.map((entry) => [statusAttribute(entry), JSON.stringify(entry)])),
  };
}

const bySend = { [sentAttribute]: JSON.stringify(sent) };

describe('the item of a message that was sent', () => {
  it.each<[string, ItemImage | undefined, ItemImage]>([
    ['new', undefined, { pk: messageKey('2001', 'wamid.1'), ...bySend }],
    ['there through its statuses', item([{ status: 'sent' }]), item([{ status: 'sent' }], bySend)],
  ])('tells nothing by itself, %s', (_how, before, after) => {
    expect(eventsOfChange(before, after)).toEqual([]);
  });

  it.each<[string, ItemImage]>([
    ['itself', item([{ status: 'read', ...send }])],
    ['another status', item([{ status: 'read' }, { status: 'sent', ...send }])],
    ['what was written when it was sent', item([{ status: 'read' }], bySend)],
  ])('has statuses that say which send it was: %s does', (_what, after) => {
    const told = eventsOfChange(undefined, after).map(({ event }) => event);
    expect(told).toContainEqual(expect.objectContaining({ changed: 'read', ...send }));
  });

  it('has statuses that say nothing of a send that nobody named', () => {
    const [told] = eventsOfChange(undefined, item([{ status: 'read' }]));
    expect(told?.event).not.toHaveProperty('sendId');
    expect(told?.event).not.toHaveProperty('clientReference');
  });

  it('cannot be told of where it is not what was written', () => {
    const broken = item([{ status: 'read' }], { [sentAttribute]: '{}' });
    expect(() => eventsOfChange(undefined, broken)).toThrow(PermanentError);
  });
});

describe('the item of a send', () => {
  const record = (state: SendState): SendRecord => ({
    ...{ ...send, ...number, requestHash: 'hash', state },
    ...{ lane: 'agent', laneKey: 'lane', holdsLane: false, attempts: 1 },
    ...{ createdAt: at, stateAt: at, sendBy: at },
  });

  function image(...states: SendState[]): ItemImage {
    const events = states.map((state) => sendUpdated(record(state)));
    return {
      pk: sendItemKey('north', send.sendId),
      sk: 'SEND',
      record: JSON.stringify(record(states.at(-1) ?? 'PENDING')),
      ...Object.fromEntries(
        events.map((event) => [toldAttribute(event.status), JSON.stringify(event)]),
      ),
    };
  }

  it.each<[string, ItemImage | undefined, ItemImage, string[]]>([
    ['its first state', undefined, image('PENDING'), ['queued']],
    ['each state once', image('PENDING'), image('PENDING', 'ACCEPTED'), ['accepted']],
    ['nothing where only the record changed', image('PENDING'), image('PENDING'), []],
  ])('tells %s', (_what, before, after, statuses) => {
    const told = eventsOfChange(before, after).map(({ event }) => event);
    expect(told).toMatchObject(statuses.map((status) => ({ type: 'send.updated', status })));
  });
});
