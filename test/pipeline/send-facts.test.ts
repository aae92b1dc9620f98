import { describe, expect, it } from '@jest/globals';
import { readFixtures } from '../../local/meta/fixtures.ts';
import { eventAttribute, storedEvent } from '../../shared/events/message-item.ts';
import { isJsonObject } from '../../shared/json.ts';
import { type Fault, FaultSeam, faults } from './faults.ts';
import { expectWindows } from './invariants.ts';
import { Pipeline } from './pipeline.ts';

const route = {
  organizationId: 'north',
  wabaId: '102290129340398',
  phoneNumberId: '106540352242922',
};

function fixture(name: string): unknown {
  return readFixtures().find((each) => each.name === name)?.webhook;
}

/** What is published finds what it says in the table: in each moment, whatever has just died. */
function expectFacts({ table }: Pipeline): void {
  const stored = table.stream.flatMap(({ after }) => {
    const event = storedEvent(after, eventAttribute);
    return isJsonObject(event) ? [event] : [];
  });
  const missing = stored.filter(({ type, conversationId, media, wabaId }) => {
    const { windowUpTo, marketing } = table.conversations.get(String(conversationId)) ?? {};
    switch (type) {
      case 'message.received':
        return windowUpTo === undefined || (media !== undefined && table.media.size === 0);
      case 'preference.updated':
        return marketing === undefined;
      case 'template.updated':
        return !table.templateChanges.includes(String(wabaId));
      default:
        return false;
    }
  });
  expect(missing).toEqual([]);
}

describe('what sends are checked against is there before the event that tells of it', () => {
  const names = ['image', 'preference-stop', 'template-paused', 'call'] as const;

  async function run(seam: FaultSeam): Promise<Pipeline> {
    const pipeline = new Pipeline([route], seam);
    for (const name of names) {
      await pipeline.post(fixture(name));
      while (pipeline.webhookQueue.messages.length > 0) {
        await pipeline.normaliseSome(2);
        expectFacts(pipeline);
      }
    }
    await pipeline.settle();
    expectWindows(pipeline, pipeline.inbox.events);
    return pipeline;
  }

  it('covers every call that writes it', async () => {
    const seam = new FaultSeam();
    const { inbox } = await run(seam);
    expect(inbox.events.map(({ type }) => type).sort()).toEqual([
      'call.updated',
      'message.received',
      'preference.updated',
      'template.updated',
    ]);
    expect([...seam.sites]).toEqual(
      expect.arrayContaining([
        'MemoryTable.openWindow',
        'MemoryTable.claimMedia',
        'MemoryTable.recordMarketing',
        'MemoryTable.noteTemplateChange',
      ]),
    );
  });

  it.each(faults)('one fault at every call there is: %s', async (fault) => {
    for (let call = 1; ; call++) {
      const seam = new FaultSeam(new Map<number, Fault>([[call, fault]]));
      await run(seam);
      if (seam.struck.length === 0) {
        expect(call).toBeGreaterThan(15);
        return;
      }
    }
  });
});

/** A webhook with these elements of the number. */
function webhookOf(field: string, collection: string, elements: readonly object[]): unknown {
  const value = { metadata: { phone_number_id: route.phoneNumberId }, [collection]: elements };
  const changes = [{ field, value }];
  return { object: 'whatsapp_business_account', entry: [{ id: route.wabaId, changes }] };
}

async function having(...webhooks: readonly unknown[]): Promise<Pipeline> {
  const pipeline = new Pipeline([route]);
  for (const webhook of webhooks) {
    await pipeline.post(webhook);
    await pipeline.settle();
  }
  return pipeline;
}

const hello = (id: string, second: number) => ({
  ...{ id, from: '966500000001', timestamp: String(1_763_800_000 + second) },
  ...{ type: 'text', text: { body: 'hello' } },
});

