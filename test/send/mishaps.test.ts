import { expect, it } from '@jest/globals';
import { markMessageRead } from '../../lambdas/send/reply-status.ts';
import { settleOpenSends } from '../../lambdas/send/settle.ts';
import type { GraphAnswer } from '../../shared/graph/graph.port.ts';
import type { SendLedger } from '../../shared/sends/send-ledger.port.ts';
import { FaultSeam } from '../pipeline/faults.ts';
import { refused, type Sabotage, SendWorld, sender, textRequest } from './send-world.ts';

const bulk = { delivery: 'queued' } as const;
const hourMs = 3_600_000;

it('a repeat is answered although its expiresAt is over', async () => {
  const world = new SendWorld();
  const request = textRequest({ expiresAt: '2026-11-22T10:10:00Z' });
  await world.request(request, 'k');
  world.advance(11 * 60_000);
  expect(await world.request(request, 'k')).toMatchObject({ status: 200, replayed: true });
});

it('a repeat is answered although the number has gone', async () => {
  const world = new SendWorld();
  await world.request(textRequest(), 'k');
  world.numbers.delete('1001');
  expect(await world.request(textRequest(), 'k')).toMatchObject({ status: 200, replayed: true });
});

function failingReplace(which: number): Sabotage {
  let writes = 0;
  return ({ ledger }) => ({
    ledger: new Proxy(ledger, {
      get: (target, name) =>
        name === 'replace'
          ? (...of: Parameters<SendLedger['replace']>) => {
              if (++writes === which) throw new Error('DynamoDB is away');
              return target.replace(...of);
            }
          : Reflect.get(target, name, target),
    }),
  });
}

it('throttles do not use up the tries after an error of Meta', async () => {
  const world = new SendWorld({ reactions: [131056, 131056, 131016] });
  await world.request(textRequest(bulk), 'k');
  for (let n = 0; n < 4; n++) {
    await world.deliverSome();
    world.advance(hourMs);
  }
  expect(world.ledger.records).toMatchObject([{ state: 'ACCEPTED' }]);
});

it('a minute of maintenance fails no queued send', async () => {
  const world = new SendWorld({ reactions: [131057, 131057, 131057] });
  const startMs = world.nowMs;
  await world.request(textRequest(bulk), 'k');
  for (let n = 0; n < 3; n++) {
    const waits = [...((await world.deliverSome())?.again.values() ?? [])];
    world.advance(Math.max(0, ...waits));
  }
  expect(world.nowMs - startMs).toBeGreaterThan(60_000);
});

it('an acceptance with an odd contact is an acceptance', async () => {
  const body = { messages: [{ id: 'wamid.9' }], contacts: [{ input: 'x', wa_id: null }] };
  const world = new SendWorld({ reactions: [{ kind: 'ok', body }] });
  expect(await world.request(textRequest(), 'k')).toMatchObject({ status: 200 });
});

it('a refusal carries the subcode of Meta', async () => {
  const world = new SendWorld({ reactions: [refused(100, { subcode: 2494010 })] });
  expect(await world.request(textRequest(), 'k')).toMatchObject({
    details: { meta: { code: 100, subcode: 2494010 } },
  });
});

it('a dead token is told of also where it cannot be marked', async () => {
  const world = new SendWorld({ reactions: [190] });
  const ports = world.ports();
  const credentials = new Proxy(ports.credentials, {
    get: (target, name) =>
      name === 'invalidate'
        ? () => Promise.reject(new Error('DynamoDB is away'))
        : Reflect.get(target, name, target),
  });
  await expect(
    markMessageRead({ ...sender, messageId: 'wamid.in' }, { ...ports, credentials }),
  ).rejects.toMatchObject({ code: 'connection-invalid' });
});

it('a throttled flow stops no other message of the number', async () => {
  const world = new SendWorld({ reactions: [refused(132069, { retryAfterMs: 600_000 })] });
  await world.request(textRequest(bulk), 'k');
  await world.deliverSome();
  await world.request(textRequest(bulk, '+966500000099'), 'k2');
  expect((await world.deliverSome())?.counts.accepted).toBe(1);
});

it('a dead token is tried once by a batch', async () => {
  const world = new SendWorld({ timed: true, reactions: [190, 190, 190, 190, 190] });
  for (const n of [1, 2, 3, 4, 5]) {
    await world.request(textRequest(bulk, `+96650000000${n}`), `k${n}`);
  }
  await world.deliverSome();
  expect(world.calls).toHaveLength(1);
});

it('a throttled send survives one failed write', async () => {
  const world = new SendWorld({ reactions: [131056] }, new FaultSeam(), failingReplace(2));
  await world.request(textRequest(bulk), 'k');
  await world.deliverSome();
  await world.quiesce();
  expect(world.ledger.records).toMatchObject([{ state: 'ACCEPTED' }]);
});

