import type { JsonObject } from '../../../../shared/json.ts';

/** A code that Embedded Signup has handed out. */
export interface SignupCode {
  /** Epoch ms. */
  madeAt: number;
  used: boolean;
  /** What the dialog was opened with; absent for a code of the JavaScript SDK. */
  redirectUri?: string | undefined;
  /** The accounts that the token will reach, newest first. */
  wabaIds: string[];
  scopes: string[];
  /** Of the token, from `madeAt` on, in ms; absent for one that never expires. */
  lifetimeMs?: number | undefined;
}

/** What `debug_token` tells of a token besides its accounts. */
export interface TokenFacts {
  scopes: string[];
  /** Epoch ms. */
  issuedAt: number;
  userId: string;
}

/** What Meta remembers of a number besides what all edges share. */
export interface NumberFacts {
  /** Whether the WhatsApp Business app uses the number as well. */
  coexistence: boolean;
  /** Epoch ms. */
  onboardedAt: number;
  /** Whether somebody has proved to own the number. */
  verified: boolean;
  registered: boolean;
  /** Of two-step verification; absent where that is off. */
  pin?: string | undefined;
  /** Epoch ms of the calls that count against the limit. */
  registerCalls: number[];
  deregisterCalls: number[];
  /** The kinds of data asked for since onboarding. */
  synced: Set<string>;
  webhookOverride?: string | undefined;
}

/** A subscription of the app to one kind of object. */
export interface AppSubscription {
  callbackUrl: string;
  fields: Set<string>;
}

/** What somebody has set of one entity's health, in Meta's own form. */
export interface EntityHealth {
  can_send_message: 'AVAILABLE' | 'LIMITED' | 'BLOCKED';
  errors?: JsonObject[] | undefined;
  additional_info?: string[] | undefined;
}

/** What onboarding, the nodes and health share. Everything in it may be changed while the server runs. */
export interface OnboardingState {
  codes: Map<string, SignupCode>;
  /** By token. */
  tokens: Map<string, TokenFacts>;
  /** By phone number id. */
  numbers: Map<string, NumberFacts>;
  /** Business ids by account id. */
  businesses: Map<string, string>;
  /** By account id: the accounts whose webhooks the app gets, each with its override. */
  subscribedAccounts: Map<string, { overrideUri?: string | undefined }>;
  /** By kind of object. */
  appSubscriptions: Map<string, AppSubscription>;
  /** By the entity's id. */
  health: Map<string, EntityHealth>;
}

/** The scopes that Embedded Signup grants for WhatsApp. */
export const whatsappScopes = ['whatsapp_business_management', 'whatsapp_business_messaging'];

/** Nobody has signed up yet. */
export function createOnboardingState(): OnboardingState {
  return {
    codes: new Map(),
    tokens: new Map(),
    numbers: new Map(),
    businesses: new Map(),
    subscribedAccounts: new Map(),
    appSubscriptions: new Map(),
    health: new Map(),
  };
}

/** The facts of a number. One that did not come through signup is verified, registered and without a PIN. */
export function numberFacts(
  onboarding: OnboardingState,
  phoneNumberId: string,
  now: number,
): NumberFacts {
  const known = onboarding.numbers.get(phoneNumberId);
  if (known) return known;
  const facts: NumberFacts = {
    coexistence: false,
    onboardedAt: now,
    verified: true,
    registered: true,
    registerCalls: [],
    deregisterCalls: [],
    synced: new Set(),
  };
  onboarding.numbers.set(phoneNumberId, facts);
  return facts;
}

/** The business that owns an account; one for all that did not come through signup. */
export function businessOf(onboarding: OnboardingState, wabaId: string): string {
  return onboarding.businesses.get(wabaId) ?? '506914307656634';
}
