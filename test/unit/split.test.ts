import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { elementsOf } from '../../lambdas/ingest/change.ts';
import { readEnvelope } from '../../lambdas/ingest/envelope.ts';
import { pack, packBody } from '../../lambdas/ingest/pack.ts';
import { messageBytes, splitChanges } from '../../lambdas/ingest/split.ts';
import { unpack } from '../../lambdas/ingest/unpack.ts';
import { webhookMessageSchema } from '../../lambdas/ingest/webhook-message.schema.ts';
import { isJsonObject } from '../../shared/json.ts';
import { byteLength, toSqsText } from '../../shared/sqs.ts';
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
        const contacts = values.flatMap((value) => value['contacts']);
        expect(new Set(contacts.map((contact) => JSON.stringify(contact)))).toEqual(
          new Set(original.value.contacts.map((contact) => JSON.stringify(contact))),
        );
        expect(changes.flatMap(elementsOf).map(({ position }) => position)).toEqual([
          ...messages.keys(),
        ]);
      }),
      { numRuns: 20 },
    );
  });

  it('keeps what SQS refuses as text: U+FFFE, U+FFFF, lone surrogates, NUL', async () => {
    const body = '\uFFFE\uFFFF\uD800 \u0000 \u202E';
    const { queued, changes } = await throughTheQueue([change('2001', numbered(1, body))]);
    expect(queued[0]?.body).not.toMatch(/[\uFFFE\uFFFF]|\p{Cc}/u);
    expect(JSON.stringify(changes[0]?.value)).toContain(JSON.stringify(body).slice(1, -1));
  });
});

/** The bundles of a webhook with these changes, with what they say and their size. */
function bundlesOf(changes: readonly unknown[]) {
  const webhook = { object: 'whatsapp_business_account', entry: [{ id: '1001', changes }] };
  return splitChanges(readEnvelope(JSON.stringify(webhook)).changes, receivedAt).map(({ json }) => {
    const { changes: parts } = webhookMessageSchema.parse(JSON.parse(json));
    return { bytes: byteLength(json), parts, elements: parts.flatMap(elementsOf) };
  });
}

const valuesOf = (bundles: ReturnType<typeof bundlesOf>) =>
  bundles.flatMap(({ parts }) => parts).map(({ value }) => (isJsonObject(value) ? value : {}));

/** Two changes of one number that make a bundle of so many bytes. */
function twoChanges(bytes: number) {
  const [small, empty] = [numbered(1, 'x'), numbered(1, '')];
  const [bundle] = bundlesOf([change('2001', small), change('2001', empty)]);
  const body = 'x'.repeat(bytes - (bundle?.bytes ?? 0));
  return [change('2001', small), change('2001', numbered(1, body))];
}

