import { cures, type Finding } from './check.ts';
import type { AppSubscription, PhoneNumber, SubscribedApp } from './meta-answers.schema.ts';

/** Without these the service misses messages, or the end of an account or a template. */
const neededFields = ['messages', 'account_update', 'message_template_status_update'];

/** Where the webhook function answers. */
const webhookPaths = ['/whatsapp-webhook', '/wa-webhook', '/whatsapp-status-webhook'];

const dashboard = "Meta's app dashboard, WhatsApp, Configuration";

/** What is wrong with the app's own subscription. Source: Graph API reference, "Application subscriptions". */
export function appWebhookFindings(
  subscriptions: readonly AppSubscription[],
  webhookUrl: string,
): Finding[] {
  const ours = subscriptions.find(({ object }) => object === 'whatsapp_business_account');
  if (!ours) {
    const cause = 'The app is not subscribed to webhooks of whatsapp_business_account.';
    return [
      failed(
        cause,
        `${dashboard}: enter ${webhookUrl} and the verify token, as docs/deploy.md says.`,
      ),
    ];
  }
  const missing = neededFields.filter((field) => !ours.fields.includes(field));
  return [
    ...(ours.active
      ? []
      : [
          failed(
            "The app's webhooks are switched off.",
            `${dashboard}: verify the callback URL again.`,
          ),
        ]),
    ...(isOurs(ours.callback_url, webhookUrl)
      ? []
      : [
          failed(
            `Webhooks go to ${shown(ours.callback_url)}, which is not this service.`,
            `${dashboard}: enter ${webhookUrl} as callback URL.`,
          ),
        ]),
    ...(missing.length === 0
      ? []
      : [
          failed(
            `The app is not subscribed to ${missing.join(', ')}.`,
            `${dashboard}, Webhook fields: subscribe to ${missing.join(', ')}.`,
          ),
        ]),
  ];
}

/** What is wrong with an account's subscription. Source: Meta, "Subscribed apps", "Override webhook". */
export function subscriptionFindings(
  apps: readonly SubscribedApp[],
  { appId, wabaId, webhookUrl }: { appId: string; wabaId: string; webhookUrl: string },
): Finding[] {
  const ours = apps.find((app) => app.whatsapp_business_api_data.id === appId);
  const subscribe = `POST /${wabaId}/subscribed_apps of the Graph API with the organisation's token and no body`;
  if (!ours) {
    const cause = "The account's webhooks do not come to this app.";
    return [failed(cause, `${cures.resume} By hand: ${subscribe}.`)];
  }
  const override = ours.override_callback_uri;
  return override === undefined || isOurs(override, webhookUrl)
    ? []
    : [
        failed(
          `The account overrides the callback URL: its webhooks go to ${shown(override)}.`,
          `${subscribe} takes the override away.`,
        ),
      ];
}

/**
 * What is wrong with where a number's own webhooks go. An override of its account is on the account's
 * row. Source: Meta, "Override webhook".
 */
export function callbackFindings(
  { id, webhook_configuration }: PhoneNumber,
  webhookUrl: string,
): Finding[] {
  const override = webhook_configuration?.phone_number;
  return override === undefined || isOurs(override, webhookUrl)
    ? []
    : [
        failed(
          `The number overrides the callback URL: its webhooks go to ${shown(override)}.`,
          `POST /${id} of the Graph API with {"webhook_configuration": {"override_callback_uri": ""}} takes the override away.`,
        ),
      ];
}

function isOurs(url: string, webhookUrl: string): boolean {
  const paths = [new URL(webhookUrl).pathname, ...webhookPaths];
  const parsed = URL.parse(url);
  return parsed?.origin === new URL(webhookUrl).origin && paths.includes(parsed.pathname);
}

/** Without its query and its password, which may be secrets. */
function shown(url: string): string {
  const parsed = URL.parse(url);
  return parsed
    ? `${parsed.protocol}//${parsed.host}${parsed.pathname}`
    : 'an address that is none';
}

function failed(cause: string, cure: string): Finding {
  return { status: 'fail', cause, cure };
}
