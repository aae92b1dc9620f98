import { describe, expect, it } from '@jest/globals';
import {
  type Conclusion,
  dispatched,
  type HandOverPorts,
  handOver,
  insist,
} from '../../lambdas/send/hand-over.ts';
import { AccessToken } from '../../shared/credentials/access-token.ts';
import type { SentMessage } from '../../shared/events/message-item.ts';
import type { GraphAnswer, GraphRequest } from '../../shared/graph/graph.port.ts';
import { sendIdOf } from '../../shared/sends/send-id.ts';
import type { SendRecord } from '../../shared/sends/send-record.schema.ts';
import { MemorySendLedger } from '../fakes/memory-send-ledger.ts';
import { refused } from './send-world.ts';

const now = new Date('2026-11-22T10:00:00.000Z');
const later = (ms: number) => new Date(now.getTime() + ms).toISOString();
const message = { to: '+966500000001', type: 'text', text: { body: 'hi' } } as const;
const usage = { percent: 95, regainAccessMs: 0 };
const token = new AccessToken('EAAG-token');
const away = new Error('DynamoDB is away');

const record: SendRecord = {
  ...{ sendId: sendIdOf('org-1', 'a key'), organizationId: 'org-1', phoneNumberId: '1001' },
  ...{ wabaId: '2001', requestHash: 'hash', lane: 'agent', laneKey: 'lane', holdsLane: true },
  ...{ attempts: 1, createdAt: later(-1000), sendBy: later(60_000) },
  error: { code: 131000, class: 'retry', reason: 'the one before' },
  ...dispatched(now),
};

const accepted: GraphAnswer = { kind: 'ok', body: { messages: [{ id: 'wamid.1' }] }, usage };
const lost: GraphAnswer = { kind: 'ambiguous', problem: 'timeout', usage };
const final = refused(131026);

interface World {
  calls: GraphRequest[];
  ledger: MemorySendLedger;
  sent: SentMessage[];
  reports: unknown[];
  waits: number[];
  conclusion: Conclusion;
}

/** Hands the record over to a Meta that gives this answer, after `meanwhile` has happened. */
async function handedOver(
  answer: GraphAnswer,
  {
    of = record,
    meanwhile = async () => undefined,
    recordSent,
  }: {
    of?: SendRecord;
    meanwhile?: (ledger: MemorySendLedger) => Promise<unknown>;
    recordSent?: (tries: number) => void;
  } = {},
): Promise<World> {
  const ledger = new MemorySendLedger();
  const calls: GraphRequest[] = [];
  const [sent, reports, waits]: [SentMessage[], unknown[], number[]] = [[], [], []];
  let tries = 0;
  const ports: HandOverPorts = {
    ledger,
    graph: {
      async call(request) {
        calls.push(request);
        await meanwhile(ledger);
        return answer;
      },
    },
    messages: {
      find: async () => undefined,
      async recordSent(each) {
        tries++;
        recordSent?.(tries);
        sent.push(each);
      },
    },
    now: () => now,
    wait: async (ms) => {
      waits.push(ms);
    },
    report: (error) => {
      reports.push(error);
    },
  };
  const stored = await ledger.create(of);
  if (!stored) {
    throw new Error('The ledger is new');
  }
  const conclusion = await handOver(stored, message, token, ports);
  return { calls, ledger, sent, reports, waits, conclusion };
}

/** Somebody else's change of the record. */
async function change(ledger: MemorySendLedger, difference: Partial<SendRecord>): Promise<void> {
  const stored = await ledger.find(record.organizationId, record.sendId);
  if (stored) {
    await ledger.replace(stored, { ...stored.record, ...difference });
  }
}

/** Lets `replace` go through this, and counts how often it is asked. */
function countReplaces(ledger: MemorySendLedger, before: (call: number) => Promise<unknown>) {
  const { replace } = ledger;
  const counter = { calls: 0 };
  ledger.replace = async (...of) => {
    counter.calls++;
    await before(counter.calls);
    return replace.apply(ledger, of);
  };
  return counter;
}

const { settleAt: _, error: _before, ...kept } = record;
const ended = { ...kept, stateAt: now.toISOString(), holdsLane: false };

