import { expect, it } from '@jest/globals';
import { Pipeline } from './pipeline.ts';

const route = { organizationId: 'north', wabaId: '1001', phoneNumberId: '2001' };

function webhook(name: string, ids: readonly string[], second: number): unknown {
  const value = {
    metadata: { phone_number_id: route.phoneNumberId },
    contacts: [{ profile: { name }, wa_id: '966500000001' }],
    messages: ids.map((id) => ({
      id,
      from: '966500000001',
      timestamp: String(1_763_800_000 + second),
      type: 'text',
      text: { body: '' },
    })),
  };
  const changes = [{ field: 'messages', value }];
  return { object: 'whatsapp_business_account', entry: [{ id: route.wabaId, changes }] };
}

it('a new name is told once, however many messages show it and however often they come', async () => {
  const pipeline = new Pipeline([route]);
  const deliveries = [
    webhook('Aisha', ['a1', 'a2'], 0),
    webhook('Aisha B', ['b1', 'b2', 'b3'], 10),
    webhook('Aisha B', ['b1', 'b2', 'b3'], 10),
    webhook('Aisha', ['a1', 'a2'], 0),
    webhook('Aisha B', ['b4'], 20),
    webhook('Aisha C', ['c1'], 30),
  ];
  for (const delivery of deliveries) {
    await pipeline.post(delivery);
    await pipeline.settle();
  }
  const changed = pipeline.inbox.events.filter(({ type }) => type === 'contact.changed');
  expect(changed).toMatchObject([
    { reason: 'profile', previous: { name: 'Aisha' }, current: { name: 'Aisha B' } },
    { reason: 'profile', previous: { name: 'Aisha B' }, current: { name: 'Aisha C' } },
  ]);
});
