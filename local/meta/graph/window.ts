import * as z from 'zod';

const person = z.looseObject({
  from: z.string().optional(),
  from_user_id: z.string().optional(),
  type: z.string().optional(),
  direction: z.string().optional(),
});
const value = z.looseObject({
  metadata: z.looseObject({ phone_number_id: z.string() }),
  messages: z.array(person).default([]),
  calls: z.array(person).default([]),
});
const webhook = z.looseObject({
  entry: z.array(
    z.looseObject({ changes: z.array(z.looseObject({ field: z.string(), value: z.unknown() })) }),
  ),
});

/** One message or call from a customer to a number. */
export interface Inbound {
  phoneNumberId: string;
  /** The customer's wa_id, BSUID, or both. */
  people: string[];
}

/**
 * Who wrote or called in a webhook body. What the business typed in its phone app and what WhatsApp
 * itself says opens no window. Source: Meta, "Send messages" (customer service windows).
 */
export function inboundIn(body: string): Inbound[] {
  const changes = webhook.safeParse(parsed(body)).data?.entry.flatMap((entry) => entry.changes);
  return (changes ?? []).flatMap((change) => {
    const { data } = value.safeParse(change.value);
    if (!data || !/^(messages|calls)$/.test(change.field)) return [];
    const phoneNumberId = data.metadata.phone_number_id;
    return [...data.messages, ...data.calls]
      .filter(({ type, direction }) => type !== 'system' && direction !== 'BUSINESS_INITIATED')
      .map(({ from, from_user_id }) => ({
        phoneNumberId,
        people: [from, from_user_id].filter((id) => id !== undefined),
      }));
  });
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const windowMs = 24 * 3_600_000;

/** The customer service windows, by number and customer. Times are epoch ms. */
export function createWindows() {
  const lastInbound = new Map<string, number>();
  return {
    open: ({ phoneNumberId, people }: Inbound, now: number) => {
      for (const id of people) lastInbound.set(`${phoneNumberId} ${id}`, now);
    },
    isOpen: (phoneNumberId: string, customer: string, now: number) =>
      now - (lastInbound.get(`${phoneNumberId} ${customer}`) ?? Number.NEGATIVE_INFINITY) <
      windowMs,
  };
}
