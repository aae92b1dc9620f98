import { randomBytes } from 'node:crypto';
import { type GraphAnswerOut, type GraphCallIn, graphError, ok } from '../edge.ts';
import type { GraphState } from '../state.ts';
import type { OnboardingState, SignupCode } from './state.ts';

/** Source: Meta, "Embedded Signup: implementation". */
const codeLifetimeMs = 30_000;

/**
 * Answers GET `/oauth/access_token`: a business token for a code, once. Throws 101 for another app's id,
 * 1 for a wrong secret, 100 for a code that is unknown, used or too old, or came with another
 * `redirect_uri`. The wordings and subcodes are from practice, Meta documents none.
 */
export function exchangeCode(
  state: GraphState,
  onboarding: OnboardingState,
  { query }: GraphCallIn,
): GraphAnswerOut {
  const code = checkedCode(state, onboarding, query);
  code.used = true;
  const token = `EAA${randomBytes(150).toString('hex')}`;
  const { scopes, wabaIds, madeAt, lifetimeMs } = code;
  const expiresAt = lifetimeMs === undefined ? undefined : madeAt + lifetimeMs;
  state.tokens.set(token, {
    appId: state.appId,
    wabaIds: [...wabaIds],
    ...(expiresAt !== undefined && { expiresAt }),
  });
  const userId = `1221${String(onboarding.tokens.size).padStart(14, '0')}`;
  onboarding.tokens.set(token, { scopes, issuedAt: state.now(), userId });
  return ok({
    access_token: token,
    token_type: 'bearer',
    ...(expiresAt !== undefined && { expires_in: Math.floor((expiresAt - state.now()) / 1000) }),
  });
}

function checkedCode(
  state: GraphState,
  onboarding: OnboardingState,
  query: URLSearchParams,
): SignupCode {
  const refused = (code: number, message: string, subcode?: number) =>
    graphError(code, { status: 400, message, subcode });
  const appId = query.get('client_id');
  if (!appId) throw refused(101, 'Missing client_id parameter.');
  if (appId !== state.appId) {
    throw refused(101, 'Error validating application. Invalid application ID.');
  }
  if (query.get('client_secret') !== state.appSecret) {
    throw refused(1, 'Error validating client secret.');
  }
  const given = query.get('code');
  if (!given) throw refused(1, 'Missing authorization code');
  const code = onboarding.codes.get(given);
  if (!code) throw refused(100, 'Invalid verification code format.');
  if (code.used) throw refused(100, 'This authorization code has been used.', 36009);
  if (state.now() - code.madeAt > codeLifetimeMs) {
    throw refused(100, 'This authorization code has expired.', 36007);
  }
  if ((query.get('redirect_uri') ?? '') !== (code.redirectUri ?? '')) {
    throw refused(
      100,
      'Error validating verification code. Please make sure your redirect_uri is identical to the one you used in the OAuth dialog request',
      36008,
    );
  }
  return code;
}
