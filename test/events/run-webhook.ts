import type { InboxEvent } from '../../shared/events/inbox-event.schema.ts';
import type { ConnectedNumber } from '../../shared/routing/route.port.ts';
import { Pipeline } from '../pipeline/pipeline.ts';

/** The organisations of the fixtures: two, one of them with two numbers. */
const routes: readonly ConnectedNumber[] = [
  { organizationId: 'north', wabaId: '102290129340398', phoneNumberId: '106540352242922' },
  { organizationId: 'north', wabaId: '102290129340398', phoneNumberId: '106540352242923' },
  { organizationId: 'south', wabaId: '102290129340399', phoneNumberId: '106540352242924' },
];

/** What becomes of one webhook: its events as an inbox gets them, and the prefixes of what was set aside. */
export async function runWebhook(
  webhook: unknown,
): Promise<{ events: unknown[]; setAside: string[]; parkedFor: string[] }> {
  const pipeline = new Pipeline(routes);
  await pipeline.post(webhook);
  await pipeline.settle(1);
  const events = pipeline.inbox.events.toSorted((one, other) =>
    one.orderKey < other.orderKey ? -1 : 1,
  );
  return {
    events: comparable(events),
    setAside: [...pipeline.store.objects.keys()].map((key) => key.replace(/\/[^/]*$/, '')),
    parkedFor: [...pipeline.table.parked.keys()],
  };
}

/** Events without what is new at every run: conversations are numbered, ids left out. */
function comparable(events: readonly InboxEvent[]): unknown[] {
  const conversations = [...new Set(events.flatMap(({ conversationId }) => conversationId ?? []))];
  return events.map(
    ({ schemaVersion, eventId, receivedAt, orderKey, conversationId, ...event }) => ({
      ...event,
      ...(conversationId === undefined
        ? {}
        : { conversationId: `conversation ${conversations.indexOf(conversationId) + 1}` }),
      ...('raw' in event ? { raw: { ...event.raw, key: event.raw.key.split('/')[0] } } : {}),
    }),
  );
}
