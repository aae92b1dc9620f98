import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { publishChanges } from '../../lambdas/inbox/publish.ts';
import { archiveDone, archivedBodies } from '../../lambdas/ingest/archive.ts';
import { readFixtures } from '../../local/meta/fixtures.ts';
import { MemoryObjectStore } from '../fakes/memory-object-store.ts';
import { everyPlan, type FaultPlan } from './fault-plans.ts';
import { FaultSeam, Invocation } from './faults.ts';
import { Pipeline } from './pipeline.ts';
import { sequences } from './runs.ts';

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

const text = (id: string, second: number, body: string, name: string) =>
  messages({
    contacts: [{ profile: { name }, wa_id: '966500000001' }],
    messages: [
      {
        ...{ id, from: '966500000001', timestamp: String(1_763_800_000 + second) },
        ...{ type: 'text', text: { body } },
      },
    ],
  });

/** Webhooks that lead where texts and statuses do not. */
const odd: Readonly<Record<string, readonly unknown[]>> = {
  'too large to be queued': [text('wamid.1', 1, randomBytes(300_000).toString('base64'), 'Aisha')],
  'half of it malformed': [{ object: 'whatsapp_business_account', entry: [{}] }],
  'a new name': [text('wamid.1', 1, 'hi', 'Aisha'), text('wamid.2', 2, 'hi', 'Aisha M.')],
  ...Object.fromEntries(
    readFixtures()
      // A fault lets the history overtake the live message, and then both are told.
      .filter(({ name }) => name !== 'history-of-a-message-that-came-live')
      .map(({ name, webhook }) => [name, [webhook]]),
  ),
};

/** Every fault, or with the usual number of cases every seventh: each kind comes round. */
const stride = sequences(1000) > 1000 ? 1 : 7;

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
    let at = 0;
    await everyPlan(async (plan: FaultPlan) => {
      const seam = new FaultSeam(plan);
      if (plan.size === 0 || at++ % stride === 0) {
        expect(await outcome(webhooks, seam)).toEqual(expected);
      }
      return seam.calls;
    }, 1);
  });

  it('an archive that fails has everything come again, and one that works nothing', async () => {
    const body = '{"a":1}';
    const message = { messageId: '1', body, messageAttributes: {} };
    await everyPlan(async (plan) => {
      const seam = new FaultSeam(plan);
      const store = new MemoryObjectStore();
      const port = new Invocation(seam).through(store);
      const ports = { store: port, now: () => new Date(0), report: () => undefined };
      const again = await archiveDone([message], [], ports);
      expect(again.length).toBe(plan.size);
      if (again.length > 0) {
        expect(await archiveDone([message], [], { ...ports, store })).toEqual([]);
      }
      expect([...store.objects.values()].map(archivedBodies)).toEqual([[body]]);
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
