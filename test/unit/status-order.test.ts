import { expect, it } from '@jest/globals';
import { orderKeyOf } from '../../shared/events/order-key.ts';
import { statusOrderKeyOf } from '../../shared/events/status-merge.ts';

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
