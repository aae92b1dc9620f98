import { eventsOfChange, type ItemImage } from '../../lambdas/inbox/events-of-change.ts';
import type { People } from '../../lambdas/inbox/people.port.ts';
import type {
  ItemPage,
  PageRequest,
  StoredEvents,
} from '../../lambdas/inbox/stored-events.port.ts';
import {
  isConversation,
  looseConversation,
  placeOfItem,
} from '../../shared/events/conversation-place.ts';
import type { InboxEvent } from '../../shared/events/inbox-event.schema.ts';
import { statusSubjectSchema } from '../../shared/events/message-item.ts';

/** An item with its place in the index. */
interface Indexed {
  image: ItemImage;
  conversationId: string;
  orderKey: string;
}

/**
 * The items that a stream has carried, as the index of the table has them. An item's last change is when
 * its last event came.
 */
export function memoryStoredEvents(
  stream: () => readonly { after: ItemImage }[],
): StoredEvents & Pick<People, 'conversationsOf'> {
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

  async function page(
    conversationId: string,
    { after, limit, newestFirst }: PageRequest & { newestFirst: boolean },
  ): Promise<ItemPage> {
    const placed = indexed()
      .filter((item) => item.conversationId === conversationId)
      .map(({ image, orderKey }) => ({
        place: { pk: image['pk'] ?? '', order: orderKey },
        image,
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
    ofConversation: page,
    ofLooseDay: (day, request) => page(looseConversation(day), { ...request, newestFirst: false }),
    ofOrganization: async () => [],
    async conversationsOf(organizationId, { after = '', limit }) {
      const all = indexed()
        .filter(({ image }) => image['organizationId'] === organizationId)
        .map(({ conversationId }) => conversationId)
        .filter((name) => isConversation(name) && name > after);
      const names = [...new Set(all)].sort();
      const found = names.slice(0, limit);
      return { names: found, next: names.length > limit ? found.at(-1) : undefined };
    },
  };
}

const noTime = new Date(0).toISOString();

function indexedItem(image: ItemImage): Indexed {
  const { pk = '', statusOf = 'null' } = image;
  const events = eventsOfChange(undefined, image).map(({ event }) => event);
  const own: InboxEvent | undefined = events.find(({ type }) => type !== 'message.status');
  const subject = statusSubjectSchema.safeParse(JSON.parse(statusOf)).data;
  const organizationId = image['organizationId'] ?? events[0]?.organizationId ?? '';
  const conversationId = image['conversationId'] ?? own?.conversationId ?? subject?.conversationId;
  const orderKey = image['orderKey'] ?? own?.orderKey ?? events[0]?.orderKey ?? '';
  const times = events.map(({ receivedAt }) => receivedAt).sort();
  const [first = noTime, last = noTime] = [times[0], times.at(-1)];
  return {
    image: {
      changedAt: last,
      ...image,
      organizationId,
      orderKey,
    },
    conversationId: placeOfItem({ pk, organizationId, conversationId, receivedAt: first }),
    orderKey,
  };
}
