import type { ConnectionNumber } from '../../shared/connections/connection.schema.ts';
import type { MetaNumber } from './meta-answers.schema.ts';

/** A number as Meta shows it now, with what only we know of it. */
export function numberNow(
  meta: MetaNumber,
  { known, webhookUrl }: { known: ConnectionNumber | undefined; webhookUrl: string },
): ConnectionNumber {
  const isRegistered = meta.platform_type === 'CLOUD_API' && meta.status === 'CONNECTED';
  // Meta counts a wrong PIN as a registration: it is not asked again before somebody tells the right one.
  const waitsForPin = known?.problem?.reason === 'pin-mismatch' && !isRegistered;
  const override = meta.webhook_configuration?.phone_number;
  return {
    phoneNumberId: meta.id,
    ...withoutAbsent({
      displayPhoneNumber: meta.display_phone_number,
      verifiedName: meta.verified_name,
      status: meta.status,
      quality: meta.quality_rating,
      messagingLimit: meta.whatsapp_business_manager_messaging_limit,
      throughput: meta.throughput?.level,
      health: meta.health_status?.can_send_message,
    }),
    coexistence: meta.is_on_biz_app ?? false,
    registered: isRegistered,
    webhookOverride: Boolean(override) && override !== webhookUrl,
    registerCalls: known?.registerCalls ?? [],
    synced: known?.synced ?? {},
    active: known?.active ?? false,
    ...(waitsForPin && known?.problem && { problem: known.problem }),
  };
}

function withoutAbsent(fields: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
