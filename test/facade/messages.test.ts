import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { Problem } from '../../shared/http/problem.ts';
import { readCallbackData } from '../../shared/sends/send-id.ts';
import { type MetaReaction, refused, sender } from '../send/send-world.ts';
import { FacadeWorld } from './facade-world.ts';

const to = '+966500000001';
const envelope = { messaging_product: 'whatsapp', to };
const text = { ...envelope, type: 'text', text: { body: 'hi' } };
const ambiguous: MetaReaction = { kind: 'ambiguous', problem: 'timeout' };

describe('a message', () => {
  it('is answered as Meta does', async () => {
    const world = new FacadeWorld();
    expect(await world.post(text)).toMatchObject({
      status: 200,
      body: {
        messaging_product: 'whatsapp',
        contacts: [{ input: to }],
        messages: [{ id: 'wamid.1' }],
      },
    });
    expect(world.sends.calls).toMatchObject([
      { path: `${sender.phoneNumberId}/messages`, body: { to, type: 'text' } },
    ]);
    expect(world.sends.ledger.records).toMatchObject([{ state: 'ACCEPTED', lane: 'agent' }]);
  });

  it.each([
    ['without a type, a text', { ...envelope, text: { body: 'hi' } }, { type: 'text' }],
    ['to a number as people write it', { ...text, to: '966 50 000-0001' }, { to }],
    [
      ...(['to a business-scoped user id'] as const),
      { ...text, to: undefined, recipient: 'SA.13491208655302741918' },
      { recipient: 'SA.13491208655302741918' },
    ],
  ])('is taken %s', async (_case, body, sent) => {
    const world = new FacadeWorld();
    expect(await world.post(body)).toMatchObject({ status: 200 });
    expect(world.sends.calls).toMatchObject([{ body: sent }]);
  });

  it.each(['/graph/v99.9/1001/messages', '/graph/1001/messages', '/graph/v23.0/1001/messages/'])(
    'is taken at %s',
    async (path) => {
      const world = new FacadeWorld();
      const headers = { authorization: `Bearer ${await world.issue()}` };
      expect((await world.call({ path, body: text, headers })).status).toBe(200);
    },
  );

  it.each([
    ['/graph/v23.0/9999/messages', 'POST', '9999'],
    ['/graph/v23.0/1001/media', 'POST', '1001'],
    ['/graph/v23.0/9999/message_templates', 'GET', '9999'],
    ['/graph/v23.0/1001/register', 'POST', '1001'],
    ['/graph/v23.0/1001/messages', 'GET', '1001'],
    ['/graph/v23.0/1001', 'GET', '1001'],
    ['/graph/v23.0/me/messages', 'POST', 'me'],
    ['/graph/v23.0/../1001/messages', 'POST', ''],
  ])(
    "is refused by another organisation's token, or elsewhere, before a token is opened: %s",
    async (path, method, id) => {
      const world = new FacadeWorld();
      const headers = { authorization: `Bearer ${await world.issue('another')}` };
      const answer = await world.call({ path, method, body: text, headers });
      expect(answer).toMatchObject({
        status: 400,
        body: {
          error: {
            ...{ code: 100, error_subcode: 33, type: 'OAuthException' },
            message: expect.stringContaining(`Object with ID '${id}' does not exist`),
          },
        },
      });
      expect(world.sends.credentials.opened).toEqual([]);
      expect(world.sends.calls).toEqual([]);
    },
  );

  it.each([
    ['no product', { to, text: { body: 'hi' } }, /messaging_product: is required/],
    ['no text', { ...envelope, text: { body: '' } }, /^text\.body: must not be empty$/],
    ['an unknown field', { ...text, shout: true }, /^shout: is not a field/],
    ['no object', [], /expected object/],
    ['no JSON', '{', /not JSON/],
  ])('is refused with %s, before Meta is called', async (_case, body, details) => {
    const world = new FacadeWorld();
    expect(await world.post(body)).toMatchObject({
      status: 400,
      body: { error: { code: 100, error_data: { details: expect.stringMatching(details) } } },
    });
    expect(world.sends.calls).toEqual([]);
    expect(world.sends.ledger.records).toEqual([]);
  });

  it("whatever comes is answered in Meta's form", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.json(),
          fc.object().map((body) => ({ ...envelope, ...body })),
          fc.jsonValue().map((content) => ({ ...envelope, type: 'text', text: content })),
        ),
        async (body) => {
          const world = new FacadeWorld();
          const answer = await world.post(body);
          expect(answer).toMatchObject(
            answer.status === 200
              ? { body: { messages: [{ id: 'wamid.1' }] } }
              : { status: 400, body: { error: { message: expect.any(String), code: 100 } } },
          );
          expect(world.sends.reports).toEqual([]);
        },
      ),
    );
  });
});

describe("a client's callback data", () => {
  it('come back whole, whatever is in them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc
          .oneof(fc.string({ maxLength: 462 }), fc.json({ maxDepth: 2 }))
          .filter(({ length }) => length <= 462),
        async (data) => {
          const world = new FacadeWorld();
          const { status } = await world.post({ ...text, biz_opaque_callback_data: data });
          expect(status).toBe(200);
          const [call] = world.sends.calls;
          const sent = JSON.parse(JSON.stringify(call?.body)).biz_opaque_callback_data;
          expect(sent.length).toBeLessThanOrEqual(512);
          expect(readCallbackData(sent)?.clientReference ?? '').toBe(data);
          expect(world.sends.ledger.records[0]?.clientReference ?? '').toBe(data);
        },
      ),
    );
  });

  it('are refused where they would not fit beside ours', async () => {
    const world = new FacadeWorld();
    const data = 'x'.repeat(463);
    expect(await world.post({ ...text, biz_opaque_callback_data: data })).toMatchObject({
      status: 400,
      body: { error: { code: 100, error_data: { details: expect.stringContaining('462') } } },
    });
    expect(world.sends.calls).toEqual([]);
  });
});

