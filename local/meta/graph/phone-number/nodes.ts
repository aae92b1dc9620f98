import type { JsonObject } from '../../../../shared/json.ts';
import { grantOf, reachableAccount, reachableNumber, unsupportedObject } from '../access.ts';
import { type GraphAnswerOut, type GraphCallIn, ok } from '../edge.ts';
import { namedFields, selectFields } from '../fields.ts';
import type { OnboardingState } from '../onboarding/state.ts';
import type { GraphState, SimulatedAccount } from '../state.ts';
import { accountHealth, templateHealth } from './health.ts';
import { numberNode } from './number-node.ts';

const accountFields = new Set([
  ...['id', 'name', 'currency', 'timezone_id', 'message_template_namespace', 'health_status'],
  ...['account_review_status', 'business_verification_status', 'country', 'owner_business_info'],
]);
/** What not every template has. */
const templateOptionals = ['quality_score', 'rejected_reason', 'previous_category', 'sub_category'];
const accountDefaults = ['name', 'currency', 'timezone_id', 'message_template_namespace'];

function accountNode(
  state: GraphState,
  onboarding: OnboardingState,
  { query }: GraphCallIn,
  { id, name }: SimulatedAccount,
): JsonObject {
  const business = onboarding.businesses.get(id);
  const node = {
    id,
    name,
    currency: 'USD',
    timezone_id: '1',
    message_template_namespace: `namespace_${id}`,
    account_review_status: 'APPROVED',
    business_verification_status: 'verified',
    country: 'US',
    ...(business !== undefined && { owner_business_info: { name, id: business } }),
    health_status: accountHealth(state, onboarding, id),
  };
  const fields = namedFields(query) ?? accountDefaults;
  return selectFields(node, fields, accountFields, 'WhatsAppBusinessAccount');
}

/**
 * Answers GET `/{phone}`, `/{waba}` and `/{template}`; undefined for an id that is none of them. Throws
 * 100/33 for one that the token does not reach, 100 for an unknown field.
 */
export function getNode(
  state: GraphState,
  onboarding: OnboardingState,
  call: GraphCallIn,
  id: string,
): GraphAnswerOut | undefined {
  if (state.numbers.has(id)) {
    return ok(numberNode(state, onboarding, call, reachableNumber(state, call, id)));
  }
  if (state.accounts.has(id)) {
    return ok(accountNode(state, onboarding, call, reachableAccount(state, call, id)));
  }
  for (const [wabaId, templates] of state.templates) {
    const template = templates.find((candidate) => candidate.id === id);
    if (!template) continue;
    if (!grantOf(state, call).wabaIds.includes(wabaId)) throw unsupportedObject(call.method, id);
    const node = {
      ...template,
      health_status: templateHealth(state, onboarding, wabaId, template),
    };
    const fields = namedFields(call.query) ?? Object.keys(template);
    const known = new Set([...Object.keys(node), ...templateOptionals]);
    return ok(selectFields(node, fields, known, 'WhatsAppMessageTemplate'));
  }
  return undefined;
}
