import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { orderKeyOf } from '../../shared/events/order-key.ts';
import { mergedStatus, statusOrderKeyOf, timestampsOf } from '../../shared/events/status-merge.ts';

const second = '2026-11-22T10:00:00.000Z';
const received = (milliseconds: number) =>
  new Date(Date.parse(second) + milliseconds).toISOString();

it('sorts the statuses of one second as a ladder, in whatever order they were received', () => {
  const ladder = ['sent', 'failed', 'delivered', 'read', 'played', 'one-of-tomorrow'];
  const keys = ladder.map((status, rung) =>
    statusOrderKeyOf({ status, occurredAt: second }, received(900 - 100 * rung), 0),
  );
  expect([...keys].sort()).toEqual(keys);
});

it('sorts a status behind the messages of its second', () => {
  const message = orderKeyOf(second, received(900), 0);
  expect(statusOrderKeyOf({ status: 'sent', occurredAt: second }, received(0), 0) > message).toBe(
    true,
  );
});

it('sorts a status by its second first', () => {
  const later = statusOrderKeyOf({ status: 'sent', occurredAt: received(1000) }, received(1), 0);
  expect(statusOrderKeyOf({ status: 'read', occurredAt: second }, received(2000), 0) < later).toBe(
    true,
  );
});

const arrived = ['sent', 'failed', 'delivered', 'read', 'played'].map((status, index) => ({
  status,
  occurredAt: received(1000 * index),
}));

it('merges statuses to the one that says most, in whatever order they came', () => {
  for (const [top, { status }] of arrived.entries()) {
    const some = fc.shuffledSubarray([...arrived.slice(0, top), { status: 'one-of-tomorrow' }]);
    fc.assert(
      fc.property(some, fc.nat(), (others, at) => {
        const place = at % (others.length + 1);
        expect(mergedStatus(others.toSpliced(place, 0, { status }))).toBe(status);
      }),
      { numRuns: 20 },
    );
  }
});

it.each([[[]], [[{ status: 'one-of-tomorrow' }]]])('makes nothing of %j', (entries) => {
  expect(mergedStatus(entries)).toBeUndefined();
});

it('tells when each status was reached that is known and came', () => {
  const [, failed, delivered] = arrived;
  const unknown = { status: 'one-of-tomorrow', occurredAt: second };
  expect(timestampsOf([])).toEqual({});
  expect(timestampsOf([unknown, ...arrived.slice(1, 3)])).toEqual({
    failed: failed?.occurredAt,
    delivered: delivered?.occurredAt,
  });
});
