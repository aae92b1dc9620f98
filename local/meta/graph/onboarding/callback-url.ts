import type { OnboardingState } from './state.ts';

/** The only fields that an override redirects. Source: Meta, "Override webhook". */
const overridable =
  /^(messages|message_echoes|calls|group_\w+|smb_\w+|history|account_settings_update|consumer_profile|messaging_handovers)$/;

/**
 * Where Meta delivers a webhook: the number's override before the account's before the app's own URL.
 * Undefined where nobody gets it, since the app has not subscribed to the field or to the account.
 * Source: Meta, "Override webhook".
 */
export function callbackUrl(
  onboarding: OnboardingState,
  webhook: { field: string; wabaId: string; phoneNumberId?: string | undefined },
): string | undefined {
  const { field, wabaId, phoneNumberId = '' } = webhook;
  const app = onboarding.appSubscriptions.get('whatsapp_business_account');
  const account = onboarding.subscribedAccounts.get(wabaId);
  if (!app?.fields.has(field) || !account) return undefined;
  if (!overridable.test(field)) return app.callbackUrl;
  const ofNumber = onboarding.numbers.get(phoneNumberId)?.webhookOverride;
  return ofNumber ?? account.overrideUri ?? app.callbackUrl;
}
