import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { simulate } from '../../local/meta/simulation.ts';
import type { Delivery, WebhookSender } from '../../local/meta/webhook.ts';

const business = { wabaId: '11', phoneNumberId: '22', displayPhoneNumber: '15550100100' };
const graphUrl = 'http://127.0.0.1:9';

const object = z.record(z.string(), z.unknown());
const objects = z.array(object).default([]);
const webhook = z.object({
  entry: z.array(
    z.object({
      id: z.string(),
      time: z.number().optional(),
      changes: z.array(
        z.object({
          field: z.string(),
          value: z.looseObject({ contacts: objects, messages: objects, statuses: objects }),
        }),
      ),
    }),
  ),
});
const told = z.object({ messageIds: z.array(z.string()), updates: z.number() });

/** Simulates with a sender that only keeps bodies; gives them parsed and flattened too. */
async function play(request: unknown) {
  const bodies: string[] = [];
  const sender: WebhookSender = {
    log: [],
    stop: () => undefined,
    deliver: async (body): Promise<Delivery> => {
      bodies.push(body);
      const attempt = { at: '', durationMs: 1, status: 200 };
      return { bytes: body.length, state: 'delivered', attempts: [attempt] };
    },
  };
  const { signal } = new AbortController();
  const response = await simulate(request, { business, graphUrl, sender, signal });
  const entries = bodies.flatMap((body) => webhook.parse(JSON.parse(body)).entry);
  const changes = entries.flatMap((entry) => entry.changes);
  const values = changes.map(({ value }) => value);
  return {
    response,
    bodies,
    entries,
    changes,
    values,
    messages: values.flatMap(({ messages }) => messages),
    contacts: values.flatMap(({ contacts }) => contacts),
    statuses: values.flatMap(({ statuses }) => statuses),
  };
}

const text = { type: 'text', text: { body: 'مرحبا' } };

