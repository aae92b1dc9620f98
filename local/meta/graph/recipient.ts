import { createHash } from 'node:crypto';
import type { JsonObject } from '../../../shared/json.ts';

/** Whom a message goes to. */
export interface Recipient {
  kind: 'phone' | 'user' | 'group';
  /** As the call names it. */
  input: string;
  /** The wa_id, the business-scoped user id, or the group's id. */
  id: string;
}

const userId = /^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/;

/**
 * Whom the body of a message names; undefined for a number or user id that can be none. `to` wins over
 * `recipient`. Source: Meta, "Send messages" (phone number formats).
 */
export function recipientOf(body: JsonObject): Recipient | undefined {
  const { to, recipient, recipient_type: type } = body;
  if (typeof to !== 'string') {
    const input = String(recipient);
    return userId.test(input) ? { kind: 'user', input, id: input } : undefined;
  }
  if (type === 'group') return { kind: 'group', input: to, id: to };
  const digits = to.replace(/[+\-() ]/g, '');
  return /^[1-9]\d{6,14}$/.test(digits)
    ? { kind: 'phone', input: to, id: waIdOf(digits) }
    : undefined;
}

/**
 * WhatsApp's own form of a number: Brazilian mobile numbers lose their ninth digit, Mexican ones get a
 * 1. Source: Meta, "Send messages" (phone numbers of Brazil and Mexico).
 */
export function waIdOf(digits: string): string {
  return digits.replace(/^(55\d\d)9(\d{8})$/, '$1$2').replace(/^52(\d{10})$/, '521$1');
}

/** The simulated hash of a customer's identity key, which `recipient_identity_key_hash` has to equal. */
export function identityKeyHashOf(id: string): string {
  return createHash('sha256').update(`identity of ${id}`).digest('base64').slice(0, 12);
}
