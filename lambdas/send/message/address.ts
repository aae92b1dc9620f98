import { hash } from '../../../shared/hash.ts';

/** Whom a message goes to. */
export type Address =
  /** E.164 with `+`. */
  | { kind: 'phone'; phone: string }
  /** A business-scoped user id (BSUID). */
  | { kind: 'user'; userId: string }
  | { kind: 'group'; groupId: string };

/** The parts of a message that say whom it goes to. Meta takes `to` where both are given. */
export interface Addressed {
  recipient_type?: 'individual' | 'group' | undefined;
  to?: string | undefined;
  recipient?: string | undefined;
}

/** Reads whom a valid message goes to. */
export function addressOf({ recipient_type, to, recipient = '' }: Addressed): Address {
  if (to === undefined) {
    return { kind: 'user', userId: recipient };
  }
  return recipient_type === 'group' ? { kind: 'group', groupId: to } : { kind: 'phone', phone: to };
}

/** What names a business number and a recipient without showing either. */
export function laneKeyOf(phoneNumberId: string, address: Address): string {
  return hash('lane', phoneNumberId, ...Object.values(address));
}
