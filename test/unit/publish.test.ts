import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { OutgoingQueues, SendResult } from '../../lambdas/inbox/outgoing-queues.port.ts';
import { type ItemChange, publishChanges } from '../../lambdas/inbox/publish.ts';
import type { InboxEvent } from '../../shared/events/inbox-event.schema.ts';
import { orderKeyOf } from '../../shared/events/order-key.ts';
import { hash } from '../../shared/hash.ts';
import { mediaJobSchema } from '../../shared/media/media-record.schema.ts';
import { MemoryObjectStore } from '../fakes/memory-object-store.ts';
import { MemoryOutgoingQueues } from '../fakes/memory-queues.ts';

const at = '2026-11-22T10:00:00.000Z';

function changeOf(conversation: number, index: number): ItemChange {
  const event: InboxEvent = {
    schemaVersion: 1,
    eventId: `event ${index}`,
    type: 'message.received',
    occurredAt: at,
    receivedAt: at,
    orderKey: orderKeyOf(at, at, index),
    organizationId: 'north',
    conversationId: `conversation ${conversation}`,
    phoneNumberId: '2001',
    message: { id: `wamid.${index}`, type: 'image', image: { id: `file ${index}` } },
    ...(index % 3 === 0
      ? { media: { state: 'pending' as const, kind: 'image' as const, mimeType: 'image/jpeg' } }
      : {}),
    window: { expiresAt: at },
  };
  return {
    sequenceNumber: String(index),
    before: undefined,
    after: { pk: 'MSG#x', event: JSON.stringify(event) },
  };
}

/** What a change has to send: its event, and every third one a job. */
function namesOf(index: number): string[] {
  return [`event ${index}`, ...(index % 3 === 0 ? [`file ${index}`] : [])];
}

/** A queue whose calls turn out as a list says, and everything it was given. */
function queueOf(outcomes: readonly (SendResult | 'down')[]) {
  const sent: string[] = [];
  let call = 0;
  const queues: OutgoingQueues = {
    async send(_name, messages) {
      const outcome = outcomes[call++] ?? 'sent';
      if (outcome === 'down') {
        throw new Error('down');
      }
      return messages.map(({ deduplicationId, body }, index) => {
        // Only one of a batch is refused or throttled: the others go through.
        const own = outcome === 'sent' || index !== call % messages.length ? 'sent' : outcome;
        if (own === 'sent') {
          sent.push(deduplicationId ?? mediaJobSchema.parse(JSON.parse(body)).mediaId);
        }
        return own;
      });
    },
  };
  return { queues, sent };
}

/** Tells whether it is this event or job. */
function holds(json: string, name: string): boolean {
  const { eventId, mediaId } = JSON.parse(json);
  return eventId === name || mediaId === name;
}

/** Whose turn it is, change by change: with long runs of one conversation, as a batch of Meta's has them. */
const conversations = fc
  .array(fc.tuple(fc.nat(6), fc.integer({ min: 1, max: 30 })), { minLength: 1, maxLength: 8 })
  .map((runs) => runs.flatMap(([conversation, length]) => Array(length).fill(conversation)));

describe('publishChanges', () => {
  it('leaves nothing unsent before the change that it starts again from', async () => {
    const outcome = fc.constantFrom<SendResult | 'down'>(
      'sent',
      'sent',
      'retry',
      'refused',
      'down',
    );
    await fc.assert(
      fc.asyncProperty(
        conversations,
        fc.array(outcome, { maxLength: 12 }),
        async (order, outcomes) => {
          const changes = order.map(changeOf);
          const store = new MemoryObjectStore();
          const { queues, sent } = queueOf(outcomes);
          const result = await publishChanges(changes, { queues, store });
          const end = result.retryFrom === undefined ? changes.length : Number(result.retryFrom);
          const setAside = [...store.objects.values()].map((bytes) => String(Buffer.from(bytes)));
          const missing = changes
            .slice(0, end)
            .flatMap((_, index) => namesOf(index))
            .filter((name) => !sent.includes(name) && !setAside.some((json) => holds(json, name)));
          expect(missing).toEqual([]);
          expect(result.published.length + result.jobs).toBe(sent.length);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('sends imported history to a queue of its own, and everything else to the other', async () => {
    const queues = new MemoryOutgoingQueues();
    const imported = { type: 'message.imported', direction: 'inbound', window: undefined };
    const progress = {
      type: 'history.progress',
      declined: false,
      message: undefined,
      media: undefined,
    };
    const changes = [{}, imported, {}, { ...progress, window: undefined }, imported].map(
      (difference, index) => {
        const change = changeOf(1, index);
        const event = { ...JSON.parse(change.after['event'] ?? ''), ...difference };
        return { ...change, after: { ...change.after, event: JSON.stringify(event) } };
      },
    );
    const result = await publishChanges(changes, { queues, store: new MemoryObjectStore() });
    expect(result).toMatchObject({ quarantined: 0, retryFrom: undefined });
    const sent = (name: string) =>
      queues.received
        .filter(({ from }) => from === name)
        .map(({ deduplicationId }) => deduplicationId);
    expect(sent('events')).toEqual(['event 0', 'event 2']);
    expect(sent('history')).toEqual(['event 1', 'event 3', 'event 4']);
  });

  it('queues the jobs of an organisation for it to share the workers fairly', async () => {
    const queues = new MemoryOutgoingQueues();
    const changes = [0, 1, 3].map((index) => changeOf(1, index));
    const result = await publishChanges(changes, { queues, store: new MemoryObjectStore() });
    expect(result).toMatchObject({ jobs: 2, quarantined: 0, retryFrom: undefined });
    const jobs = queues.received.filter(({ from }) => from === 'mediaJobs');
    expect(queues.bodies('mediaJobs')).toMatchObject([
      { mediaId: 'file 0', revision: 0 },
      { mediaId: 'file 3', revision: 0 },
    ]);
    expect(jobs.map(({ groupId, deduplicationId }) => ({ groupId, deduplicationId }))).toEqual(
      jobs.map(() => ({ groupId: hash('north'), deduplicationId: undefined })),
    );
  });

  it('sets aside what is no item of ours and goes on', async () => {
    const store = new MemoryObjectStore();
    const { queues, sent } = queueOf([]);
    const broken = ['not json', '{"type":"message.received"}'].map((event, index) => ({
      sequenceNumber: String(index),
      before: undefined,
      after: { pk: 'MSG#x', event },
    }));
    const result = await publishChanges([...broken, changeOf(1, 2)], { queues, store });
    expect(result).toMatchObject({ quarantined: 2, retryFrom: undefined });
    expect(sent).toEqual(['event 2']);
  });

  it('comes back to what it can neither publish nor set aside', async () => {
    const store = {
      put: async () => Promise.reject(new Error('down')),
      get: async () => Buffer.of(),
    };
    const { queues } = queueOf([]);
    const broken = { sequenceNumber: '7', before: undefined, after: { pk: 'MSG#x', event: '{' } };
    expect(await publishChanges([broken], { queues, store })).toMatchObject({ retryFrom: '7' });
  });
});
