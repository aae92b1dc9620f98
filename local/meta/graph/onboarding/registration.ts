import { reachableNumber } from '../access.ts';
import { type GraphAnswerOut, type GraphCallIn, graphError, ok } from '../edge.ts';
import { checkMessagingProduct, requiredText } from '../edge-at.ts';
import type { GraphState } from '../state.ts';
import { type NumberFacts, numberFacts, type OnboardingState } from './state.ts';

/** Calls of one kind for one number, failed ones included. Source: Meta, "Registration". */
const callsPerWindow = 10;
const windowMs = 72 * 3_600_000;

/**
 * Answers POST `/{phone}/register`. The first PIN becomes the number's, and stays so through
 * deregistration. Throws 100 for a bad parameter or a number that the WhatsApp Business app holds,
 * 133016 beyond the limit, 133006 for an unverified number, 133005 for another PIN.
 * Source: Meta, "Registration"; the wording for the app's numbers is that of deregistration.
 */
export function register(
  state: GraphState,
  onboarding: OnboardingState,
  call: GraphCallIn,
  id: string,
): GraphAnswerOut {
  const facts = factsFor(state, onboarding, call, id);
  checkMessagingProduct(call);
  const pin = requiredText(call, 'pin');
  if (!/^\d{6}$/.test(pin)) {
    throw graphError(100, { message: '(#100) Param pin must be exactly 6 digits long' });
  }
  refuseCoexistence(facts, 'Register');
  spend(facts.registerCalls, state.now());
  if (!facts.verified) throw graphError(133006);
  if (facts.pin !== undefined && facts.pin !== pin) {
    throw graphError(133005, { details: 'Two-step verification PIN incorrect.' });
  }
  facts.pin = pin;
  facts.registered = true;
  return ok({ success: true });
}

/**
 * Answers POST `/{phone}/deregister`. Throws 100 for a number that the WhatsApp Business app holds,
 * 133016 beyond the limit, 133010 for one that is not registered. Source: Meta, "Registration".
 */
export function deregister(
  state: GraphState,
  onboarding: OnboardingState,
  call: GraphCallIn,
  id: string,
): GraphAnswerOut {
  const facts = factsFor(state, onboarding, call, id);
  refuseCoexistence(facts, 'Deregister');
  spend(facts.deregisterCalls, state.now());
  if (!facts.registered) {
    throw graphError(133010, {
      details:
        'Account does not exist in Cloud API, please use /{phone-number-ID}/register API to create an account first.',
    });
  }
  facts.registered = false;
  return ok({ success: true });
}

function factsFor(
  state: GraphState,
  onboarding: OnboardingState,
  call: GraphCallIn,
  id: string,
): NumberFacts {
  return numberFacts(onboarding, reachableNumber(state, call, id).id, state.now());
}

function refuseCoexistence({ coexistence }: NumberFacts, endpoint: string): void {
  if (!coexistence) return;
  throw graphError(100, {
    message: '(#100) Invalid parameter',
    details: `${endpoint} endpoint is not available for API solution for SMB businesses.`,
  });
}

function spend(calls: number[], now: number): void {
  const recent = calls.filter((at) => now - at < windowMs);
  if (recent.length >= callsPerWindow) {
    throw graphError(133016, {
      details:
        'Registration or Deregistration failed because there were too many attempts for this phone number in a short period of time',
    });
  }
  calls.splice(0, calls.length, ...recent, now);
}