it('is looked for a minute after it was dispatched', () => {
  expect(dispatched(now)).toEqual({
    ...{ state: 'DISPATCHED', stateAt: later(0), settleAt: later(60_000) },
  });
});

it('is handed over once, as it is, with what names the send in every status', async () => {
  const { calls } = await handedOver(accepted);
  const biz_opaque_callback_data = `nexus:${record.sendId}`;
  const body = { messaging_product: 'whatsapp', ...message, biz_opaque_callback_data };
  expect(calls).toMatchObject([{ method: 'POST', path: '1001/messages', body, token }]);
});

describe('what Meta says is written down', () => {
  it('accepted: an end, and nothing is left of what went wrong before', async () => {
    const { ledger, conclusion, reports } = await handedOver(accepted);
    expect(conclusion).toStrictEqual({
      ...{ kind: 'accepted', messageId: 'wamid.1', waId: undefined, usage },
    });
    expect(ledger.records).toStrictEqual([{ ...ended, state: 'ACCEPTED', messageId: 'wamid.1' }]);
    expect(ledger.told).toMatchObject([{ event: { status: 'accepted', messageId: 'wamid.1' } }]);
    expect(reports).toEqual([]);
  });

  it('refused for good: an end, with all that Meta said and no more', async () => {
    const { ledger, conclusion } = await handedOver({ ...final, usage });
    const how = {
      error: { code: 131026, class: 'permanent', reason: expect.any(String) },
      refusal: {},
    };
    expect(ledger.records).toStrictEqual([{ ...ended, state: 'FAILED', ...how }]);
    const { sendId } = record;
    expect(conclusion).toStrictEqual({ kind: 'failed', record: { sendId, ...how }, usage });
    const more = { title: 'T', details: 'D', subcode: 2494055, fbtraceId: 'A1' };
    const talkative = await handedOver(refused(131026, more));
    expect(talkative.ledger.records).toMatchObject([
      { error: { title: 'T', details: 'D' }, refusal: { subcode: 2494055, fbtraceId: 'A1' } },
    ]);
  });

  it('nothing that settles it: unknown, for a quarter of an hour', async () => {
    const { ledger, conclusion } = await handedOver(lost);
    expect(ledger.records).toStrictEqual([
      { ...record, state: 'UNKNOWN', settleAt: later(15 * 60_000), holdsLane: false },
    ]);
    expect(conclusion).toStrictEqual({ kind: 'unknown', usage });
  });

  it.each<[string, GraphAnswer]>([
    ['a throttle', refused(130429)],
    ['an error of its own', refused(131000)],
    ['a dead token', refused(190)],
    ['that it is not there', { kind: 'unsent', problem: 'refused' }],
  ])('%s: it stays as it is, for whoever tries again', async (_what, answer) => {
    const { ledger, conclusion, sent } = await handedOver({ ...answer, usage });
    expect(ledger.records).toStrictEqual([record]);
    expect(sent).toEqual([]);
    expect(conclusion).toStrictEqual(
      answer.kind === 'refused'
        ? { kind: 'not-now', error: answer.error, usage }
        : { kind: 'unsent', usage },
    );
  });

  it('once, where nobody interferes', async () => {
    for (const answer of [accepted, final, lost]) {
      let counter = { calls: 0 };
      await handedOver(answer, {
        async meanwhile(ledger) {
          counter = countReplaces(ledger, async () => undefined);
        },
      });
      expect(counter.calls).toBe(1);
    }
  });
});

describe('a message that Meta has accepted is kept', () => {
  it('as it was sent, without what nobody said', async () => {
    const { sent } = await handedOver(accepted);
    const { sendId, organizationId, wabaId, phoneNumberId } = record;
    const least = {
      ...{ messageId: 'wamid.1', sendId, organizationId, wabaId, phoneNumberId },
      ...{ acceptedAt: later(0), message },
    };
    expect(sent).toStrictEqual([least]);
    const known = { clientReference: 'order 17', conversationId: 'c1' };
    const all = await handedOver(
      { kind: 'ok', body: { messages: [{ id: 'wamid.1' }], contacts: [{ wa_id: '966' }] } },
      { of: { ...record, ...known } },
    );
    expect(all.sent).toStrictEqual([{ ...least, ...known, waId: '966' }]);
  });

  it('at the third try, 200 ms and 400 ms later', async () => {
    const { sent, reports, waits } = await handedOver(accepted, {
      recordSent(tries) {
        if (tries < 3) throw away;
      },
    });
    expect(sent).toHaveLength(1);
    expect(reports).toEqual([away, away]);
    expect(waits).toEqual([200, 400]);
  });

  it('or not, and is accepted all the same', async () => {
    const { conclusion, ledger, reports } = await handedOver(accepted, {
      recordSent() {
        throw away;
      },
    });
    expect(conclusion).toMatchObject({ kind: 'accepted' });
    expect(ledger.records).toMatchObject([{ state: 'ACCEPTED' }]);
    expect(reports).toEqual([away, away, away]);
  });
});

