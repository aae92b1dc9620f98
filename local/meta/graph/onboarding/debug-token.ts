import { isJsonObject, type JsonObject } from '../../../../shared/json.ts';
import { grantOf } from '../access.ts';
import { type GraphAnswerOut, type GraphCallIn, GraphError, graphError, ok } from '../edge.ts';
import { requiredText } from '../edge-at.ts';
import type { GraphState, SimulatedToken } from '../state.ts';
import { type OnboardingState, type TokenFacts, whatsappScopes } from './state.ts';

/** The app's name, as everything that names the app has it. */
export const appName = 'Simulated app';

/** Throws 190 or 100 for a call that is not made with the app's own token, `<app id>|<app secret>`. */
export function checkAppToken(state: GraphState, call: GraphCallIn): void {
  if (call.token === `${state.appId}|${state.appSecret}`) return;
  if (call.token?.includes('|')) {
    throw graphError(190, { message: 'Invalid OAuth access token signature.' });
  }
  grantOf(state, call);
  throw graphError(100, {
    message:
      '(#100) You must provide an app access token, or a user access token that is an owner or developer of the app',
  });
}

/**
 * Answers GET `/debug_token`: a dead token is a 200 with `is_valid: false`. The account ids of a scope
 * are newest first. Throws 190 or 100 for a call without the app's token.
 * Source: Meta, "Debug-token".
 */
export function debugToken(
  state: GraphState,
  onboarding: OnboardingState,
  call: GraphCallIn,
): GraphAnswerOut {
  checkAppToken(state, call);
  const token = requiredText(call, 'input_token');
  const grant = state.tokens.get(token);
  const error = problemOf(state, call, token);
  if (!grant) return ok({ data: { error, is_valid: false, scopes: [] } });
  const facts = onboarding.tokens.get(token);
  return ok({ data: error ? deadToken(grant, error) : liveToken(grant, facts) });
}

function problemOf(state: GraphState, call: GraphCallIn, token: string): JsonObject | undefined {
  try {
    grantOf(state, { ...call, token, query: new URLSearchParams(), body: undefined });
    return undefined;
  } catch (refusal) {
    if (!(refusal instanceof GraphError)) throw refusal;
    const { body } = refusal.answer;
    const error = isJsonObject(body) && isJsonObject(body['error']) ? body['error'] : {};
    const { code, message } = refusal;
    return { code, message, subcode: error['error_subcode'] };
  }
}

function tokenNode({ appId, expiresAt }: SimulatedToken): JsonObject {
  return {
    app_id: appId,
    type: 'SYSTEM_USER',
    application: appName,
    expires_at: expiresAt === undefined ? 0 : Math.floor(expiresAt / 1000),
  };
}

function deadToken(grant: SimulatedToken, error: JsonObject): JsonObject {
  return { ...tokenNode(grant), is_valid: false, scopes: [], error };
}

function liveToken(grant: SimulatedToken, facts: TokenFacts | undefined): JsonObject {
  const scopes = facts?.scopes ?? whatsappScopes;
  const target_ids = grant.wabaIds;
  return {
    ...tokenNode(grant),
    data_access_expires_at: 0,
    is_valid: true,
    ...(facts && { issued_at: Math.floor(facts.issuedAt / 1000) }),
    scopes,
    granular_scopes: scopes
      .filter((scope) => whatsappScopes.includes(scope))
      .map((scope) => ({ scope, target_ids })),
    user_id: facts?.userId ?? '122100000000000000',
  };
}