describe('a window', () => {
  const windowsOf = ({ table }: Pipeline) =>
    [...table.conversations.values()].map(({ windowUpTo }) => windowUpTo);

  it('is kept once for all messages of one webhook, by the last of them', async () => {
    const messages = [hello('a', 30), hello('b', 60), hello('c', 0)];
    const sites: string[] = [];
    const seam = new (class extends FaultSeam {
      override next(site: string): Fault | undefined {
        sites.push(site);
        return super.next(site);
      }
    })();
    const pipeline = new Pipeline([route], seam);
    await pipeline.post(webhookOf('messages', 'messages', messages));
    await pipeline.settle();
    expect(windowsOf(pipeline)).toEqual(['2025-11-23T09:27:40.000Z']);
    expect(sites.filter((site) => site.endsWith('.openWindow'))).toHaveLength(1);
  });

  const reaction = { type: 'reaction', reaction: { message_id: 'wamid.out', emoji: '👍' } };
  const text = { type: 'text', text: { body: 'hello' } };

  it.each<[string, object]>([
    ['a reaction', reaction],
    ['an edit', { type: 'edit', edit: { original_message_id: 'a', message: text } }],
    ['a deletion', { type: 'revoke', revoke: { original_message_id: 'a' } }],
    ['a type that nobody knows', { type: 'hologram', hologram: {} }],
  ])('is not closed for certain after %s', async (_what, content) => {
    const later = { id: 'b', from: '966500000001', timestamp: '1763886400', ...content };
    const pipeline = await having(
      webhookOf('messages', 'messages', [hello('a', 0)]),
      webhookOf('messages', 'messages', [later]),
    );
    expect(windowsOf(pipeline)).toEqual(['2025-11-24T09:26:40.000Z']);
  });

  it.each([
    ['an echo of the phone app', 'echo-text'],
    ['imported history', 'history-chunk'],
    ['somebody else’s thread', 'standby-message'],
    ['a status', 'status-delivered'],
    ['a call that the business made', 'call-status-ringing'],
  ])('is not opened by %s', async (_what, name) => {
    const pipeline = await having(fixture(name));
    expect(pipeline.inbox.events).not.toEqual([]);
    expect(windowsOf(pipeline)).toEqual([]);
  });
});

describe('what a person says of marketing messages', () => {
  const preference = (value: string, second: number, category = 'marketing_messages') =>
    webhookOf('user_preferences', 'user_preferences', [
      { wa_id: '966500000001', category, value, timestamp: 1_763_800_000 + second },
    ]);

  it.each<[string, unknown[], string[]]>([
    ['the last word counts', [preference('stop', 0), preference('resume', 9)], ['resume']],
    ['also where it comes first', [preference('resume', 9), preference('stop', 0)], ['resume']],
    ['other words say nothing', [preference('signup', 0), preference('stop', 0, 'other')], []],
  ])('%s', async (_what, webhooks, known) => {
    const { table } = await having(...webhooks);
    expect([...table.conversations.values()].map(({ marketing }) => marketing)).toEqual(known);
  });
});

it('a change of templates is noted once for a webhook with many', async () => {
  const change = (name: string) => ({
    field: 'message_template_status_update',
    value: { event: 'PAUSED', message_template_name: name, message_template_language: 'en' },
  });
  const changes = ['one', 'two', 'three'].map(change);
  const entry = [{ id: route.wabaId, changes }];
  const { table, inbox } = await having({ object: 'whatsapp_business_account', entry });
  expect(inbox.events).toHaveLength(3);
  expect(table.templateChanges).toEqual([route.wabaId]);
});

it.each(['image', 'video', 'audio', 'document', 'sticker', 'voice-note-of-old-api', 'echo-image'])(
  'whose a file is, is known from %s',
  async (name) => {
    const { table, inbox } = await having(fixture(name));
    const [event] = inbox.events;
    const message = event && 'message' in event && event.message ? event.message : {};
    const file = message[String(message['type'])];
    const mediaId = isJsonObject(file) ? String(file['id']) : '';
    expect(table.media.get(mediaId)).toEqual({
      mediaId,
      organizationId: route.organizationId,
      phoneNumberId: route.phoneNumberId,
    });
  },
);
