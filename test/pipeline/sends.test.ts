import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { callbackDataOf, sendIdOf } from '../../shared/sends/send-id.ts';
import type { SendRecord } from '../../shared/sends/send-record.schema.ts';
import { type Fault, FaultSeam, faults } from './faults.ts';
import { Pipeline } from './pipeline.ts';
import { sequences } from './runs.ts';
import { routes } from './scenario.ts';

const created = '2026-11-22T09:00:00.000Z';
const states = ['PENDING', 'DISPATCHED', 'UNKNOWN', 'UNRESOLVED', 'FAILED', 'ACCEPTED'] as const;
const words = ['sent', 'delivered', 'read', 'failed'] as const;

/** A send as the send path left it. */
interface Sent {
  state: (typeof states)[number];
  route: number;
}

/** A status that names a send; a forged one comes for another number, of the same organisation or not. */
interface Report {
  send: number;
  word: (typeof words)[number];
  isForged: boolean;
}

function recordOf({ state, route }: Sent, index: number): SendRecord {
  const { organizationId = '', wabaId = '', phoneNumberId = '' } = routes[route] ?? {};
  return {
    sendId: sendIdOf(organizationId, `key ${index}`),
    ...{ organizationId, wabaId, phoneNumberId, requestHash: 'hash', state },
    ...{ lane: 'agent', laneKey: `lane ${index}`, holdsLane: state === 'PENDING', attempts: 1 },
    ...{ createdAt: created, stateAt: created, sendBy: created },
    ...(state === 'ACCEPTED' ? { messageId: messageIdOf(index) } : { settleAt: created }),
  };
}

function messageIdOf(send: number): string {
  return `wamid.out${send}`;
}

function webhookOf(batch: readonly Report[], sends: readonly Sent[]): unknown {
  const entry = batch.map(({ send, word, isForged }) => {
    const sent = sends[send] ?? { state: 'PENDING', route: 0 };
    const owner = routes[isForged ? (sent.route + 2) % routes.length : sent.route];
    const { sendId } = recordOf(sent, send);
    const status = {
      id: isForged ? `wamid.forged${send}` : messageIdOf(send),
      status: word,
      timestamp: String(1_763_800_000 + words.indexOf(word)),
      recipient_id: '966500000001',
      biz_opaque_callback_data: callbackDataOf({ sendId }),
    };
    const value = { metadata: { phone_number_id: owner?.phoneNumberId }, statuses: [status] };
    return { id: owner?.wabaId, changes: [{ field: 'messages', value }] };
  });
  return { object: 'whatsapp_business_account', entry };
}

async function run(
  sends: readonly Sent[],
  batches: readonly (readonly Report[])[],
  seam: FaultSeam,
  workers: number,
): Promise<void> {
  const pipeline = new Pipeline(routes, seam);
  const records = sends.map(recordOf);
  for (const record of records) {
    await pipeline.sends.create(record);
  }
  for (const batch of batches) {
    await pipeline.post(webhookOf(batch, sends));
    await pipeline.normaliseSome(workers);
    expectSettledBeforeTold(pipeline);
    await pipeline.publishSome(3);
  }
  await pipeline.settle(workers);

  const reports = batches.flat();
  for (const [index, before] of records.entries()) {
    const wasReported = reports.some(({ send, isForged }) => send === index && !isForged);
    const after = pipeline.sends.records.find(({ sendId }) => sendId === before.sendId);
    if (wasReported && before.state !== 'ACCEPTED') {
      expect(after).toMatchObject({ state: 'ACCEPTED', messageId: messageIdOf(index) });
      expect(after).toMatchObject({ holdsLane: false });
      expect(after).not.toHaveProperty('settleAt');
    } else {
      expect(after).toEqual(before);
    }
    const told = pipeline.inbox.events.filter(
      (event) => event.type === 'send.updated' && event.sendId === before.sendId,
    );
    const ids = new Set(told.map(({ eventId }) => eventId));
    expect(ids.size).toBe(wasReported && before.state !== 'ACCEPTED' ? 1 : 0);
    expect(
      told.filter((event) => event.type === 'send.updated' && event.status !== 'accepted'),
    ).toHaveLength(0);
  }
}

/** Whoever sees a status of a message finds its send accepted. */
function expectSettledBeforeTold({ table, sends }: Pipeline): void {
  const stored = table.stream.map(({ after }) => JSON.stringify(after));
  const open = sends.records.filter(({ state }) => state !== 'ACCEPTED');
  const told = open.filter(({ sendId }) =>
    stored.some((json) => json.includes(sendId) && !json.includes('wamid.forged')),
  );
  expect(told).toEqual([]);
}

const sent: fc.Arbitrary<Sent> = fc.record({
  state: fc.constantFrom(...states),
  route: fc.nat(routes.length - 1),
});

const scenario = fc.array(sent, { minLength: 1, maxLength: 4 }).chain((sends) => {
  const report: fc.Arbitrary<Report> = fc.record({
    send: fc.nat(sends.length - 1),
    word: fc.constantFrom(...words),
    isForged: fc.boolean(),
  });
  const batch = fc.array(report, { minLength: 1, maxLength: 4 });
  return fc.tuple(fc.constant(sends), fc.array(batch, { minLength: 1, maxLength: 5 }));
});

describe('statuses of messages that were sent, repeated, reordered and forged', () => {
  it('settle each send once, and none of another number', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, fc.integer({ min: 1, max: 4 }), ([sends, batches], workers) =>
        run(sends, batches, new FaultSeam(), workers),
      ),
      { numRuns: sequences(1000) },
    );
  });

  it('settle them when calls fail and processes die along the way', async () => {
    const plan = fc.uniqueArray(
      fc.tuple(fc.integer({ min: 1, max: 60 }), fc.constantFrom(...faults)),
      { maxLength: 5, selector: ([call]) => call },
    );
    await fc.assert(
      fc.asyncProperty(scenario, plan, ([sends, batches], struck) =>
        run(sends, batches, new FaultSeam(new Map(struck)), 2),
      ),
      { numRuns: sequences(1000) },
    );
  });
});

describe('one fault at every call there is', () => {
  const delivered: Report = { send: 0, word: 'delivered', isForged: false };
  const batches: Report[][] = [
    [delivered, { ...delivered, word: 'sent' }],
    [{ ...delivered, isForged: true }, delivered],
  ];

  it('covers every call that settles a send', async () => {
    const seam = new FaultSeam();
    await run([{ state: 'UNKNOWN', route: 0 }], batches, seam, 2);
    expect([...seam.sites].filter((site) => site.startsWith('MemorySendLedger')).sort()).toEqual([
      'MemorySendLedger.find',
      'MemorySendLedger.replace',
    ]);
  });

  it.each(states.flatMap((state) => faults.map((fault): [Sent['state'], Fault] => [state, fault])))(
    '%s, %s: ends accepted, told once',
    async (state, fault) => {
      for (let call = 1; ; call++) {
        const seam = new FaultSeam(new Map([[call, fault]]));
        await run([{ state, route: 0 }], batches, seam, 2);
        if (seam.struck.length === 0) {
          expect(call).toBeGreaterThan(10);
          return;
        }
      }
    },
  );
});
