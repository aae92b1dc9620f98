/** What the app has to be subscribed to: without these an inbox misses messages, or does not learn why it cannot send. */
export const webhookFields: readonly string[] = [
  'messages',
  'account_update',
  'account_alerts',
  'account_review_update',
  'business_capability_update',
  'message_template_components_update',
  'message_template_quality_update',
  'message_template_status_update',
  'template_category_update',
  'phone_number_name_update',
  'phone_number_quality_update',
  'security',
  'history',
  'smb_app_state_sync',
  'smb_message_echoes',
  'user_preferences',
];
