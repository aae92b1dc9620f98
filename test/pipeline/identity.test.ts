import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ConnectedNumber } from '../../shared/routing/route.port.ts';
import { Pipeline } from './pipeline.ts';
import { sequences } from './runs.ts';

const route: ConnectedNumber = { organizationId: 'north', wabaId: '1001', phoneNumberId: '2001' };

/** Two people; the forms in which Meta names each of them. */
const people = [
  { phone: '966500000001', userId: 'SA.100000000000001' },
  { phone: '447700900002', userId: 'GB.100000000000002' },
] as const;

const forms = ['phone and BSUID', 'BSUID only', 'phone only'] as const;

interface Mention {
  person: number;
  form: (typeof forms)[number];
  isStatus: boolean;
}

function webhookOf({ person, form, isStatus }: Mention, index: number): unknown {
  const { phone, userId } = people[person] ?? people[0];
  const ids = {
    ...(form === 'BSUID only' ? {} : { phone }),
    ...(form === 'phone only' ? {} : { userId }),
  };
  const timestamp = String(1_763_800_000 + index);
  const element = isStatus
    ? {
        id: `wamid.${index}`,
        status: 'sent',
        timestamp,
        recipient_id: ids.phone,
        recipient_user_id: ids.userId,
      }
    : {
        id: `wamid.${index}`,
        timestamp,
        from: ids.phone,
        from_user_id: ids.userId,
        type: 'text',
        text: { body: '' },
      };
  const value = {
    metadata: { phone_number_id: route.phoneNumberId },
    [isStatus ? 'statuses' : 'messages']: [element],
  };
  const changes = [{ field: 'messages', value }];
  return { object: 'whatsapp_business_account', entry: [{ id: route.wabaId, changes }] };
}

it(
  'a person has one conversation by phone, BSUID or both, from the first webhook that names both',
  async () => {
    const mention = fc.record({
      person: fc.nat(1),
      form: fc.constantFrom(...forms),
      isStatus: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(mention, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 4 }),
        async (mentions, workers) => {
          const introductions = people.map(
            (_, person): Mention => ({ person, form: 'phone and BSUID', isStatus: false }),
          );
          const pipeline = new Pipeline([route]);
          const all = [...introductions, ...mentions];
          for (const [index, each] of all.entries()) {
            await pipeline.post(webhookOf(each, index));
            if (index === 1 || workers < 3) {
              await pipeline.settle(workers);
            }
          }
          await pipeline.settle(workers);
          const conversations = people.map((_, person) => {
            const ids = all.flatMap((each, index) =>
              each.person === person ? [`wamid.${index}`] : [],
            );
            const events = pipeline.inbox.events.filter((event) =>
              event.type === 'message.received'
                ? ids.includes(event.message.id)
                : event.type === 'message.status' && ids.includes(event.messageId),
            );
            expect(events).toHaveLength(ids.length);
            return new Set(events.map(({ conversationId }) => conversationId));
          });
          expect(conversations.map(({ size }) => size)).toEqual([1, 1]);
          expect(new Set(conversations.flatMap((each) => [...each])).size).toBe(2);
        },
      ),
      { numRuns: sequences(1000) },
    );
  },
  60 * 60 * 1000,
);
