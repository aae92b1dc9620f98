import { describe, expect, it } from '@jest/globals';
import { markReadSchema, replyStatusQuerySchema } from '../../lambdas/send/reply-status.schema.ts';
import {
  markMessageRead,
  type ReplyStatus,
  replyStatuses,
} from '../../lambdas/send/reply-status.ts';
import type { StatusEntry } from '../../shared/events/message-item.ts';
import { orderKeyOf } from '../../shared/events/order-key.ts';
import type { GraphAnswer } from '../../shared/graph/graph.port.ts';
import { sendIdOf } from '../../shared/sends/send-id.ts';
import { refused, SendWorld, sender, senderToken, textRequest } from './send-world.ts';

const { organizationId, phoneNumberId } = sender;
const ambiguous: GraphAnswer = { kind: 'ambiguous', problem: 'timeout' };

function sendIdOfKey(key: string): string {
  return sendIdOf(organizationId, key);
}

/** A status as the inbound side stores it. */
function statusOf(status: string, second: number, more: Partial<StatusEntry> = {}): StatusEntry {
  const occurredAt = `2026-11-22T10:00:${String(second).padStart(2, '0')}.000Z`;
  const orderKey = orderKeyOf(occurredAt, occurredAt, 0);
  return { status, occurredAt, receivedAt: occurredAt, orderKey, ...more };
}

/** Stores statuses of a message beside what is known of it. */
async function report(world: SendWorld, messageId: string, statuses: readonly StatusEntry[]) {
  const known = await world.messages.find(phoneNumberId, messageId);
  world.messages.put(phoneNumberId, messageId, {
    ...(known ?? { organizationId }),
    statuses: [...(known?.statuses ?? []), ...statuses],
  });
}

async function statusesOf(world: SendWorld, query: object) {
  return replyStatuses(replyStatusQuerySchema.parse({ organizationId, ...query }), world.ports());
}

async function statusOfSend(world: SendWorld, key = '1'): Promise<ReplyStatus | undefined> {
  return (await statusesOf(world, { sendId: sendIdOfKey(key) })).data[0];
}

/** A world with one accepted send, of key 1. */
async function worldWithSend(more: object = {}): Promise<SendWorld> {
  const world = new SendWorld();
  await world.request(textRequest(more), '1');
  return world;
}

