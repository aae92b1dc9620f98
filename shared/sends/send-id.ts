import { hash } from '../hash.ts';

/**
 * A send's id: an organisation has one for each idempotency key, so that who knows the key finds the
 * record, and who reads the id learns nothing of the key.
 */
export function sendIdOf(organizationId: string, idempotencyKey: string): string {
  return hash('send', organizationId, idempotencyKey);
}

/** What Meta is given to repeat in each status, `biz_opaque_callback_data`. */
export interface CallbackData {
  sendId: string;
  clientReference?: string | undefined;
}

/** Tells our own callback data from what another client of the same number may use. */
const prefix = 'nexus';

const format = /^nexus:([A-Za-z0-9_-]{43})(?::(.+))?$/s;

/** Callback data as Meta carries it: at most 512 characters. Source: Meta, "Messages" reference. */
export function callbackDataOf({ sendId, clientReference }: CallbackData): string {
  return [prefix, sendId, ...(clientReference === undefined ? [] : [clientReference])].join(':');
}

/** Reads callback data; undefined where it is not ours. */
export function readCallbackData(text: string): CallbackData | undefined {
  const [, sendId, clientReference] = format.exec(text) ?? [];
  return sendId === undefined
    ? undefined
    : { sendId, ...(clientReference === undefined ? {} : { clientReference }) };
}

/** A client reference is at most this long: with the rest it fits Meta's 512 characters. */
export const maxClientReferenceLength = 256;