describe('a bundle', () => {
  it('is filled up to a byte below its limit, and no further', () => {
    expect(bundlesOf(twoChanges(messageBytes - 1)).map(({ bytes }) => bytes)).toEqual([
      messageBytes - 1,
    ]);
    expect(bundlesOf(twoChanges(messageBytes))).toHaveLength(2);
  });

  it('has a change as Meta wrote it up to the limit, and parts of it above', () => {
    const pair = (body: string) => change('2001', [...numbered(1, body), ...numbered(1, 'x')]);
    const [empty] = bundlesOf([pair('')]);
    const most = messageBytes - (empty?.bytes ?? 0);
    const whole = bundlesOf([pair('x'.repeat(most))]);
    expect(whole.map(({ bytes }) => bytes)).toEqual([messageBytes]);
    expect(valuesOf(whole)).toEqual([pair('x'.repeat(most)).value]);
    expect(bundlesOf([pair('x'.repeat(most + 1))])).toHaveLength(2);
  });

  it.each<[string, number, unknown, unknown[]]>([
    ['messages', 2, { body: 'x'.repeat(messageBytes / 2) }, []],
    ['messages', 100, { body: 'x'.repeat(20_000) }, []],
    ['messages', 60_000, {}, []],
    ['messages', 50_000, { body: '\uFFFF' }, []],
    ['messages', 100, { body: 'x'.repeat(5000) }, [{ wa_id: '1', name: 'x'.repeat(100_000) }]],
  ])('keeps the limit and uses it: %s, %d of them', (collection, count, element, contacts) => {
    const value = { contacts, [collection]: Array.from({ length: count }, () => element) };
    const bundles = bundlesOf([{ field: 'messages', value }]);
    expect(Math.max(...bundles.map(({ bytes }) => bytes))).toBeLessThanOrEqual(messageBytes);
    expect(bundles.flatMap(({ elements }) => elements)).toHaveLength(count);
    const total = byteLength(toSqsText(JSON.stringify(value)));
    // An element counts with the name of its list: of the smallest it is most of what is counted.
    const least = byteLength(toSqsText(JSON.stringify(element))) + 1;
    const counted = total * (1 + (JSON.stringify(collection).length + 4) / least);
    expect(bundles.length).toBeLessThanOrEqual(Math.ceil(counted / messageBytes) + 1);
  });

  it('keeps the limit where each element has a large contact', () => {
    const people = Array.from({ length: 60 }, (_, index) => ({
      user_id: `US.${index}`,
      name: 'x'.repeat(10_000),
    }));
    const messages = people.map(({ user_id }) => ({ from_user_id: user_id }));
    const bundles = bundlesOf([{ field: 'messages', value: { contacts: people, messages } }]);
    expect(Math.max(...bundles.map(({ bytes }) => bytes))).toBeLessThanOrEqual(messageBytes);
    expect(bundles.length).toBeLessThanOrEqual(4);
    for (const { contacts, messages: part } of valuesOf(bundles)) {
      const ids = JSON.stringify(part).match(/US\.\d+/g);
      expect(JSON.stringify(contacts).match(/US\.\d+/g)).toEqual(ids);
    }
  });

  it('has the contacts that no element names once, in the first part', () => {
    const contacts = [{ wa_id: 'nobody', name: 'x'.repeat(100_000) }, 'no contact', { wa_id: '1' }];
    const messages = Array.from({ length: 60 }, (_, index) => ({
      ...{ from: index === 0 ? '1' : 'unknown', body: 'x'.repeat(5000) },
    }));
    const bundles = bundlesOf([{ field: 'messages', value: { contacts, messages } }]);
    expect(Math.max(...bundles.map(({ bytes }) => bytes))).toBeLessThanOrEqual(messageBytes);
    const [first, ...rest] = valuesOf(bundles);
    expect(first?.['contacts']).toEqual(contacts);
    expect(rest.length).toBeGreaterThan(0);
    for (const value of rest) {
      expect(Object.keys(value)).toEqual(['messages']);
    }
  });

  it('keeps in every part what Meta wrote beside the elements, also contacts that are no list', () => {
    const frame = { metadata: { phone_number_id: '2001' }, contacts: { wa_id: '1' } };
    const messages = numbered(100, 'x'.repeat(5000));
    const bundles = bundlesOf([{ field: 'messages', value: { ...frame, messages } }]);
    expect(bundles.length).toBeGreaterThan(1);
    for (const { parts } of bundles) {
      for (const part of parts) {
        expect(part.value).toMatchObject(frame);
        expect(part).toMatchObject({ entryId: '1001', field: 'messages' });
      }
    }
  });

  it.each([
    ['an object in place of a list', { calls: { id: '1', body: 'x'.repeat(messageBytes) } }],
    ['a text', 'x'.repeat(messageBytes)],
  ])('above the limit is one update, as Meta wrote it: %s', (_what, value) => {
    const bundles = bundlesOf([{ field: 'calls', value }]);
    expect(bundles.flatMap(({ parts }) => parts)).toMatchObject([{ value }]);
  });
});

describe('packing', () => {
  const json = (bytes: number) => `"${'x'.repeat(bytes - 2)}"`;

  it('leaves a bundle as it is up to the limit', async () => {
    const store = new MemoryObjectStore();
    expect(await packBody(json(messageBytes), store)).toBe(json(messageBytes));
    expect(JSON.parse(await packBody(json(messageBytes + 1), store))).toEqual({
      ...{ schemaVersion: 1, gzip: expect.any(String) },
    });
    expect(store.objects.size).toBe(0);
  });

  it.each(['x2001', '2001x', '2'.repeat(65), ''])('names no group %j', async (owner) => {
    const { groupId } = await pack({ owner, json: '{}' }, new MemoryObjectStore());
    expect(groupId).toMatch(/^[\w-]{43}$/);
  });
});
