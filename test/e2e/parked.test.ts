import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { InboxEvent } from '../../shared/events/inbox-event.schema.ts';
import { type BootedStack, bootStack, numbers, textMessage, webhookFor } from './stack.ts';

let booted: BootedStack;
beforeAll(async () => {
  booted = await bootStack();
}, 60_000);
afterAll(() => booted?.stop());
jest.setTimeout(40_000);

/** A third organisation, and another number of the first: neither is connected yet. */
const late = { organizationId: 'east', wabaId: '1003', phoneNumberId: '2003' };
const second = { ...numbers.north, phoneNumberId: '2004' };

const idOf = (event: InboxEvent) => (event.type === 'message.received' ? event.message.id : '');

/** Waits until a partition holds so many items. */
async function itemsOnce(pk: string, count: number): Promise<unknown[]> {
  for (let attempt = 0; ; attempt++) {
    const items = await booted.items(pk);
    if (items.length === count || attempt === 200) {
      return items;
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

it('a number that nobody owns is parked for, and gets everything when it is connected', async () => {
  const messages = ['a', 'b', 'c'].map((name) => textMessage(`wamid.parked.${name}`, 'مرحبا'));
  for (const message of messages) {
    await booted.deliver(webhookFor(late, { messages: [message] }));
  }
  await booted.deliver(webhookFor(second, { messages: [textMessage('wamid.other', '')] }));
  expect(await itemsOnce('PARKED#2003', 3)).toHaveLength(3);
  expect(await itemsOnce('PARKED#2004', 1)).toHaveLength(1);
  expect(await booted.items('PARKED_OWNERS')).toHaveLength(2);
  expect(await booted.inbox(0, () => true)).toEqual([]);

  await booted.connect(late);
  const events = await booted.inbox(3, () => true);
  expect(events.map((event) => `${event.organizationId} ${idOf(event)}`).sort()).toEqual([
    'east wamid.parked.a',
    'east wamid.parked.b',
    'east wamid.parked.c',
  ]);
  expect(await itemsOnce('PARKED#2003', 0)).toEqual([]);
  expect(await booted.items('PARKED#2004')).toHaveLength(1);
});

it('a test of the dashboard is answered 200 and leaves nothing but when it came', async () => {
  const sample = { wabaId: '0', phoneNumberId: '123456123', organizationId: '' };
  const webhook = webhookFor(sample, { messages: [textMessage('ABGGFlA5Fpa', 'a test')] });
  expect((await booted.post(JSON.stringify(webhook))).status).toBe(200);
  expect(await itemsOnce('TEST_WEBHOOK', 1)).toMatchObject([{ sk: { S: 'LATEST' } }]);
  expect(await booted.items('PARKED#123456123')).toEqual([]);

  // What comes after it shows that nothing is on its way.
  const next = textMessage('wamid.after', '');
  await booted.deliver(webhookFor(numbers.south, { messages: [next] }));
  await booted.inbox(1, (event) => idOf(event) === 'wamid.after');
  expect(await booted.inbox(0, (event) => idOf(event) === 'ABGGFlA5Fpa')).toEqual([]);
  expect(booted.complaints).toEqual([]);
});
