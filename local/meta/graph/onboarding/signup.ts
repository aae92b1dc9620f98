import { randomBytes, randomInt } from 'node:crypto';
import * as z from 'zod';
import type { JsonObject } from '../../../../shared/json.ts';
import type { GraphState } from '../state.ts';
import { numberFacts, type OnboardingState, whatsappScopes } from './state.ts';

const id = z.string().regex(/^\d{5,20}$/, 'must be digits');

const signupNumber = z.strictObject({
  id: id.optional(),
  displayPhoneNumber: id.default(() => `1555${newDigits(7)}`),
  verifiedName: z.string().min(1).default('Lucky Shrub'),
  verified: z.boolean().default(true),
  /** Of a number that already has two-step verification. */
  pin: z
    .string()
    .regex(/^\d{6}$/)
    .optional(),
});

/** What a person does in Embedded Signup, as POST `/_local/graph/signup` takes it. */
export const signupRequest = z.strictObject({
  wabaId: id.optional(),
  businessId: id.optional(),
  phoneNumbers: z.array(signupNumber).default(() => [signupNumber.parse({})]),
  coexistence: z.boolean().default(false),
  tokenLifetime: z.enum(['never', '60d']).default('never'),
  scopes: z.array(z.string()).default([...whatsappScopes, 'public_profile']),
  redirectUri: z.string().optional(),
});

type SignupRequest = z.output<typeof signupRequest>;

/** Messages a second. Source: Meta, "Throughput". */
const throughputMps = { alone: 80, coexistence: 20 };
const sixtyDaysMs = 60 * 86_400_000;

/**
 * Goes through Embedded Signup: creates the account and the numbers that are not there yet, and gives
 * the code and the session info that the popup hands to the page.
 */
export function signUp(
  state: GraphState,
  onboarding: OnboardingState,
  request: SignupRequest,
): { code: string; sessionInfo: JsonObject } {
  const { wabaId = newId(), redirectUri, scopes } = request;
  const businessId = request.businessId ?? onboarding.businesses.get(wabaId) ?? newId();
  if (!state.accounts.has(wabaId)) {
    state.accounts.set(wabaId, { id: wabaId, name: request.phoneNumbers[0]?.verifiedName ?? '' });
  }
  // Set anew, so that the account signed up last is the last one.
  onboarding.businesses.delete(wabaId);
  onboarding.businesses.set(wabaId, businessId);
  const phoneNumberIds = request.phoneNumbers.map((number) =>
    addNumber(state, onboarding, { ...number, wabaId, coexistence: request.coexistence }),
  );
  const ofBusiness = [...onboarding.businesses].filter(([, owner]) => owner === businessId);
  const code = `AQ${randomBytes(180).toString('base64url')}`;
  onboarding.codes.set(code, {
    madeAt: state.now(),
    used: false,
    redirectUri,
    wabaIds: ofBusiness.map(([account]) => account).reverse(),
    scopes,
    lifetimeMs: request.tokenLifetime === '60d' ? sixtyDaysMs : undefined,
  });
  const [phoneNumberId] = phoneNumberIds;
  const ids = { wabaId, businessId, phoneNumberId };
  return { code, sessionInfo: sessionInfo(ids, request.coexistence) };
}

function addNumber(
  state: GraphState,
  onboarding: OnboardingState,
  number: z.output<typeof signupNumber> & { wabaId: string; coexistence: boolean },
): string {
  const { id = newId(), wabaId, displayPhoneNumber, verifiedName, coexistence } = number;
  if (!state.numbers.has(id)) {
    const mps = coexistence ? throughputMps.coexistence : throughputMps.alone;
    state.numbers.set(id, {
      id,
      wabaId,
      displayPhoneNumber,
      verifiedName,
      throughputMps: mps,
    });
    const facts = numberFacts(onboarding, id, state.now());
    Object.assign(facts, { verified: number.verified, pin: number.pin, registered: coexistence });
  }
  const facts = numberFacts(onboarding, id, state.now());
  Object.assign(facts, { coexistence, onboardedAt: state.now() });
  facts.synced.clear();
  return id;
}

/**
 * The message that the popup posts to the page. Coexistence names no number.
 * Source: Meta, "Embedded Signup: implementation" and "Onboarding WhatsApp Business app users".
 */
function sessionInfo(
  ids: { wabaId: string; businessId: string; phoneNumberId: string | undefined },
  coexistence: boolean,
): JsonObject {
  const waba = { waba_id: ids.wabaId };
  const [event, data] = coexistence
    ? ['FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING', waba]
    : ids.phoneNumberId === undefined
      ? ['FINISH_ONLY_WABA', { ...waba, business_id: ids.businessId }]
      : ['FINISH', { phone_number_id: ids.phoneNumberId, ...waba, business_id: ids.businessId }];
  return { data, type: 'WA_EMBEDDED_SIGNUP', event, version: 3 };
}

function newId(): string {
  return `1${newDigits(14)}`;
}

function newDigits(count: number): string {
  return String(randomInt(10 ** count)).padStart(count, '0');
}