describe('somebody else is faster', () => {
  const byStatus = { state: 'ACCEPTED', messageId: 'wamid.0', stateAt: later(-10) } as const;

  it.each([
    ['accepts', accepted],
    ['refuses', final],
    ['says nothing', lost],
  ])('a status webhook is the last word, whether Meta %s', async (_what, answer) => {
    const { ledger, reports } = await handedOver(answer, {
      meanwhile: (of) => change(of, byStatus),
    });
    expect(ledger.records).toStrictEqual([{ ...record, ...byStatus }]);
    expect(ledger.told).toEqual([]);
    expect(reports).toEqual([]);
  });

  it.each(['UNKNOWN', 'UNRESOLVED'] as const)(
    'what is %s by then stays so where Meta says nothing, and ends where it does',
    async (state) => {
      const meanwhile = (ledger: MemorySendLedger) => change(ledger, { state });
      expect((await handedOver(lost, { meanwhile })).ledger.records).toStrictEqual([
        { ...record, state },
      ]);
      expect((await handedOver(final, { meanwhile })).ledger.records).toMatchObject([
        { state: 'FAILED' },
      ]);
      expect((await handedOver(accepted, { meanwhile })).ledger.records).toMatchObject([
        { state: 'ACCEPTED' },
      ]);
    },
  );

  it('all the time: it gives up after five, and leaves the rest to the webhook', async () => {
    let counter = { calls: 0 };
    const { ledger, conclusion, reports } = await handedOver(accepted, {
      async meanwhile(of) {
        const { replace } = of;
        counter = countReplaces(of, async () => {
          const stored = await of.find(record.organizationId, record.sendId);
          if (stored) await replace.call(of, stored, stored.record);
        });
      },
    });
    expect(counter.calls).toBe(5);
    expect(ledger.records).toMatchObject([{ state: 'DISPATCHED' }]);
    expect(conclusion).toMatchObject({ kind: 'accepted' });
    expect(reports).toEqual([]);
  });

  it('and has removed it: nothing comes back', async () => {
    const { ledger, reports } = await handedOver(accepted, {
      async meanwhile(of) {
        const stored = await of.find(record.organizationId, record.sendId);
        if (stored) await of.remove(stored);
      },
    });
    expect(ledger.records).toEqual([]);
    expect(reports).toEqual([]);
  });
});

describe('the ledger fails', () => {
  it('twice: what Meta said is written down all the same', async () => {
    const { ledger, reports } = await handedOver(accepted, {
      async meanwhile(of) {
        countReplaces(of, async (call) => {
          if (call < 3) throw away;
        });
      },
    });
    expect(ledger.records).toMatchObject([{ state: 'ACCEPTED' }]);
    expect(reports).toEqual([away, away]);
  });

  it('for longer: it stays DISPATCHED, the caller is told what Meta said', async () => {
    let counter = { calls: 0 };
    const { ledger, conclusion, reports } = await handedOver(accepted, {
      async meanwhile(of) {
        counter = countReplaces(of, () => Promise.reject(away));
      },
    });
    expect(counter.calls).toBe(3);
    expect(ledger.records).toStrictEqual([record]);
    expect(conclusion).toMatchObject({ kind: 'accepted' });
    expect(reports).toEqual([away, away, away]);
  });
});

it('insisting ends with the third failure', async () => {
  const reports: unknown[] = [];
  const ports = { wait: async () => undefined, report: (error: unknown) => reports.push(error) };
  await expect(insist(() => Promise.reject(away), ports)).rejects.toBe(away);
  expect(reports).toEqual([away, away]);
});
