import { randomBytes } from 'node:crypto';
import { reachableNumber } from '../access.ts';
import { type GraphAnswerOut, type GraphCallIn, graphError, ok } from '../edge.ts';
import { checkMessagingProduct, requiredText } from '../edge-at.ts';
import type { GraphState } from '../state.ts';
import { numberFacts, type OnboardingState } from './state.ts';

const syncTypes = ['smb_app_state_sync', 'history'];
const windowMs = 24 * 3_600_000;

/**
 * Answers POST `/{phone}/smb_app_data`: each kind of data once, within a day of onboarding. Throws 100
 * for a number without the WhatsApp Business app or an unknown kind, 2593108 after the day, 2593107 for
 * a repeat. Source: Meta, "Onboarding WhatsApp Business app users" and "Error codes".
 */
export function syncAppData(
  state: GraphState,
  onboarding: OnboardingState,
  call: GraphCallIn,
  id: string,
): GraphAnswerOut {
  const number = reachableNumber(state, call, id);
  checkMessagingProduct(call);
  const syncType = requiredText(call, 'sync_type');
  if (!syncTypes.includes(syncType)) {
    throw graphError(100, { message: `(#100) Param sync_type must be one of {${syncTypes}}` });
  }
  const facts = numberFacts(onboarding, number.id, state.now());
  if (!facts.coexistence) {
    throw graphError(100, {
      details: 'The phone number is not onboarded from the WhatsApp Business app.',
    });
  }
  if (state.now() - facts.onboardedAt > windowMs) {
    throw graphError(2593108, {
      message: '(#2593108) Sync is only possible within 24 hours of onboarding',
    });
  }
  if (facts.synced.has(syncType)) {
    throw graphError(2593107, { message: '(#2593107) Sync was called too often' });
  }
  facts.synced.add(syncType);
  return ok({ messaging_product: 'whatsapp', request_id: randomBytes(5).toString('hex') });
}
