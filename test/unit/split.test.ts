import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { elementsOf } from '../../lambdas/ingest/change.ts';
import { readEnvelope } from '../../lambdas/ingest/envelope.ts';
import { pack } from '../../lambdas/ingest/pack.ts';
import { messageBytes, splitChanges } from '../../lambdas/ingest/split.ts';
import { unpack } from '../../lambdas/ingest/unpack.ts';
import { isJsonObject } from '../../shared/json.ts';
import { byteLength } from '../../shared/sqs.ts';
import { MemoryObjectStore } from '../fakes/memory-object-store.ts';

const receivedAt = '2026-11-22T10:00:00.000Z';

interface Content {
  id: string;
  from: string;
  body: string;
}

function change(phoneNumberId: string, messages: readonly Content[]) {
  const senders = [...new Set(messages.map(({ from }) => from))];
  return {
    field: 'messages',
    value: {
      messaging_product: 'whatsapp',
      metadata: { display_phone_number: '15550001111', phone_number_id: phoneNumberId },
      contacts: senders.map((wa_id) => ({ wa_id, profile: { name: `Name of ${wa_id}` } })),
      messages: messages.map(({ id, from, body }) => ({ id, from, type: 'text', text: { body } })),
    },
  };
}

async function throughTheQueue(changes: readonly unknown[], store = new MemoryObjectStore()) {
  const webhook = { object: 'whatsapp_business_account', entry: [{ id: '1001', changes }] };
  const envelope = readEnvelope(JSON.stringify(webhook));
  const queued = await Promise.all(
    splitChanges(envelope.changes, receivedAt).map((bundle) => pack(bundle, store)),
  );
  const messages = await Promise.all(queued.map(({ body }) => unpack(body, store)));
  return { queued, changes: messages.flatMap((message) => message.changes) };
}

const numbered = (count: number, body: string): Content[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `wamid.${index}`,
    from: `96650000${String(index % 40).padStart(4, '0')}`,
    body,
  }));

describe('splitting a webhook', () => {
  it('keeps 1,000 messages in order, in few messages under the limit, each with its contact', async () => {
    const messages = numbered(1000, 'x'.repeat(300));
    const { queued, changes } = await throughTheQueue([change('2001', messages)]);
    expect(queued.length).toBeLessThanOrEqual(4);
    expect(Math.max(...queued.map(({ body }) => byteLength(body)))).toBeLessThanOrEqual(
      messageBytes,
    );
    const elements = changes.flatMap(elementsOf);
    expect(elements.map(({ position }) => position)).toEqual([...messages.keys()]);
    for (const { value } of changes) {
      const { contacts, messages: part } = isJsonObject(value) ? value : {};
      const listed = new Set(JSON.stringify(contacts).match(/(?<="wa_id":")\d+/g));
      const senders = new Set(JSON.stringify(part).match(/(?<="from":")\d+/g));
      expect(listed).toEqual(senders);
    }
  });

  it('never puts two phone numbers into one message', async () => {
    const { queued } = await throughTheQueue([
      change('2001', numbered(1, 'to the first')),
      change('2002', numbered(1, 'to the second')),
      change('2001', numbered(1, 'to the first again')),
    ]);
    expect(queued.map(({ groupId }) => groupId)).toEqual(['2001', '2002']);
    expect(queued[0]?.body).not.toContain('to the second');
  });

  it('takes the WABA where a change names no number', async () => {
    const account = { field: 'account_update', value: { event: 'VERIFIED_ACCOUNT' } };
    const { queued } = await throughTheQueue([account]);
    expect(queued.map(({ groupId }) => groupId)).toEqual(['1001']);
  });

  it('gives SQS a group id that it accepts whatever stands in its place', async () => {
    const { queued } = await throughTheQueue([
      change(`${'9'.repeat(200)} \u0001`, numbered(1, '')),
    ]);
    expect(queued[0]?.groupId).toMatch(/^[\w-]{1,128}$/);
  });

  it('compresses one update that is too large, and stores it where that is not enough', async () => {
    const store = new MemoryObjectStore();
    const soft = numbered(1, 'مرحبا '.repeat(60_000));
    const hard = numbered(1, randomBytes(400_000).toString('base64'));
    const { queued, changes } = await throughTheQueue(
      [change('2001', soft), change('2002', hard)],
      store,
    );
    expect(Math.max(...queued.map(({ body }) => byteLength(body)))).toBeLessThanOrEqual(
      messageBytes,
    );
    expect([...store.objects.keys()].map((key) => key.split('/')[0])).toEqual(['oversize']);
    expect(changes.map(({ value }) => value)).toEqual([
      change('2001', soft).value,
      change('2002', hard).value,
    ]);
  });

  it('loses no element and no contact, whatever the sizes', async () => {
    const content = fc.record({
      id: fc.string({ minLength: 1, maxLength: 5 }),
      from: fc.constantFrom('966500000001', '966500000002', '966500000003'),
      body: fc.nat({ max: 150_000 }).map((length) => '\uFFFF'.repeat(length / 4)),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(content, { minLength: 1, maxLength: 12 }), async (messages) => {
        const original = change('2001', messages);
        const { changes } = await throughTheQueue([original]);
        const values = changes.map(({ value }) => (isJsonObject(value) ? value : {}));
        expect(values.flatMap((value) => value['messages'])).toEqual(original.value.messages);
        expect(new Set(values.flatMap((value) => value['contacts']).map(String))).toEqual(
          new Set(original.value.contacts.map(String)),
        );
        expect(changes.flatMap(elementsOf).map(({ position }) => position)).toEqual([
          ...messages.keys(),
        ]);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps what SQS refuses as text: U+FFFE, U+FFFF, lone surrogates, NUL', async () => {
    const body = '\uFFFE\uFFFF\uD800 \u0000 \u202E';
    const { queued, changes } = await throughTheQueue([change('2001', numbered(1, body))]);
    expect(queued[0]?.body).not.toMatch(/[\uFFFE\uFFFF]|\p{Cc}/u);
    expect(JSON.stringify(changes[0]?.value)).toContain(JSON.stringify(body).slice(1, -1));
  });
});
