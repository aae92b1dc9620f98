import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { publishChanges } from '../../lambdas/inbox/publish.ts';
import { archiveDone, archivedMessages } from '../../lambdas/ingest/archive.ts';
import { verifyCallback } from '../../lambdas/ingest/receive-webhook.ts';
import { readFixtures } from '../../local/meta/fixtures.ts';
import { aliasKey } from '../../shared/conversations/alias-key.ts';
import { callbackDataOf, sendIdOf } from '../../shared/sends/send-id.ts';
import type { SendRecord } from '../../shared/sends/send-record.schema.ts';
import { MemoryArchive } from '../fakes/memory-archive.ts';
import { MemoryObjectStore } from '../fakes/memory-object-store.ts';
import { everyPlan } from './fault-plans.ts';
import { FaultSeam, Invocation } from './faults.ts';
import { Pipeline } from './pipeline.ts';

const route = {
  organizationId: 'north',
  wabaId: '102290129340398',
  phoneNumberId: '106540352242922',
};

function messages(content: object): unknown {
  const metadata = { display_phone_number: '15550001111', phone_number_id: route.phoneNumberId };
  return {
    object: 'whatsapp_business_account',
    entry: [
      { id: route.wabaId, changes: [{ field: 'messages', value: { metadata, ...content } }] },
    ],
  };
}

const timestamp = '1763800000';
const later = '1763800001';

const text = (
  id: string,
  name: string,
  { body = 'hi', from = '966500000001', at = timestamp } = {},
) =>
  messages({
    contacts: [{ profile: { name }, wa_id: from }],
    messages: [{ id, from, timestamp: at, type: 'text', text: { body } }],
  });

/** Somebody who was erased the day before. */
const erased = '966500000002';
const erasedAt = '2025-11-21T08:26:40.000Z';

/** A send of which nobody has heard since. */
const sendId = sendIdOf(route.organizationId, 'key');
const at = '2026-11-22T09:00:00.000Z';
const dispatched: SendRecord = {
  ...{ ...route, sendId, requestHash: 'hash', laneKey: 'lane', lane: 'agent', attempts: 1 },
  ...{ state: 'DISPATCHED', holdsLane: true, createdAt: at, stateAt: at, sendBy: at, settleAt: at },
};

/** Webhooks that lead where texts and statuses do not. */
const odd: Readonly<Record<string, readonly unknown[]>> = {
  'too large to be queued': [
    text('wamid.1', 'Aisha', { body: randomBytes(300_000).toString('base64') }),
  ],
  'half of it malformed': [{ object: 'whatsapp_business_account', entry: [{}] }],
  'a new name': [text('wamid.1', 'Aisha'), text('wamid.2', 'Aisha M.', { at: later })],
  'from somebody who was erased': [text('wamid.1', 'Badr', { from: erased })],
  'a status of a send': [
    messages({
      statuses: [
        {
          ...{ id: 'wamid.1', status: 'sent', timestamp, recipient_id: '966500000001' },
          biz_opaque_callback_data: callbackDataOf({ sendId }),
        },
      ],
    }),
  ],
  'a test of the dashboard': [
    {
      object: 'whatsapp_business_account',
      entry: [{ id: '0', changes: [{ field: 'messages', value: { metadata: {} } }] }],
    },
  ],
  ...Object.fromEntries(
    readFixtures()
      // A fault lets the history overtake the live message, and then both are told.
      .filter(({ name }) => name !== 'history-of-a-message-that-came-live')
      .map(({ name, webhook }) => [name, [webhook]]),
  ),
};

/** What Meta gives no id may be told once more where Meta sends it again. */
const unnamed = new Set(['number.updated', 'webhook.unrecognised']);

describe('one fault at every call there is', () => {
  /** What was told, by type, and what was set aside, by folder: each once or as often as it has a name. */
  async function outcome(webhooks: readonly unknown[], seam: FaultSeam): Promise<string[]> {
    const pipeline = new Pipeline([route], seam);
    await pipeline.settings.write('north', {
      ...(await pipeline.settings.read('north')),
      historyImport: { enabled: true },
    });
    await pipeline.sends.create(dispatched);
    pipeline.table.eraseAlias(
      aliasKey(route.organizationId, route.phoneNumberId, 'phone', erased),
      erasedAt,
    );
    for (const webhook of webhooks) {
      await pipeline.post(webhook);
      await pipeline.settle();
    }
    const told = new Map(pipeline.inbox.events.map(({ eventId, type }) => [eventId, type]));
    const named = [...told.values()].filter((type) => !unnamed.has(type));
    const folders = [...pipeline.store.objects.keys()].map((key) => key.split('/')[0] ?? '');
    return [...new Set(told.values()), ...named, ...new Set(folders)].sort();
  }

  it.each(Object.entries(odd))('%s: the same is told and set aside', async (_name, webhooks) => {
    const expected = await outcome(webhooks, new FaultSeam());
    await everyPlan(async (plan) => {
      const seam = new FaultSeam(plan);
      expect(await outcome(webhooks, seam)).toEqual(expected);
      return seam.calls;
    }, 1);
  });

  it('a verification that fails is answered when it comes again', async () => {
    const query = { 'hub.mode': 'subscribe', 'hub.verify_token': 'token', 'hub.challenge': '1' };
    const source = { read: async () => ({ appSecrets: ['secret'], verifyTokens: ['token'] }) };
    await everyPlan(async (plan) => {
      const seam = new FaultSeam(plan);
      const verify = () =>
        verifyCallback(query, { appSecret: new Invocation(seam).through(source) });
      const outcome = await verify().catch(verify);
      expect(outcome).toEqual({ kind: 'challenge', challenge: '1' });
      return seam.calls;
    }, 1);
  });

  it('an archive that fails has everything come again, and one that works nothing', async () => {
    const body = '{"a":1}';
    const message = { messageId: '1', body, messageAttributes: {} };
    await everyPlan(async (plan) => {
      const seam = new FaultSeam(plan);
      const store = new MemoryObjectStore();
      const archive = new MemoryArchive(store);
      const through = new Invocation(seam).through(archive);
      const ports = { now: () => new Date(0), report: () => undefined };
      const again = await archiveDone([message], [], { ...ports, archive: through });
      expect(again.length).toBe(plan.size);
      if (again.length > 0) {
        expect(await archiveDone([message], [], { ...ports, archive })).toEqual([]);
      }
      await archive.flush();
      // What took effect although it failed is there twice: a replay tells it once.
      const bodies = [...store.objects.values()].flatMap(archivedMessages).map((each) => each.body);
      expect([...new Set(bodies)]).toEqual([body]);
      return seam.calls;
    }, 1);
  });

  it('what can never be told is set aside, or comes again', async () => {
    const broken = { sequenceNumber: '7', before: undefined, after: { pk: 'MSG#x', event: '{' } };
    await everyPlan(async (plan) => {
      const seam = new FaultSeam(plan);
      const { inbox: queues, store } = new Pipeline([route]);
      const through = new Invocation(seam).through(store);
      const { retryFrom } = await publishChanges([broken], { queues, store: through });
      expect(retryFrom).toBe(plan.size > 0 ? '7' : undefined);
      if (retryFrom) await publishChanges([broken], { queues, store });
      expect(store.objects.size).toBe(1);
      return seam.calls;
    }, 1);
  });
});
