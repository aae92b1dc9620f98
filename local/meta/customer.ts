import { createHash, randomBytes } from 'node:crypto';

/** A WhatsApp user as Meta describes one to a business. */
export interface Customer {
  /** Digits with the country code and no `+`; absent for a user whose number Meta withholds. */
  phone?: string;
  /** Business-scoped user id (BSUID): a country code, a dot, letters or digits. */
  userId: string;
  name: string;
  username?: string | undefined;
}

/** What a request says of its customer; everything has a default. */
export type Sender = { [Key in 'from' | 'fromUserId' | 'name' | 'username']?: string | undefined };

/** The customer who writes where a request names none. */
export const demoPhone = '966500000001';

/** The customer that a sender names: one without a phone number where it gives only a BSUID. */
export function customerOf({ from, fromUserId, name = 'Aisha', username }: Sender): Customer {
  if (fromUserId !== undefined && from === undefined) {
    return { userId: fromUserId, name, username: username ?? 'aisha.demo' };
  }
  const phone = from ?? demoPhone;
  return { phone, userId: fromUserId ?? userIdOf(phone), name, username };
}

/** The same BSUID for the same number, always. */
function userIdOf(phone: string): string {
  const hash = createHash('sha256').update(phone).digest().readBigUInt64BE();
  return `SA.${String(hash).padStart(20, '0')}`;
}

/** A new message id in Meta's shape: `wamid.` and base64 that contains the customer's number. */
export function newMessageId({ phone, userId }: Customer): string {
  const who = Buffer.from(phone ?? userId, 'latin1');
  const unique = `3A${randomBytes(9).toString('hex').toUpperCase()}`;
  const between = [0x15, 0x02, 0x00, 0x12, 0x18, unique.length];
  const bytes = [0x1c, 0x18, who.length, ...who, ...between, ...Buffer.from(unique), 0];
  return `wamid.${Buffer.from(bytes).toString('base64')}`;
}

/** The phone number inside a message id; undefined where it holds none. */
export function phoneInMessageId(id: string): string | undefined {
  const bytes = Buffer.from(id.replace(/^wamid\./, ''), 'base64');
  const who = bytes.toString('latin1', 3, 3 + (bytes[2] ?? 0));
  return /^\d{5,20}$/.test(who) ? who : undefined;
}