describe('a simulated message', () => {
  it('comes from the demo customer, in the shape of the Cloud API', async () => {
    const { response, entries, values } = await play({
      ...text,
      from: '966500000009',
      name: 'Omar',
    });
    expect(response.status).toBe(200);
    const { messageIds } = told.parse(response.body);
    expect(response.body).toMatchObject({
      updates: 1,
      deliveries: [{ status: 200, durationMs: 1 }],
    });
    expect(entries).toMatchObject([{ id: '11' }]);
    expect(values).toEqual([
      {
        messaging_product: 'whatsapp',
        metadata: { display_phone_number: '15550100100', phone_number_id: '22' },
        contacts: [
          {
            profile: { name: 'Omar' },
            wa_id: '966500000009',
            user_id: expect.stringMatching(/^SA\.\d{20}$/),
          },
        ],
        messages: [
          {
            from: '966500000009',
            from_user_id: expect.stringMatching(/^SA\.\d{20}$/),
            id: messageIds[0],
            timestamp: expect.stringMatching(/^\d{10}$/),
            ...text,
          },
        ],
        statuses: [],
      },
    ]);
    const bytes = Buffer.from(String(messageIds[0]).replace('wamid.', ''), 'base64');
    expect(bytes.toString('latin1')).toContain('966500000009');
  });

  it('can come from a customer whose number Meta withholds', async () => {
    const { messages, contacts } = await play({ ...text, fromUserId: 'EG.77', username: 'omar' });
    expect(messages).toMatchObject([{ from_user_id: 'EG.77' }]);
    expect(messages[0]).not.toHaveProperty('from');
    expect(contacts).toEqual([{ profile: { name: 'Aisha', username: 'omar' }, user_id: 'EG.77' }]);
  });

  it('names who is quoted, and passes forwarding and group on as they are', async () => {
    const quoting = await play({ ...text, context: { id: 'wamid.Q' }, group_id: 'g' });
    const context = { from: '15550100100', id: 'wamid.Q' };
    expect(quoting.messages).toMatchObject([{ context, group_id: 'g' }]);
    const forwarded = await play({ ...text, context: { forwarded: true } });
    expect(forwarded.messages).toMatchObject([{ context: { forwarded: true } }]);
  });

  it.each([
    ['image', { mime_type: 'image/jpeg', caption: 'x' }],
    ['video', { mime_type: 'video/mp4', caption: 'x' }],
    ['document', { mime_type: 'application/pdf', filename: 'فاتورة.pdf', caption: 'x' }],
    ['sticker', { mime_type: 'image/webp', animated: false }],
    ['audio', { mime_type: 'audio/mpeg', voice: false }],
  ])('completes %s, and its URL stays on this machine', async (type, expected) => {
    const { messages } = await play({ type, [type]: { caption: 'x' } });
    const url = expect.stringContaining(graphUrl);
    const sha256 = expect.stringMatching(/^[\w+/]{43}=$/);
    const media = { ...expected, url, sha256, id: expect.stringMatching(/^\d{15}$/) };
    expect(messages).toMatchObject([{ type, [type]: media }]);
  });

  it('sends a voice note as Meta does: audio with voice set', async () => {
    const { messages } = await play({ type: 'voice', voice: 'en' });
    const audio = { mime_type: 'audio/ogg; codecs=opus', voice: true };
    expect(messages).toMatchObject([{ type: 'audio', audio }]);
    expect(messages[0]).not.toHaveProperty('voice');
  });

  it('sends the voice notes of a language in turn', async () => {
    const { messages } = await play({ type: 'voice', voice: 'ar', count: 3 });
    const hashes = messages.map(({ audio }) => object.parse(audio)['sha256']);
    expect(new Set(hashes).size).toBe(2);
    expect(hashes[2]).toBe(hashes[0]);
  });

  it('sends a document of the size that is asked for, which is no part of the message', async () => {
    const [small, large] = await Promise.all(
      [undefined, 5000].map((size) => play({ type: 'document', ...(size && { size }) })),
    );
    const sha256 = (played: typeof small) =>
      object.parse(played?.messages[0]?.['document'])['sha256'];
    expect(sha256(large)).not.toBe(sha256(small));
    expect(large?.messages[0]).not.toHaveProperty('size');
  });

  it.each([
    { type: 'document', size: 100 * 1024 * 1024 + 1 },
    { type: 'document', size: 8 },
    { type: 'image', size: 5000 },
  ])('refuses %j', async (request) => {
    const { response, bodies } = await play(request);
    expect(response).toEqual({
      status: 400,
      body: { problems: [expect.stringMatching(/^size: /)] },
    });
    expect(bodies).toEqual([]);
  });

  it.each([
    { type: 'location', location: { latitude: 1, longitude: 2 } },
    { type: 'contacts', contacts: [{ name: { formatted_name: 'Omar' } }] },
    { type: 'reaction', reaction: { message_id: 'wamid.Q', emoji: '👍' } },
    { type: 'reaction', reaction: { message_id: 'wamid.Q' } },
    {
      type: 'interactive',
      interactive: { type: 'list_reply', list_reply: { id: 'a', title: 'A' } },
    },
    { type: 'button', button: { payload: 'yes', text: 'Yes' } },
    { type: 'order', order: { catalog_id: '1', product_items: [{ quantity: 2 }] } },
    { type: 'unsupported', errors: [{ code: 131051 }], unsupported: { type: 'poll_creation' } },
    { type: 'request_welcome' },
    { type: 'hologram', hologram: { of: 'the future' } },
  ])('passes on $type as it is given', async (content) => {
    const { messages } = await play(content);
    expect(messages).toMatchObject([content]);
  });

  it('sends system messages without contacts', async () => {
    const { messages, contacts } = await play({
      type: 'system',
      system: { type: 'user_changed_number' },
    });
    expect(messages).toHaveLength(1);
    expect(contacts).toEqual([]);
  });
});

describe('many messages', () => {
  it('share webhooks of at most 1,000, each message with its own id', async () => {
    const { response, bodies, messages } = await play({ ...text, count: 2500 });
    const perBody = bodies.map((body) => body.split('"wamid.').length - 1);
    expect(perBody).toEqual([1000, 1000, 500]);
    const { messageIds, updates } = told.parse(response.body);
    expect(updates).toBe(2500);
    expect(new Set(messageIds).size).toBe(2500);
    expect(messages.map(({ id }) => id)).toEqual(messageIds);
  });

  it('share no webhook of more than 3 MB', async () => {
    const { bodies, messages } = await play({
      type: 'text',
      text: { body: 'م'.repeat(4096) },
      count: 200,
    });
    expect(messages).toHaveLength(200);
    expect(bodies.length).toBe(2);
    expect(Math.max(...bodies.map((body) => body.length))).toBeLessThanOrEqual(3 * 1024 * 1024);
  });

  it('are delivered again byte for byte as duplicates', async () => {
    const { response, bodies } = await play({ ...text, count: 2, duplicate: 2 });
    expect(bodies).toHaveLength(3);
    expect(new Set(bodies).size).toBe(1);
    expect(told.parse(response.body).messageIds).toHaveLength(2);
  });
});