describe('where a send stands', () => {
  it.each<[string, object]>([
    ['its send id', { sendId: sendIdOfKey('1') }],
    ['its message id', { messageId: 'wamid.1', phoneNumberId }],
    ['its client reference', { clientReference: 'ticket 7' }],
  ])('is told by %s', async (_name, query) => {
    const world = await worldWithSend({ clientReference: 'ticket 7' });
    await report(world, 'wamid.1', [statusOf('sent', 1), statusOf('delivered', 2)]);
    expect(await statusesOf(world, query)).toEqual({
      data: [
        {
          sendId: sendIdOfKey('1'),
          clientReference: 'ticket 7',
          messageId: 'wamid.1',
          phoneNumberId,
          status: 'delivered',
          send: { status: 'accepted', at: '2026-11-22T10:00:00.000Z' },
          timestamps: {
            sent: '2026-11-22T10:00:01.000Z',
            delivered: '2026-11-22T10:00:02.000Z',
          },
          history: [
            expect.objectContaining({ status: 'sent' }),
            expect.objectContaining({ status: 'delivered' }),
          ],
        },
      ],
      notFound: [],
    });
  });

  it('before Meta has reported anything is where the send itself stands', async () => {
    expect(await statusOfSend(await worldWithSend())).toMatchObject({
      status: 'accepted',
      history: [],
      timestamps: {},
    });
  });

  it.each<[string, object, GraphAnswer[]]>([
    ['queued', { delivery: 'queued' }, []],
    ['unknown', {}, [ambiguous]],
    ['failed', {}, [refused(131026)]],
  ])('without a message is %s', async (status, more, reactions) => {
    const world = new SendWorld({ reactions });
    await world.request(textRequest(more), '1');
    expect(await statusOfSend(world)).toMatchObject({ status, send: { status }, history: [] });
  });

  it('has the whole error of a refusal', async () => {
    const world = new SendWorld({ reactions: [refused(131026, { title: 'No', details: 'Why' })] });
    await world.request(textRequest(), '1');
    expect((await statusOfSend(world))?.error).toEqual({
      ...{ code: 131026, class: 'permanent', reason: 'recipient-unreachable' },
      ...{ title: 'No', details: 'Why' },
    });
  });

  it('has the whole error of a failure that a status tells', async () => {
    const error = { code: 131049, class: 'permanent', reason: 'frequency-limited', title: 'No' };
    const world = await worldWithSend();
    await report(world, 'wamid.1', [statusOf('failed', 1, { error })]);
    expect(await statusOfSend(world)).toMatchObject({ status: 'failed', error });
  });

  it.each<[readonly string[], string]>([
    [['read', 'delivered', 'sent'], 'read'],
    [['failed', 'sent'], 'failed'],
    [['failed', 'delivered'], 'delivered'],
    [['played', 'read'], 'played'],
    [['sent', 'something new'], 'sent'],
    [['something new'], 'something new'],
  ])('after %j is %s, and its history is in the order of time', async (reported, status) => {
    const world = await worldWithSend();
    // Reported first, happened last.
    const statuses = reported.map((each, index) => statusOf(each, 30 - index));
    await report(world, 'wamid.1', statuses);
    const told = await statusOfSend(world);
    expect(told?.status).toBe(status);
    expect(told?.history.map((entry) => entry.status)).toEqual([...reported].reverse());
  });

  it('counts statuses that were faster than the answer of Meta', async () => {
    const world = new SendWorld();
    await report(world, 'wamid.1', [statusOf('sent', 1, { sendId: sendIdOfKey('1') })]);
    await world.request(textRequest(), '1');
    expect(await statusOfSend(world)).toMatchObject({ status: 'sent', messageId: 'wamid.1' });
  });

  it('is found by a message id that only a status has told of', async () => {
    const world = new SendWorld({ reactions: [ambiguous] });
    await world.request(textRequest({ clientReference: 'ticket 7' }), '1');
    await report(world, 'wamid.9', [statusOf('delivered', 1, { sendId: sendIdOfKey('1') })]);
    expect(await statusesOf(world, { messageId: 'wamid.9', phoneNumberId })).toMatchObject({
      data: [
        {
          sendId: sendIdOfKey('1'),
          clientReference: 'ticket 7',
          messageId: 'wamid.9',
          status: 'delivered',
          send: { status: 'unknown' },
        },
      ],
    });
  });

  it('is told of a message that was sent in another way', async () => {
    const world = new SendWorld();
    await report(world, 'wamid.9', [statusOf('read', 1)]);
    const { data } = await statusesOf(world, { messageId: 'wamid.9', phoneNumberId });
    expect(data).toEqual([
      expect.objectContaining({ messageId: 'wamid.9', phoneNumberId, status: 'read' }),
    ]);
    expect(data[0]?.send).toBeUndefined();
    expect(data[0]?.sendId).toBeUndefined();
  });

  it('names the participants of a group', async () => {
    const world = await worldWithSend();
    const [one, two] = [{ phone: '+966500000008' }, { userId: 'SA.9' }];
    await report(world, 'wamid.1', [
      statusOf('sent', 1),
      statusOf('delivered', 2, { participant: one }),
      statusOf('delivered', 3, { participant: two }),
      statusOf('read', 4, { participant: two }),
    ]);
    const told = await statusOfSend(world);
    expect(told?.status).toBe('read');
    expect(told?.history.map(({ status, participant }) => [status, participant])).toEqual([
      ['sent', undefined],
      ['delivered', one],
      ['delivered', two],
      ['read', two],
    ]);
  });

  it('keeps what is ours out of the history', async () => {
    const world = await worldWithSend();
    await report(world, 'wamid.1', [statusOf('sent', 1, { sendId: 'x', clientReference: 'y' })]);
    expect((await statusOfSend(world))?.history).toEqual([
      {
        status: 'sent',
        occurredAt: '2026-11-22T10:00:01.000Z',
        receivedAt: '2026-11-22T10:00:01.000Z',
      },
    ]);
  });
});

