import fc from 'fast-check';
import type { ConnectedNumber } from '../../shared/routing/route.port.ts';
import type { MessageState } from './consumer.ts';

/** Three organisations, one of them with two numbers. */
export const routes: readonly ConnectedNumber[] = [
  { organizationId: 'north', wabaId: '1001', phoneNumberId: '2001' },
  { organizationId: 'south', wabaId: '1002', phoneNumberId: '2002' },
  { organizationId: 'north', wabaId: '1001', phoneNumberId: '2003' },
  { organizationId: 'east', wabaId: '1003', phoneNumberId: '2004' },
];

/** Somebody who writes: with a phone number, a BSUID or both. */
interface Person {
  phone?: string;
  userId?: string;
}

const people: readonly Person[] = [
  { phone: '966500000001' },
  { userId: 'SA.100000000000002' },
  { phone: '447700900003', userId: 'GB.100000000000003' },
];

const statusNames = ['sent', 'delivered', 'read', 'played', 'failed', 'in_orbit'] as const;

/** One thing that Meta reports, before it is put into a webhook. */
export type Update =
  | { kind: 'text'; id: string; route: number; person: number; second: number; text: string }
  | { kind: 'reaction'; id: string; route: number; person: number; second: number; emoji?: string }
  | {
      kind: 'status';
      id: string;
      route: number;
      person: number;
      second: number;
      status: (typeof statusNames)[number];
    };

const base = fc.record({
  route: fc.nat(routes.length - 1),
  person: fc.nat(people.length - 1),
});

/** Updates with ids of their own; a status has one time, however often it is reported. */
const updates: fc.Arbitrary<Update[]> = fc
  .array(
    fc.oneof(
      base.chain((common) =>
        fc
          .record({ text: fc.string({ unit: 'grapheme', maxLength: 12 }), second: fc.nat(5) })
          .map((own) => ({ kind: 'text' as const, ...common, ...own })),
      ),
      base.chain((common) =>
        fc
          .record(
            { emoji: fc.constantFrom('👍', '❤️'), second: fc.nat(5) },
            { requiredKeys: ['second'] },
          )
          .map((own) => ({ kind: 'reaction' as const, ...common, ...own })),
      ),
      base.chain((common) =>
        fc
          .record({ message: fc.nat(3), status: fc.constantFrom(...statusNames) })
          .map((own) => ({ kind: 'status' as const, ...common, ...own })),
      ),
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((drafts) =>
    drafts.map((draft, index): Update => {
      if (draft.kind !== 'status') {
        return { ...draft, id: `wamid.in${index}` };
      }
      const { message, ...status } = draft;
      // A message sent by us is of one number and one person.
      const route = message % routes.length;
      const person = message % people.length;
      const second = statusNames.indexOf(status.status);
      return { ...status, id: `wamid.out${message}`, route, person, second };
    }),
  );

/** Webhooks: every update at least once, repeated, out of order and batched as chance has it. */
export const deliveries: fc.Arbitrary<Update[][]> = updates.chain((sent) =>
  fc.array(fc.nat(sent.length - 1), { maxLength: sent.length }).chain((repeats) => {
    const all = [...sent, ...repeats.flatMap((index) => sent[index] ?? [])];
    return fc
      .shuffledSubarray(all, { minLength: all.length, maxLength: all.length })
      .chain((order) =>
        fc
          .array(fc.integer({ min: 1, max: 5 }), {
            minLength: order.length,
            maxLength: order.length,
          })
          .map((sizes) => inBatches(order, sizes)),
      );
  }),
);

function inBatches(order: readonly Update[], sizes: readonly number[]): Update[][] {
  const batches: Update[][] = [];
  let start = 0;
  for (const size of sizes) {
    if (start < order.length) {
      batches.push(order.slice(start, start + size));
      start += size;
    }
  }
  return batches;
}

const epoch = 1_763_800_000;

/** When an update happened, as Meta writes it and as our events do. */
function timeOf({ second }: Update): { meta: string; iso: string } {
  return { meta: String(epoch + second), iso: new Date((epoch + second) * 1000).toISOString() };
}

/** A batch as Meta's webhook: one change for each number and kind. */
export function webhookOf(batch: readonly Update[]): unknown {
  const entry = [...Map.groupBy(batch, ({ route }) => route)].map(([route, ofRoute]) => ({
    id: routes[route]?.wabaId,
    changes: [...Map.groupBy(ofRoute, ({ kind }) => kind === 'status')].map(
      ([isStatus, ofKind]) => ({
        field: 'messages',
        value: {
          messaging_product: 'whatsapp',
          metadata: {
            display_phone_number: '15550001111',
            phone_number_id: routes[route]?.phoneNumberId,
          },
          contacts: [...new Set(ofKind.map(({ person }) => person))].map(contactOf),
          [isStatus ? 'statuses' : 'messages']: ofKind.map(elementOf),
        },
      }),
    ),
  }));
  return { object: 'whatsapp_business_account', entry };
}

function contactOf(person: number): unknown {
  const { phone, userId } = people[person] ?? {};
  return { profile: { name: `Person ${person}` }, wa_id: phone, user_id: userId };
}

function elementOf(update: Update): unknown {
  const { phone, userId } = people[update.person] ?? {};
  const timestamp = timeOf(update).meta;
  if (update.kind === 'status') {
    const { id, status } = update;
    return { id, status, timestamp, recipient_id: phone, recipient_user_id: userId };
  }
  const common = { id: update.id, timestamp, from: phone, from_user_id: userId };
  return update.kind === 'text'
    ? { ...common, type: 'text', text: { body: update.text } }
    : {
        ...common,
        type: 'reaction',
        reaction: { message_id: 'wamid.out0', emoji: update.emoji },
      };
}

const ranks = ['sent', 'failed', 'delivered', 'read', 'played'];

/** What an inbox must know after all of it, told without any of the code under test. */
export function expectedState(sent: readonly Update[]): Map<string, MessageState> {
  const messages = new Map<string, MessageState>();
  for (const update of sent) {
    const organizationId = routes[update.route]?.organizationId ?? '';
    if (update.kind === 'text') {
      const text = JSON.stringify({ body: update.text });
      messages.set(update.id, { organizationId, text });
    } else if (update.kind === 'reaction') {
      messages.set(update.id, { organizationId, reaction: update.emoji ?? 'removed' });
    } else {
      const known = messages.get(update.id) ?? { organizationId, timestamps: {} };
      const isRanked = ranks.includes(update.status);
      const timestamps = {
        ...known.timestamps,
        ...(isRanked ? { [update.status]: timeOf(update).iso } : {}),
      };
      const reached = ranks.filter((rank) => Object.hasOwn(timestamps, rank)).at(-1);
      messages.set(update.id, { organizationId, timestamps, status: reached ?? update.status });
    }
  }
  return messages;
}

/** Whose conversation an update belongs to: one for each number and person. */
export function conversationNameOf({ route, person }: Update): string {
  return `${routes[route]?.phoneNumberId} ${person}`;
}
