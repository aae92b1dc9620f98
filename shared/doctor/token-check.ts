import { graphErrorKind } from '../graph/graph-errors.ts';
import { cures, type Finding } from './check.ts';
import type { TokenFacts } from './meta-answers.schema.ts';

/** Without it nothing can be asked with the token. */
const managementScope = 'whatsapp_business_management';

/** What a token needs. Source: Meta, "Embedded Signup: onboarding business customers". */
const scopes = [managementScope, 'whatsapp_business_messaging'];

const dayMs = 24 * 60 * 60 * 1000;

/** How much is left when somebody is told, and when it counts as failing, in days. */
const warnDays = 14;
const urgentDays = 7;
const failDays = 1;

/** What a token is checked against. */
export interface ExpectedToken {
  appId: string;
  wabaId: string;
  now: Date;
}

/**
 * What is wrong with a token, and whether there is any use in asking with it.
 * Source: Meta, "Debug-token", "Access tokens".
 */
export function tokenFindings(
  facts: TokenFacts,
  { appId, wabaId, now }: ExpectedToken,
): { findings: Finding[]; isUsable: boolean } {
  if (!facts.is_valid) {
    return { findings: [invalid(facts)], isUsable: false };
  }
  if (facts.app_id !== undefined && facts.app_id !== appId) {
    const cause = `The token is of another app (${facts.app_id}), this service's app is ${appId}.`;
    return { findings: [failed(cause)], isUsable: false };
  }
  if (!reaches(facts, wabaId)) {
    const cause = 'The business has not shared this account with the app, or has withdrawn it.';
    return { findings: [failed(cause)], isUsable: false };
  }
  const missing = scopes.filter((scope) => !facts.scopes.includes(scope));
  const findings = [
    ...missing.map((scope) => failed(`The token does not have the permission ${scope}.`)),
    ...expiry('The token', facts.expires_at, now),
    ...expiry("The token's access to data", facts.data_access_expires_at, now),
  ];
  return { findings, isUsable: !missing.includes(managementScope) };
}

/** When a token ends, as text. */
export function tokenDetails(facts: TokenFacts): Record<string, string> {
  return {
    expires: endOf(facts.expires_at),
    dataAccessExpires: endOf(facts.data_access_expires_at),
  };
}

function invalid({ error, expires_at }: TokenFacts): Finding {
  if (error === undefined) {
    return failed('Meta does not take the token any more.');
  }
  const { code, subcode } = error;
  const { reason } = graphErrorKind(code, subcode);
  const number = subcode === undefined ? `${code}` : `${code}/${subcode}`;
  const since = reason === 'token-expired' && expires_at ? `, since ${endOf(expires_at)}` : '';
  return failed(`Meta does not take the token any more: ${number}, ${reason}${since}.`);
}

/** A scope without targets reaches all that the token reaches. Source: Meta, "Debug-token", granular_scopes. */
function reaches({ granular_scopes }: TokenFacts, wabaId: string): boolean {
  return granular_scopes
    .filter(({ scope }) => scopes.includes(scope))
    .every(({ target_ids }) => target_ids === undefined || target_ids.includes(wabaId));
}

function expiry(what: string, at: number | undefined, now: Date): Finding[] {
  const days = at ? (at * 1000 - now.getTime()) / dayMs : Number.POSITIVE_INFINITY;
  if (days > warnDays) {
    return [];
  }
  const status = days <= failDays ? 'fail' : 'warn';
  const urgency = days <= urgentDays ? 'Now: ' : '';
  const cause = `${what} ends at ${endOf(at)}, in ${Math.max(0, days).toFixed(1)} days.`;
  return [{ status, cause, cure: `${urgency}${cures.reconnect}` }];
}

function endOf(at: number | undefined): string {
  return at ? new Date(at * 1000).toISOString() : 'never';
}

function failed(cause: string): Finding {
  return { status: 'fail', cause, cure: cures.reconnect };
}