describe('a message that is not sent', () => {
  it.each<[string, MetaReaction, number, object]>([
    ['throttled', refused(130429), 429, { code: 130429, is_transient: true }],
    ['throttled for this recipient', refused(131056), 429, { code: 131056, is_transient: true }],
    [
      'refused for good',
      refused(131026, {
        title: '(#131026) Message undeliverable',
        details: 'why',
        fbtraceId: 'A1',
      }),
      400,
      {
        message: '(#131026) Message undeliverable',
        ...{ code: 131026, fbtrace_id: 'A1' },
        error_data: { messaging_product: 'whatsapp', details: 'why' },
      },
    ],
    ['failed at Meta', refused(131016), 500, { code: 131016, is_transient: true }],
    ['by our dead token', refused(190), 403, { code: 131005, message: '(#131005) Access denied' }],
    [
      'never gone',
      { kind: 'unsent', problem: 'no connection' },
      503,
      { code: 2, is_transient: true },
    ],
  ])('is told of as Meta does: %s', async (_case, reaction, status, error) => {
    const world = new FacadeWorld({ reactions: [reaction] });
    expect(await world.post(text)).toMatchObject({ status, body: { error } });
    expect(world.sends.queue.messages).toEqual([]);
    expect(world.sends.calls).toHaveLength(1);
  });

  it('is not repeated by clients that repeat every 5xx, where nobody knows what became of it', async () => {
    const world = new FacadeWorld({ reactions: [ambiguous] });
    expect(await world.post(text, { 'idempotency-key': 'one' })).toMatchObject({
      status: 400,
      body: {
        error: { code: 131000, error_data: { details: expect.stringContaining('Nobody knows') } },
      },
    });
    const again = await world.post(text, { 'idempotency-key': 'one' });
    expect(again).toMatchObject({ status: 400, body: { error: { code: 131000 } } });
    expect(world.sends.calls).toHaveLength(1);
  });

  it('may come again once Meta has room: nothing is kept of it', async () => {
    const world = new FacadeWorld({ reactions: [refused(130429)] });
    const headers = { 'idempotency-key': 'one' };
    expect(await world.post(text, headers)).toMatchObject({
      headers: { 'retry-after': '5' },
      status: 429,
    });
    expect((await world.post(text, headers)).status).toBe(200);
  });

  it('does not overtake what is queued for its recipient', async () => {
    const world = new FacadeWorld();
    world.sends.ledger.isHeld = async () => true;
    expect(await world.post(text)).toMatchObject({
      status: 429,
      body: { error: { code: 130429, is_transient: true } },
    });
    expect(world.sends.calls).toEqual([]);
  });

  it.each<[ConstructorParameters<typeof Problem>, number, number]>([
    [
      ['window-closed', { detail: 'late', meta: { code: 131047, title: 'Re-engagement message' } }],
      400,
      131047,
    ],
    [
      [
        'template-not-sendable',
        { detail: 'x', problems: [{ path: 'a', detail: 'b', meta: { code: 132015 } }] },
      ],
      400,
      132015,
    ],
    [
      ['not-found', { detail: 'none', meta: { code: 132001, title: 'Template does not exist' } }],
      404,
      132001,
    ],
  ])('is told of by the code that Meta has for it: %j', async (problem, status, code) => {
    const world = new FacadeWorld();
    world.sends.templates = {
      check: async () => {
        throw new Problem(...problem);
      },
    };
    const template = { name: 'hello', language: { code: 'en' } };
    expect(await world.post({ ...envelope, type: 'template', template })).toMatchObject({
      status,
      body: { error: { code } },
    });
  });

  it('tells of a failure of ours as Meta tells of its own', async () => {
    const world = new FacadeWorld();
    world.tokens.find = async () => {
      throw new Error('DynamoDB is down');
    };
    expect(await world.post(text)).toMatchObject({
      status: 500,
      body: { error: { code: 131000 } },
    });
    expect(world.sends.reports).toHaveLength(1);
  });
});

describe('a message that was read', () => {
  it('is told to Meta, with that somebody is typing', async () => {
    const world = new FacadeWorld();
    const read = { messaging_product: 'whatsapp', status: 'read', message_id: 'wamid.in' };
    expect(await world.post(read)).toMatchObject({ status: 200, body: { success: true } });
    await world.post({ ...read, typing_indicator: { type: 'text' } });
    expect(world.sends.calls.map(({ body }) => body)).toEqual([
      read,
      { ...read, typing_indicator: { type: 'text' } },
    ]);
    expect(world.sends.ledger.records).toEqual([]);
  });

  it.each([{ status: 'seen' }, { message_id: '' }, { to }])('is refused with %j', async (wrong) => {
    const world = new FacadeWorld();
    const read = { messaging_product: 'whatsapp', status: 'read', message_id: 'wamid.in' };
    expect((await world.post({ ...read, ...wrong })).status).toBe(400);
    expect(world.sends.calls).toEqual([]);
  });
});
