import type { JsonObject } from '../../../../shared/json.ts';
import { reachableAccount, unsupportedObject } from '../access.ts';
import { type GraphAnswerOut, type GraphCallIn, graphError, ok } from '../edge.ts';
import { parametersOf, requiredText } from '../edge-at.ts';
import type { GraphState } from '../state.ts';
import { appName, checkAppToken } from './debug-token.ts';
import type { OnboardingState } from './state.ts';
import { verifyCallback } from './verify-callback.ts';

/** Answers GET `/{waba}/subscribed_apps`. Source: Meta, "Subscribed apps". */
export function listSubscribedApps(
  state: GraphState,
  onboarding: OnboardingState,
  call: GraphCallIn,
  id: string,
): GraphAnswerOut {
  const { id: wabaId } = reachableAccount(state, call, id);
  const subscription = onboarding.subscribedAccounts.get(wabaId);
  if (!subscription) return ok({ data: [] });
  const { overrideUri } = subscription;
  const app = {
    link: `https://www.facebook.com/games/?app_id=${state.appId}`,
    name: appName,
    id: state.appId,
  };
  const override = overrideUri !== undefined && { override_callback_uri: overrideUri };
  return ok({ data: [{ whatsapp_business_api_data: app, ...override }] });
}

/**
 * Answers POST `/{waba}/subscribed_apps`: with a callback it is verified during the call, without one
 * the override that was there is gone. Throws what `verifyCallback` throws.
 * Source: Meta, "Override webhook".
 */
export async function subscribeApp(
  state: GraphState,
  onboarding: OnboardingState,
  call: GraphCallIn,
  id: string,
): Promise<GraphAnswerOut> {
  const { id: wabaId } = reachableAccount(state, call, id);
  const overrideUri = await verifiedOverride(parametersOf(call));
  onboarding.subscribedAccounts.set(wabaId, { overrideUri });
  return ok({ success: true });
}

/** Answers DELETE `/{waba}/subscribed_apps`. */
export function unsubscribeApp(
  state: GraphState,
  onboarding: OnboardingState,
  call: GraphCallIn,
  id: string,
): GraphAnswerOut {
  onboarding.subscribedAccounts.delete(reachableAccount(state, call, id).id);
  return ok({ success: true });
}

/**
 * The callback of `override_callback_uri` and `verify_token`, verified; undefined where it is absent or
 * empty. Throws 100 where its token is missing, and what `verifyCallback` throws.
 */
export async function verifiedOverride({
  override_callback_uri: uri,
  verify_token: verifyToken,
}: JsonObject): Promise<string | undefined> {
  if (uri === undefined || uri === '') return undefined;
  if (typeof uri !== 'string' || typeof verifyToken !== 'string' || verifyToken === '') {
    throw graphError(100, {
      message: '(#100) The parameters override_callback_uri and verify_token must be strings.',
    });
  }
  await verifyCallback(uri, verifyToken);
  return uri;
}

/** Answers GET `/{app}/subscriptions`, for the app's own token. Source: Meta, "Application subscriptions". */
export function listSubscriptions(
  state: GraphState,
  onboarding: OnboardingState,
  call: GraphCallIn,
  id: string,
): GraphAnswerOut {
  checkApp(state, call, id);
  const data = [...onboarding.appSubscriptions].map(([object, { callbackUrl, fields }]) => ({
    object,
    callback_url: callbackUrl,
    active: true,
    fields: [...fields].map((name) => ({ name, version: 'v25.0' })),
  }));
  return ok({ data });
}

/**
 * Answers POST `/{app}/subscriptions`, for the app's own token: the callback is verified during the
 * call, the fields are added to those that are there. Throws 100 for a missing parameter, and what
 * `verifyCallback` throws. Source: Meta, "Application subscriptions".
 */
export async function subscribeFields(
  state: GraphState,
  onboarding: OnboardingState,
  call: GraphCallIn,
  id: string,
): Promise<GraphAnswerOut> {
  checkApp(state, call, id);
  const object = requiredText(call, 'object');
  const callbackUrl = requiredText(call, 'callback_url');
  await verifyCallback(callbackUrl, requiredText(call, 'verify_token'));
  const given = parametersOf(call)['fields'] ?? '';
  const names = Array.isArray(given) ? given.map(String) : String(given).split(',');
  const added = names.map((name) => name.trim()).filter((name) => name !== '');
  const fields = onboarding.appSubscriptions.get(object)?.fields ?? new Set();
  onboarding.appSubscriptions.set(object, { callbackUrl, fields: fields.union(new Set(added)) });
  return ok({ success: true });
}

function checkApp(state: GraphState, call: GraphCallIn, id: string): void {
  checkAppToken(state, call);
  if (id !== state.appId) throw unsupportedObject(call.method, id);
}
