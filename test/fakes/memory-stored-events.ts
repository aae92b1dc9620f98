import { eventsOfChange, type ItemImage } from '../../lambdas/inbox/events-of-change.ts';
import type {
  ItemPage,
  PageRequest,
  StoredEvents,
} from '../../lambdas/inbox/stored-events.port.ts';
import type { InboxEvent } from '../../shared/events/inbox-event.schema.ts';
import { statusSubjectSchema } from '../../shared/events/message-item.ts';
import { timelinePlace } from '../../shared/events/timeline.ts';

/** An item with what the indexes know of it. */
interface Indexed {
  image: ItemImage;
  conversationId: string | undefined;
  orderKey: string | undefined;
  timeline: string;
  timelineOrder: string;
}

/**
 * The items that a stream has carried, as the indexes of the table have them. An item's last change is when
 * its last event came.
 */
export function memoryStoredEvents(stream: () => readonly { after: ItemImage }[]): StoredEvents {
  let indexedOf = -1;
  let items: Indexed[] = [];
  const indexed = () => {
    const changes = stream();
    if (changes.length !== indexedOf) {
      indexedOf = changes.length;
      const newest = new Map(changes.map(({ after }) => [after['pk'], after]));
      items = [...newest.values()].map(indexedItem);
    }
    return items;
  };

  function page(
    items: readonly Indexed[],
    orderOf: (item: Indexed) => string,
    { after, limit, newestFirst }: PageRequest & { newestFirst: boolean },
  ): ItemPage {
    const placed = items
      .map((item) => ({
        place: { pk: item.image['pk'] ?? '', order: orderOf(item) },
        image: item.image,
      }))
      .sort(({ place: one }, { place: other }) =>
        `${one.order} ${one.pk}` < `${other.order} ${other.pk}` ? -1 : 1,
      );
    const inOrder = newestFirst ? placed.toReversed() : placed;
    const from = after ? inOrder.findIndex(({ place }) => place.pk === after.pk) + 1 : 0;
    const found = inOrder.slice(from, from + limit);
    return { items: found, next: inOrder.length > from + limit ? found.at(-1)?.place : undefined };
  }

  return {
    async ofConversation(conversationId, request) {
      const items = indexed().filter(
        (item) => item.conversationId === conversationId && item.orderKey !== undefined,
      );
      return page(items, ({ orderKey = '' }) => orderKey, request);
    },
    async ofDay(organizationId, { day, shard }, request) {
      const items = indexed().filter(
        ({ timeline, timelineOrder }) =>
          timeline === `${organizationId}#${day}#${shard}` && timelineOrder <= request.upTo,
      );
      const orderOf = ({ timelineOrder }: Indexed) => timelineOrder;
      return page(items, orderOf, { ...request, newestFirst: false });
    },
    ofOrganization: async () => [],
  };
}

function indexedItem(image: ItemImage): Indexed {
  const { pk = '', statusOf = 'null' } = image;
  const events = eventsOfChange(undefined, image).map(({ event }) => event);
  const own: InboxEvent | undefined = events.find(({ type }) => type !== 'message.status');
  const subject = statusSubjectSchema.safeParse(JSON.parse(statusOf)).data;
  const organizationId = image['organizationId'] ?? events[0]?.organizationId ?? '';
  const conversationId = image['conversationId'] ?? own?.conversationId ?? subject?.conversationId;
  const orderKey = image['orderKey'] ?? own?.orderKey ?? events[0]?.orderKey;
  const times = events.map(({ receivedAt }) => receivedAt).sort();
  const [first = '', last = new Date(0).toISOString()] = [times[0], times.at(-1)];
  const place = { pk, organizationId, conversationId, receivedAt: first };
  return {
    image: {
      changedAt: last,
      ...image,
      organizationId,
      ...(orderKey === undefined ? {} : { orderKey }),
    },
    ...{ conversationId, orderKey },
    ...timelinePlace(place, new Date(last)),
  };
}
