import { describe, expect, it } from '@jest/globals';
import { customerOf } from '../../local/meta/customer.ts';
import { inboundMessage, messagesChange, statusChange } from '../../local/meta/messages.ts';
import { webhookBody } from '../../local/meta/webhook.ts';
import { Pipeline } from './pipeline.ts';

const route = {
  organizationId: 'north',
  ...{ wabaId: '102290129340398', phoneNumberId: '106540352242922' },
};
const number = { ...route, displayPhoneNumber: '15550783881' };
const customer = customerOf({ from: '966500000001' });
const padding = (bytes: number) => 'x'.repeat(bytes);

const status = (bytes: number) =>
  statusChange(number, customer, {
    ...{ id: 'wamid.padded', status: 'delivered' },
    pricing: { pricing_model: 'PMP', padding: padding(bytes) },
  });

const message = (bytes: number) =>
  messagesChange(number, customer, [
    inboundMessage(customer, { type: 'text', text: { body: padding(bytes) } }),
  ]);

describe('an update that is too large to be told', () => {
  it.each([
    ['a status', status(15 * 1024), status(16 * 1024), 'message.status'],
    ['a message', message(250 * 1024), message(256 * 1024), 'message.received'],
  ])('%s is told as unrecognised, once, with whose it is', async (_what, small, large, type) => {
    const pipeline = new Pipeline([route]);
    for (const change of [small, large, large]) {
      await pipeline.post(JSON.parse(webhookBody(route.wabaId, [change])));
    }
    await pipeline.settle();
    const { events } = pipeline.inbox;
    expect(events.map((event) => event.type).sort()).toEqual([type, 'webhook.unrecognised']);
    const unrecognised = events.find((event) => event.type === 'webhook.unrecognised');
    expect(unrecognised).toMatchObject({
      ...{ reason: 'too-large', organizationId: 'north', contact: { phone: '+966500000001' } },
      conversationId: events.find((event) => event.type === type)?.conversationId,
    });
    expect(pipeline.store.objects.size).toBe(1);
  });
});
