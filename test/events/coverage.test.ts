import { describe, expect, it } from '@jest/globals';
import { readFixtures, subjectsOf } from '../../local/meta/fixtures.ts';

/** Every webhook field that Meta documents, with the types and events of it that are told apart. */
const documented: Readonly<Record<string, readonly string[]>> = {
  messages: [
    ...['text', 'image', 'video', 'document', 'audio', 'voice', 'sticker', 'location', 'contacts'],
    ...['reaction', 'interactive', 'button', 'order', 'system', 'request_welcome', 'unsupported'],
    ...['unknown', 'edit', 'revoke'],
    ...['sent', 'delivered', 'read', 'played', 'failed'].map((status) => `status ${status}`),
  ],
  calls: ['connect', 'terminate', 'status RINGING', 'status ACCEPTED', 'status REJECTED'],
  smb_message_echoes: ['text', 'image', 'edit', 'revoke'],
  message_echoes: ['text'],
  history: [''],
  smb_app_state_sync: [''],
  user_preferences: [''],
  user_id_update: [''],
  standby: [''],
  messaging_handovers: [''],
  automatic_events: [''],
  group_lifecycle_update: ['group_create', 'group_delete'],
  group_participants_update: [
    'group_participants_add',
    'group_participants_remove',
    'group_join_request_created',
    'group_join_request_revoked',
  ],
  group_settings_update: ['group_settings_update'],
  group_status_update: ['group_suspend', 'group_suspend_cleared'],
  account_update: [
    ...['PARTNER_ADDED', 'PARTNER_REMOVED', 'PARTNER_APP_INSTALLED', 'PARTNER_APP_UNINSTALLED'],
    ...['ACCOUNT_OFFBOARDED', 'ACCOUNT_RECONNECTED', 'ACCOUNT_DELETED', 'DISABLED_UPDATE'],
    ...['ACCOUNT_VIOLATION', 'ACCOUNT_RESTRICTION', 'AUTH_INTL_PRICE_ELIGIBILITY_UPDATE'],
    ...['BUSINESS_PRIMARY_LOCATION_COUNTRY_UPDATE', 'VOLUME_BASED_PRICING_TIER_UPDATE'],
    ...['PARTNER_CLIENT_CERTIFICATION_STATUS_UPDATE', 'PARTNER_CLIENT_CERTIFICATION_NEEDED'],
    ...['MM_LITE_TERMS_SIGNED', 'AD_ACCOUNT_LINKED', 'VERIFIED_ACCOUNT'],
  ],
  account_alerts: [''],
  account_review_update: [''],
  account_settings_update: [''],
  business_capability_update: [''],
  business_username_updates: [''],
  business_username_update: [''],
  phone_number_name_update: [''],
  phone_number_quality_update: ['ONBOARDING', 'THROUGHPUT_UPGRADE'],
  security: ['PIN_CHANGED', 'PIN_RESET_REQUEST', 'PIN_REQUEST_SUCCESS'],
  partner_solutions: ['SOLUTION_CREATED', 'SOLUTION_UPDATED'],
  payment_configuration_update: [''],
  flows: [
    ...['FLOW_STATUS_CHANGE', 'CLIENT_ERROR_RATE', 'ENDPOINT_ERROR_RATE', 'ENDPOINT_LATENCY'],
    ...['ENDPOINT_AVAILABILITY', 'FLOW_VERSION_EXPIRY_WARNING'],
  ],
  message_template_status_update: ['APPROVED', 'REJECTED', 'PAUSED', 'DISABLED', 'FLAGGED'],
  message_template_quality_update: [''],
  message_template_components_update: [''],
  template_category_update: [''],
  template_correct_category_detection: [''],
};

const fixtures = readFixtures().map(({ webhook, events }) => ({
  subjects: subjectsOf(webhook),
  events,
}));

const all = Object.entries(documented).flatMap(([field, types]) =>
  types.map((type) => `${field} ${type}`.trim()),
);

describe('everything that Meta documents has a fixture that is understood', () => {
  it.each(all)('%s', (subject) => {
    const understood = fixtures.filter(
      ({ subjects, events }) =>
        subjects.some((each) => each === subject || each.startsWith(`${subject} `)) &&
        events.some((type) => type !== 'webhook.unrecognised'),
    );
    expect(understood.length).toBeGreaterThan(0);
  });
});

it('there are at least 110 fixtures', () => {
  expect(fixtures.length).toBeGreaterThanOrEqual(110);
});
