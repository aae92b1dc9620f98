import type { JsonObject } from '../../../../shared/json.ts';
import type { GraphCallIn } from '../edge.ts';
import { namedFields, selectFields } from '../fields.ts';
import { numberFacts, type OnboardingState } from '../onboarding/state.ts';
import type { GraphState, SimulatedNumber } from '../state.ts';
import { numberHealth } from './health.ts';

const numberFields = new Set([
  ...['id', 'verified_name', 'display_phone_number', 'name_status', 'new_name_status', 'status'],
  ...['quality_rating', 'code_verification_status', 'platform_type', 'throughput', 'account_mode'],
  ...['is_on_biz_app', 'is_pin_enabled', 'is_official_business_account', 'health_status'],
  ...['whatsapp_business_manager_messaging_limit', 'webhook_configuration', 'last_onboarded_time'],
  'username',
]);
const numberDefaults = [
  ...['verified_name', 'code_verification_status', 'display_phone_number', 'quality_rating'],
  ...['platform_type', 'throughput', 'last_onboarded_time', 'webhook_configuration'],
];
/** Meta's own count of messages a second from which a number is HIGH. Source: Meta, "Throughput". */
const highMps = 1000;

/**
 * A number with the fields that the call names, Meta's defaults where it names none. Throws 100 for an
 * unknown field. Source: Meta, "WhatsApp Business phone number" of the Graph API.
 */
export function numberNode(
  state: GraphState,
  onboarding: OnboardingState,
  { query }: Pick<GraphCallIn, 'query'>,
  number: SimulatedNumber,
): JsonObject {
  const facts = numberFacts(onboarding, number.id, state.now());
  const { registered, verified, coexistence } = facts;
  const level = number.throughputMps >= highMps ? 'HIGH' : 'STANDARD';
  const node = {
    verified_name: number.verifiedName,
    code_verification_status: verified ? 'VERIFIED' : 'NOT_VERIFIED',
    display_phone_number: displayed(number.displayPhoneNumber),
    quality_rating: registered ? 'GREEN' : 'UNKNOWN',
    platform_type: registered ? 'CLOUD_API' : 'NOT_APPLICABLE',
    throughput: { level: registered ? level : 'NOT_APPLICABLE' },
    last_onboarded_time: new Date(facts.onboardedAt).toISOString().replace(/\.\d+Z$/, '+0000'),
    webhook_configuration: webhookConfiguration(onboarding, number),
    name_status: 'APPROVED',
    new_name_status: 'NONE',
    status: registered ? 'CONNECTED' : 'PENDING',
    account_mode: 'LIVE',
    is_on_biz_app: coexistence,
    is_pin_enabled: facts.pin !== undefined,
    is_official_business_account: false,
    whatsapp_business_manager_messaging_limit: 'TIER_250',
    health_status: numberHealth(state, onboarding, number),
    id: number.id,
  };
  const fields = namedFields(query) ?? numberDefaults;
  return selectFields(node, fields, numberFields, 'WhatsAppBusinessPhoneNumber');
}

function displayed(digits: string): string {
  const american = /^1(\d{3})(\d{3})(\d{4})$/;
  return american.test(digits) ? digits.replace(american, '+1 $1-$2-$3') : `+${digits}`;
}

function webhookConfiguration(onboarding: OnboardingState, { id, wabaId }: SimulatedNumber) {
  const ofNumber = onboarding.numbers.get(id)?.webhookOverride;
  const ofAccount = onboarding.subscribedAccounts.get(wabaId)?.overrideUri;
  const app = onboarding.appSubscriptions.get('whatsapp_business_account');
  return {
    ...(ofNumber !== undefined && { phone_number: ofNumber }),
    ...(ofAccount !== undefined && { whatsapp_business_account: ofAccount }),
    ...(app && { application: app.callbackUrl }),
  };
}
