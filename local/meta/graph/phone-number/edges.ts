import { isJsonObject } from '../../../../shared/json.ts';
import { reachableAccount, reachableNumber } from '../access.ts';
import { type GraphAnswerOut, type GraphCallIn, type GraphEdge, graphError, ok } from '../edge.ts';
import { edgeAt } from '../edge-at.ts';
import { numberFacts, type OnboardingState } from '../onboarding/state.ts';
import { verifiedOverride } from '../onboarding/subscriptions.ts';
import { pageOf } from '../paging.ts';
import type { GraphState } from '../state.ts';
import { getNode } from './nodes.ts';
import { numberNode } from './number-node.ts';

/** The nodes of numbers, accounts and templates, and what hangs on them directly. */
export function nodeEdges(state: GraphState, onboarding: OnboardingState): GraphEdge[] {
  return [
    edgeAt('GET', ':id/phone_numbers', (call, id) => listNumbers(state, onboarding, call, id)),
    edgeAt('GET', ':id', (call, id) => getNode(state, onboarding, call, id)),
    edgeAt('POST', ':id', (call, id) => configureWebhook(state, onboarding, call, id)),
  ];
}

/** Answers GET `/{waba}/phone_numbers`. Source: Meta, "WhatsApp Business Account > Phone Numbers". */
function listNumbers(
  state: GraphState,
  onboarding: OnboardingState,
  call: GraphCallIn,
  id: string,
): GraphAnswerOut {
  const { id: wabaId } = reachableAccount(state, call, id);
  const numbers = [...state.numbers.values()].filter((number) => number.wabaId === wabaId);
  const { items, paging } = pageOf(numbers, call);
  const data = items.map((number) => numberNode(state, onboarding, call, number));
  return ok({ data, ...(paging && { paging }) });
}

/**
 * Answers POST `/{phone}`: `webhook_configuration` sets the number's own callback, an empty
 * `override_callback_uri` clears it. Throws 100 for anything else, and what `verifiedOverride` throws.
 * Source: Meta, "Override webhook".
 */
async function configureWebhook(
  state: GraphState,
  onboarding: OnboardingState,
  call: GraphCallIn,
  id: string,
): Promise<GraphAnswerOut | undefined> {
  if (!state.numbers.has(id)) return undefined;
  const number = reachableNumber(state, call, id);
  const wanted = isJsonObject(call.body) ? call.body['webhook_configuration'] : undefined;
  if (!isJsonObject(wanted)) {
    throw graphError(100, { message: '(#100) The parameter webhook_configuration is required.' });
  }
  const facts = numberFacts(onboarding, number.id, state.now());
  facts.webhookOverride = await verifiedOverride(wanted);
  return ok({ success: true });
}