it('a page of sends that cannot be settled stops no other', async () => {
  const world = new SendWorld({
    reactions: Array.from({ length: 110 }, (): GraphAnswer => ({ kind: 'ambiguous', problem: '' })),
  });
  for (let n = 0; n < 110; n++) await world.request(textRequest(), `k${n}`);
  world.advance(hourMs);
  const poisoned = new Set(
    (await world.ledger.due(new Date(world.nowMs).toISOString(), 100)).map(({ sendId }) => sendId),
  );
  const ledger = new Proxy(world.ledger, {
    get: (target, name) =>
      name === 'find'
        ? async (organizationId: string, sendId: string) => {
            if (poisoned.has(sendId)) throw new Error('malformed');
            return target.find(organizationId, sendId);
          }
        : Reflect.get(target, name, target).bind?.(target),
  });
  const counts = await settleOpenSends(world.nowMs + 30_000, { ...world.ports(), ledger });
  expect(counts.unresolved).toBe(10);
});

it('what has expired behind what waits is counted as expired', async () => {
  const world = new SendWorld({ reactions: [131056] });
  await world.request(textRequest(bulk), 'k1');
  await world.request(textRequest({ ...bulk, expiresAt: '2026-11-22T10:30:00Z' }), 'k2');
  world.advance(hourMs);
  const first = await world.deliverSome();
  world.advance(hourMs);
  const second = await world.deliverSome();
  expect((first?.counts.expired ?? 0) + (second?.counts.expired ?? 0)).toBe(1);
});

it('what Meta throttles at once waits as long as Meta says', async () => {
  const world = new SendWorld({ reactions: [refused(130429, { retryAfterMs: 90_000 })] });
  await world.request(textRequest(), 'k');
  await world.deliverSome();
  expect(world.calls).toHaveLength(1);
});

it('seven days of a dead token are fewer receives than SQS allows', async () => {
  const world = new SendWorld({ reactions: [190] });
  await world.request(textRequest({ ...bulk, expiresAt: '2026-11-29T10:00:00Z' }), 'k');
  let received = 0;
  for (; world.queue.messages.length > 0; received++) {
    const again = (await world.deliverSome())?.again.values() ?? [];
    world.advance(Math.max(0, ...again));
  }
  expect(received).toBeLessThanOrEqual(1000);
});

it('what expires while its batch is busy is not sent', async () => {
  const world = new SendWorld({ timed: true, latenciesMs: [9000] });
  await world.request(textRequest(bulk), 'k1');
  await world.request(textRequest({ ...bulk, expiresAt: '2026-11-22T10:00:05Z' }), 'k2');
  await world.deliverSome();
  expect(world.accepted).toHaveLength(1);
});

it('a sent message is among the messages although one write failed', async () => {
  let writes = 0;
  const world = new SendWorld({}, new FaultSeam(), ({ messages }) => ({
    messages: {
      find: (...of) => messages.find(...of),
      recordSent: async (message) => {
        writes++;
        if (writes === 1) throw new Error('x');
        await messages.recordSent(message);
      },
    },
  }));
  await world.request(textRequest(), 'k');
  await world.quiesce();
  expect(await world.messages.find('1001', 'wamid.1')).toBeDefined();
});

it('a fresh reply waits for its reconnection only shortly', async () => {
  const world = new SendWorld({ reactions: [131056, 190] });
  await world.request(textRequest(), 'k1');
  const waits = [...((await world.deliverSome())?.again.values() ?? [])];
  expect(Math.max(...waits)).toBeLessThanOrEqual(60_000);
});

it('a file is not handed to Meta for a send that may not wait', async () => {
  let uploads = 0;
  const world = new SendWorld({ reactions: [131056] }, new FaultSeam(), () => ({
    outgoingMedia: {
      resolve: async ({ message }) => {
        uploads++;
        return message;
      },
    },
  }));
  await world.request(textRequest(), 'k1');
  uploads = 0;
  expect(await world.request(textRequest({ delivery: 'now' }), 'k2')).toMatchObject({
    code: 'throttled',
  });
  expect(uploads).toBe(0);
});

it('what was answered 202 is delivered although its record was slow', async () => {
  const world: SendWorld = new SendWorld({}, new FaultSeam(), ({ ledger }) => ({
    ledger: new Proxy(ledger, {
      get: (target, name) =>
        name === 'create'
          ? async (...of: Parameters<SendLedger['create']>) => {
              for (let look = 0; look < 8; look++) {
                await world.deliverSome();
                world.advance(2000);
              }
              return target.create(...of);
            }
          : Reflect.get(target, name, target),
    }),
  }));
  expect(await world.request(textRequest(bulk), 'k')).toMatchObject({ status: 202 });
  await world.deliverSome();
  expect(world.accepted).toHaveLength(1);
});

it('who has not refused queueing is not told to stop refusing it', async () => {
  const world = new SendWorld({ reactions: [131056] }, new FaultSeam(), () => ({
    queue: { enqueue: () => Promise.reject(new Error('SQS is away')) },
  }));
  expect(await world.request(textRequest(), 'k')).toMatchObject({ code: 'unavailable' });
});
