import { describe, expect, it } from '@jest/globals';
import { failureIn, tallyOf } from '../../lambdas/inbox/told.ts';
import { type InboxEvent, inboxEventSchema } from '../../shared/events/inbox-event.schema.ts';

function told(content: object): InboxEvent {
  return inboxEventSchema.parse({
    schemaVersion: 1,
    eventId: '1',
    occurredAt: '2026-11-22T10:00:00.000Z',
    receivedAt: '2026-11-22T10:00:00.000Z',
    orderKey: '1',
    organizationId: 'north',
    ...content,
  });
}

const received = (type: string, more: object = {}) =>
  told({
    type: 'message.received',
    message: { id: 'wamid.1', type },
    window: { expiresAt: '2026-11-23T10:00:00.000Z' },
    ...more,
  });
const voice = received('audio', {
  media: { state: 'pending', kind: 'audio', mimeType: 'audio/ogg', voice: true },
});
const error = { code: 131026, class: 'permanent', reason: 'undeliverable' };
const status = (changed: string, more: object = {}) =>
  told({
    ...{ type: 'message.status', messageId: 'wamid.1', status: changed, changed, timestamps: {} },
    ...more,
  });
const send = (state: string, more: object = {}) =>
  told({ type: 'send.updated', sendId: '1', status: state, ...more });
const template = (state?: string) =>
  told({ type: 'template.updated', field: 'f', template: {}, ...(state && { status: state }) });

describe('what organisations are told', () => {
  it('is counted by what it is, for each of them', () => {
    const other = { organizationId: 'south' };
    const events = [received('text'), received('text'), received('text', other), status('read')];
    expect(tallyOf(events)).toEqual([
      { name: 'MessagesReceived', dimension: { type: 'text' }, organizationId: 'north', times: 2 },
      { name: 'MessagesReceived', dimension: { type: 'text' }, ...other, times: 1 },
      {
        name: 'StatusesReceived',
        dimension: { status: 'read' },
        organizationId: 'north',
        times: 1,
      },
    ]);
  });

  it.each([
    [voice, { type: 'voice' }],
    [received('audio'), { type: 'audio' }],
    [send('queued'), { status: 'queued' }],
    [template('REJECTED'), { status: 'rejected' }],
  ])('is counted under %#: $1', (event, dimension) => {
    expect(tallyOf([event])).toMatchObject([{ dimension }]);
  });

  // Each value of a dimension is a metric that is paid for.
  it.each([received('hologram'), status('levitated'), template('SHINED_UPON')])(
    'counts a word of Meta that is new as another one: $type',
    (event) => {
      const [tally] = tallyOf([event]);
      expect(Object.values(tally?.dimension ?? {})).toEqual(['other']);
    },
  );

  it('is not counted by type where nothing is decided or said', () => {
    expect(tallyOf([template()])).toEqual([]);
  });
});

describe('what has gone wrong', () => {
  it.each([
    [status('failed', { error }), { reason: 'undeliverable', metaCode: 131026 }],
    [
      send('failed', { error: { ...error, code: 0, reason: 'number-disconnected' } }),
      { metaCode: 0 },
    ],
    [send('expired'), { reason: 'expired' }],
    [
      told({ type: 'media.failed', messageId: '1', kind: 'image', reason: 'expired' }),
      { reason: 'expired' },
    ],
  ])('is a failure with its reason: %#', (event, failure) => {
    expect(failureIn(event)).toMatchObject({
      organizationId: 'north',
      type: event.type,
      ...failure,
    });
  });

  it.each([status('read'), send('accepted'), received('text')])('is not $type', (event) => {
    expect(failureIn(event)).toBeUndefined();
  });
});
