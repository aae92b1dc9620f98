import { createHmac } from 'node:crypto';
import { isJsonObject } from '../../../shared/json.ts';
import { type GraphCallIn, type GraphError, graphError } from './edge.ts';
import type { GraphState, SimulatedAccount, SimulatedNumber, SimulatedToken } from './state.ts';

/**
 * The grant of the call's token. Throws 190 for a token that is missing, unknown, revoked or expired,
 * and 100 for an `appsecret_proof` of another token.
 * Source: Meta, "Handle errors" and "Secure Graph API calls".
 */
export function grantOf(state: GraphState, call: GraphCallIn): SimulatedToken {
  if (call.token === undefined) {
    throw graphError(190, {
      message: 'An active access token must be used to query information about the current user.',
    });
  }
  const grant = state.tokens.get(call.token);
  if (!grant) throw graphError(190);
  if (grant.revoked) {
    throw graphError(190, {
      subcode: 467,
      message:
        'Error validating access token: The session has been invalidated because the user logged out.',
    });
  }
  if (grant.expiresAt !== undefined && grant.expiresAt <= state.now()) {
    const at = new Date(grant.expiresAt).toUTCString();
    throw graphError(190, {
      subcode: 463,
      message: `Error validating access token: Session has expired on ${at}. The current time is ${new Date(state.now()).toUTCString()}.`,
    });
  }
  checkProof(state, call, call.token);
  return grant;
}

function checkProof(state: GraphState, call: GraphCallIn, token: string): void {
  const inBody = isJsonObject(call.body) ? call.body['appsecret_proof'] : undefined;
  const proof = call.query.get('appsecret_proof') ?? inBody;
  if (proof === undefined) return;
  if (proof !== createHmac('sha256', state.appSecret).update(token).digest('hex')) {
    throw graphError(100, {
      message: 'Invalid appsecret_proof provided in the API argument',
      type: 'GraphMethodException',
    });
  }
}

/** The refusal of an object that is not there, or not for this token: Graph does not tell which. */
export function unsupportedObject(method: string, id: string): GraphError {
  return graphError(100, {
    subcode: 33,
    type: 'GraphMethodException',
    message: `Unsupported ${method.toLowerCase()} request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation. Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api`,
  });
}

/** The number, if the call's token reaches its account; else throws what `grantOf` throws, or 100/33. */
export function reachableNumber(state: GraphState, call: GraphCallIn, id: string): SimulatedNumber {
  const grant = grantOf(state, call);
  const number = state.numbers.get(id);
  if (number && grant.wabaIds.includes(number.wabaId)) return number;
  throw unsupportedObject(call.method, id);
}

/** The account, if the call's token reaches it; else throws what `grantOf` throws, or 100/33. */
export function reachableAccount(
  state: GraphState,
  call: GraphCallIn,
  id: string,
): SimulatedAccount {
  const grant = grantOf(state, call);
  const account = state.accounts.get(id);
  if (account && grant.wabaIds.includes(id)) return account;
  throw unsupportedObject(call.method, id);
}