describe('several sends', () => {
  it('are told of at once, and which ids nobody knows', async () => {
    const world = await worldWithSend();
    await world.request(textRequest(), '2');
    const sendId = ['1', 'x', '2', '1'].map(sendIdOfKey).join(',');
    const { data, notFound } = await statusesOf(world, { sendId });
    expect(data.map(({ messageId }) => messageId)).toEqual(['wamid.1', 'wamid.2']);
    expect(notFound).toEqual([sendIdOfKey('x')]);
  });

  it('may share a client reference', async () => {
    const world = await worldWithSend({ clientReference: 'ticket 7' });
    world.advance(1000);
    await world.request(textRequest({ clientReference: 'ticket 7' }), '2');
    const { data } = await statusesOf(world, { clientReference: 'ticket 7,ticket 8' });
    expect(data.map(({ messageId }) => messageId)).toEqual(['wamid.2', 'wamid.1']);
  });

  it.each<[string, object]>([
    ['a send id', { sendId: sendIdOfKey('x') }],
    ['a client reference', { clientReference: 'x' }],
    ['a message id', { messageId: 'wamid.x', phoneNumberId }],
  ])('none of them known: not found, by %s', async (_name, query) => {
    const world = await worldWithSend();
    await expect(statusesOf(world, query)).rejects.toMatchObject({
      code: 'not-found',
      details: { problems: [{ path: Object.keys(query)[0] }] },
    });
  });

  it.each<[string, object]>([
    ['by a send id', { sendId: sendIdOfKey('1') }],
    ['by a client reference', { clientReference: 'ticket 7' }],
    ['by a message id', { messageId: 'wamid.1', phoneNumberId }],
  ])('of another organisation are not found %s', async (_name, query) => {
    const world = await worldWithSend({ clientReference: 'ticket 7' });
    await expect(statusesOf(world, { ...query, organizationId: 'org-2' })).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('a message of a customer is no send', async () => {
    const world = new SendWorld();
    world.messages.put(phoneNumberId, 'wamid.in', { organizationId, statuses: [] });
    await expect(statusesOf(world, { messageId: 'wamid.in', phoneNumberId })).rejects.toMatchObject(
      { code: 'not-found' },
    );
  });
});

describe('what may be asked', () => {
  const fifty = Array.from({ length: 50 }, (_, index) => index).join();

  it.each<object>([
    { sendId: fifty },
    { clientReference: 'a,b' },
    { messageId: 'wamid.1', phoneNumberId },
  ])('%j', (query) => {
    expect(replyStatusQuerySchema.safeParse({ organizationId, ...query }).success).toBe(true);
  });

  it.each<[object, string]>([
    [{}, 'sendId'],
    [{ sendId: 'a', clientReference: 'b' }, 'sendId'],
    [{ messageId: 'wamid.1' }, 'phoneNumberId'],
    [{ sendId: `${fifty},50` }, 'sendId'],
    [{ sendId: ',' }, 'sendId'],
    [{ sendId: 'a', other: 'b' }, ''],
  ])('not %j', (query, path) => {
    const { error } = replyStatusQuerySchema.safeParse({ organizationId, ...query });
    expect(error?.issues.map((issue) => issue.path.join('.'))).toContain(path);
  });
});

describe("a customer's message that was read", () => {
  const success: GraphAnswer = { kind: 'ok', body: { success: true } };

  async function read(world: SendWorld, more: object = {}) {
    const request = { organizationId, phoneNumberId, messageId: 'wamid.in', ...more };
    return markMessageRead(markReadSchema.parse(request), world.ports());
  }

  it.each([
    [{}, {}],
    [{ typing: false }, {}],
    [{ typing: true }, { typing_indicator: { type: 'text' } }],
  ])('is said to Meta, %j', async (more, said) => {
    const world = new SendWorld({ reactions: [success] });
    await read(world, more);
    expect(world.calls).toMatchObject([{ path: '1001/messages', token: senderToken }]);
    expect(world.calls[0]?.body).toEqual({
      ...{ messaging_product: 'whatsapp', status: 'read', message_id: 'wamid.in' },
      ...said,
    });
    expect(world.ledger.records).toEqual([]);
  });

  it('a dead token is marked, and not used again', async () => {
    const world = new SendWorld({ reactions: [refused(190, { subcode: 460 })] });
    await expect(read(world)).rejects.toMatchObject({
      code: 'connection-invalid',
      details: { meta: { code: 190, subcode: 460 } },
    });
    expect(await world.credentials.find(organizationId, sender.wabaId)).toMatchObject({
      ...{ state: 'INVALID', reason: 'token-invalid' },
    });
    await expect(read(world)).rejects.toMatchObject({ code: 'connection-invalid' });
    expect(world.calls).toHaveLength(1);
  });

  it.each<[string, GraphAnswer, object]>([
    [
      'is no message of this number',
      refused(131009, { details: 'wamid' }),
      { code: 'meta-refused', details: { meta: { code: 131009, details: 'wamid' } } },
    ],
    [
      'comes too soon',
      refused(130429, { retryAfterMs: 2000 }),
      { code: 'throttled', details: { retryAfterSeconds: 2 } },
    ],
    ['meets an error of Meta', refused(131016), { code: 'meta-error' }],
    ['nobody knows of', ambiguous, { code: 'unavailable', details: { retryAfterSeconds: 5 } }],
    ['does not reach Meta', { kind: 'unsent', problem: '' }, { code: 'unavailable' }],
  ])('%s: a problem', async (_name, answer, problem) => {
    await expect(read(new SendWorld({ reactions: [answer] }))).rejects.toMatchObject(problem);
  });

  it("of another organisation's number is not found, before a token is opened", async () => {
    const world = new SendWorld();
    world.numbers.set('9', { organizationId: 'org-2', wabaId: '2002', phoneNumberId: '9' });
    await expect(read(world, { phoneNumberId: '9' })).rejects.toMatchObject({ code: 'not-found' });
    expect(world.credentials.opened).toEqual([]);
    expect(world.calls).toEqual([]);
  });

  it('needs a token that can be decrypted', async () => {
    const world = new SendWorld();
    world.credentials.failure = new Error('KMS is away');
    await expect(read(world)).rejects.toMatchObject({ code: 'unavailable' });
    expect(world.reports).toEqual([world.credentials.failure]);
  });
});