describe('a simulated status', () => {
  it('goes to the number inside the message id', async () => {
    const sent = await play({ ...text, from: '966500000777' });
    const id = String(sent.messages[0]?.['id']);
    const { statuses, contacts } = await play({
      type: 'status',
      status: { id, status: 'delivered' },
    });
    const pricing = { category: 'service' };
    expect(statuses).toMatchObject([
      { id, status: 'delivered', recipient_id: '966500000777', pricing },
    ]);
    expect(contacts).toMatchObject([{ wa_id: '966500000777' }]);
  });

  it('of a failure carries errors and no contact; what is given wins', async () => {
    const failed = { id: 'wamid.X', status: 'failed' };
    const { statuses, contacts } = await play({ type: 'status', status: failed });
    expect(statuses).toMatchObject([{ ...failed, errors: [{ code: 131026 }] }]);
    expect(contacts).toEqual([]);
    const given = { ...failed, errors: [{ code: 131047 }], recipient_id: '1', timestamp: '5' };
    expect((await play({ type: 'status', status: given })).statuses).toEqual([given]);
  });

  it('to a customer without a number names the BSUID, and the username only after sent', async () => {
    const to = { type: 'ladder', fromUserId: 'EG.77', username: 'omar' };
    const { bodies, statuses, contacts } = await play({ ...to, messageId: 'wamid.X' });
    expect(bodies).toHaveLength(3);
    expect(statuses.map(({ status }) => status)).toEqual(['sent', 'delivered', 'read']);
    for (const each of statuses) {
      expect(each).toMatchObject({ id: 'wamid.X', recipient_user_id: 'EG.77' });
      expect(each).not.toHaveProperty('recipient_id');
    }
    expect(contacts.map(({ profile }) => profile)).toEqual([
      { name: 'Aisha' },
      { name: 'Aisha', username: 'omar' },
      { name: 'Aisha', username: 'omar' },
    ]);
  });
});

describe('everything else', () => {
  it('sends any field, with a time where it is not about one phone number', async () => {
    const value = { event: 'VERIFIED_ACCOUNT' };
    const account = await play({ type: 'change', field: 'account_update', value, entryId: '33' });
    expect(account.entries).toMatchObject([{ id: '33', time: expect.any(Number) }]);
    expect(account.changes).toMatchObject([{ field: 'account_update', value }]);
    const history = await play({ type: 'change', field: 'history', value: { metadata: {} } });
    expect(history.entries[0]).not.toHaveProperty('time', expect.anything());
  });

  it('sends an echo of what the business typed', async () => {
    const { response, changes } = await play({ type: 'echo', echo: text });
    const id = told.parse(response.body).messageIds[0];
    const message_echoes = [{ ...text, id, from: '15550100100', to: '966500000001' }];
    expect(changes).toMatchObject([{ field: 'smb_message_echoes', value: { message_echoes } }]);
  });

  it('sends a body as it is', async () => {
    const body = '{ "entry": [],  "odd": "é" }';
    expect((await play({ type: 'webhook', body })).bodies).toEqual([body]);
  });
});

describe('a bad body', () => {
  it.each([
    [undefined, ['Invalid input: expected object, received undefined']],
    [{}, ['type: Invalid input: expected string, received undefined']],
    [
      { type: 'text', text: {}, from: '+1', colour: 1, size: 2 },
      [
        'text.body: Invalid input: expected string, received undefined',
        'from: must be digits with the country code',
        'colour: unknown key',
        'size: unknown key',
      ],
    ],
    [
      { type: 'txt', text: { body: 'x' } },
      ['txt: Invalid input: expected object, received undefined', 'text: unknown key'],
    ],
    [
      { type: 'status', status: { id: '' }, count: 2 },
      [
        'status.id: Too small: expected string to have >=1 characters',
        'status.status: Invalid input: expected string, received undefined',
        'count: unknown key',
      ],
    ],
  ])('%j is refused with every problem', async (body, problems) => {
    const { response, bodies } = await play(body);
    expect(response).toEqual({ status: 400, body: { problems } });
    expect(bodies).toEqual([]);
  });
});
