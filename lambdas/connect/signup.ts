import type {
  ConnectionOwner,
  ConnectionRecord,
} from '../../shared/connections/connection.schema.ts';
import type { AccessToken } from '../../shared/credentials/access-token.ts';
import type { PendingSignup } from '../../shared/credentials/credential-store.port.ts';
import { hash } from '../../shared/hash.ts';
import { Problem } from '../../shared/http/problem.ts';
import { adopt } from './adopt.ts';
import { type Advance, advance, StepBroken } from './advance.ts';
import type { ConnectPorts } from './connect.port.ts';
import { ConnectFailure } from './connect-failure.ts';
import {
  ConnectProblem,
  codeProblem,
  noConnection,
  stateProblem,
  stepProblem,
} from './connect-problems.ts';
import { exchangeCode } from './meta-account.ts';
import type { SignupStart, SignupStates } from './signup-states.port.ts';

/** What signing up needs from outside. */
export type SignupPorts = ConnectPorts & {
  states: SignupStates;
  signup: {
    configurationId: string;
    graphVersion: string;
    /** Where Meta's login dialog is. */
    dialogUrl: string;
    /** The address of GET `/wa-es-callback`, to which Meta's dialog redirects. */
    callbackUrl: string;
    /** The pages that a browser may be sent to afterwards. */
    redirectUris: readonly string[];
  };
  /** 256 random bits, base64url. */
  newState(): string;
};

/** How long a person has for Meta's dialog, in ms. */
const stateLifetimeMs = 10 * 60 * 1000;

/** API Gateway waits 30 seconds; a step that has begun may take some of them, in ms. */
const requestMs = 20_000;

/** What the inbox's page needs to open Meta's dialog. */
export interface StartedSignup {
  state: string;
  expiresAt: string;
  appId: string;
  configurationId: string;
  graphVersion: string;
  /** Of the redirect flow: the dialog's whole address. */
  dialogUrl?: string;
}

/**
 * Issues a single-use state.
 * @throws Problem where the page to return to is not on the list
 */
export async function startSignup(start: SignupStart, ports: SignupPorts): Promise<StartedSignup> {
  const { app, signup } = ports;
  const { configurationId, graphVersion, redirectUris } = signup;
  const { organizationId, userId, redirectUri } = start;
  if (redirectUri !== undefined && !redirectUris.includes(redirectUri)) {
    const detail = 'is not one of the pages that this service may send a browser to';
    throw new Problem('invalid-request', {
      detail: 'The page to return to is not on the list. The operator of this service keeps it.',
      problems: [{ path: 'redirectUri', detail }],
    });
  }
  const state = ports.newState();
  const expiresAt = new Date(ports.now().getTime() + stateLifetimeMs);
  await ports.states.issue(state, { organizationId, userId, redirectUri }, expiresAt);
  return {
    ...{ state, expiresAt: expiresAt.toISOString() },
    ...{ appId: app.appId, configurationId, graphVersion },
    ...(redirectUri === undefined ? {} : { dialogUrl: dialogUrl(state, ports) }),
  };
}

/** Source: Facebook Login, "Manually build a login flow"; Meta, "Embedded Signup: implementation". */
function dialogUrl(state: string, { app, signup }: SignupPorts): string {
  const url = new URL(`/${signup.graphVersion}/dialog/oauth`, signup.dialogUrl);
  url.search = new URLSearchParams({
    client_id: app.appId,
    config_id: signup.configurationId,
    response_type: 'code',
    override_default_response_type: 'true',
    redirect_uri: signup.callbackUrl,
    state,
  }).toString();
  return url.toString();
}

/** What the popup has brought back. */
export interface PopupResult {
  organizationId: string;
  state: string;
  code: AccessToken;
  wabaHint?: string | undefined;
}

/**
 * Ends the popup flow: as far as the connection gets.
 * @throws Problem where there is no connection to speak of
 */
export async function finishInPopup(
  { organizationId, state, code, wabaHint }: PopupResult,
  ports: SignupPorts,
): Promise<ConnectionRecord> {
  const start = await ports.states.use(state, ports.now(), organizationId);
  if (!start) {
    throw stateProblem('The state is unknown, used already, or older than ten minutes.');
  }
  return finish({ start, state, code, wabaHint }, ports);
}

/** What Meta's dialog has redirected with. */
export interface RedirectResult {
  state: string;
  /** Absent where the person has declined. */
  code?: AccessToken | undefined;
}

/**
 * Ends the redirect flow.
 * @returns where to send the browser: to the page that the flow was started for, with what came of it
 * @throws Problem where nobody knows which page that is
 */
export async function finishByRedirect(
  { state, code }: RedirectResult,
  ports: SignupPorts,
): Promise<string> {
  const start = await ports.states.use(state, ports.now());
  if (!start?.redirectUri || !ports.signup.redirectUris.includes(start.redirectUri)) {
    throw stateProblem('The state is unknown, used already, or older than ten minutes.');
  }
  const page = new URL(start.redirectUri);
  const outcome = code
    ? await redirectOutcome(
        finish({ start, state, code, redirectUri: ports.signup.callbackUrl }, ports),
      )
    : { result: 'declined' };
  for (const [name, value] of Object.entries(outcome)) {
    page.searchParams.set(name, value);
  }
  return page.toString();
}

async function redirectOutcome(
  finishing: Promise<ConnectionRecord>,
): Promise<Record<string, string>> {
  try {
    const { state, wabaId, problem } = await finishing;
    return {
      result: state,
      wabaId,
      ...(problem && { step: problem.step, reason: problem.reason }),
    };
  } catch (error) {
    if (error instanceof ConnectProblem) {
      return { result: 'failed', step: error.step, reason: error.reason };
    }
    if (error instanceof Problem) {
      return { result: 'failed', reason: error.code };
    }
    throw error;
  }
}

interface Finish {
  start: SignupStart;
  state: string;
  code: AccessToken;
  redirectUri?: string;
  wabaHint?: string | undefined;
}

async function finish(
  { start, state, code, redirectUri, wabaHint }: Finish,
  ports: SignupPorts,
): Promise<ConnectionRecord> {
  const deadlineMs = ports.now().getTime() + requestMs;
  const { organizationId, userId } = start;
  const exchangedAt = ports.now().toISOString();
  const signup = { organizationId, userId, wabaHint, exchangedAt, signupId: hash('signup', state) };
  const token = await exchanged(code, redirectUri, ports);
  try {
    await ports.store.keepSignup(signup, token);
  } catch (error) {
    ports.report(error);
    throw reported(
      codeProblem('The access token could not be stored.', new ConnectFailure('service-error')),
      ports,
    );
  }
  return stored(async () => {
    const owner = await adoptSignup(signup, token, ports);
    return advanced(owner, { deadlineMs }, ports);
  }, ports);
}

async function exchanged(
  code: AccessToken,
  redirectUri: string | undefined,
  ports: SignupPorts,
): Promise<AccessToken> {
  try {
    return await exchangeCode(ports.appGraph, code, redirectUri);
  } catch (error) {
    if (error instanceof ConnectFailure) {
      const why = `Meta has not given a token for the code (${error.reason}).`;
      throw reported(codeProblem(why, error), ports);
    }
    throw error;
  }
}

/** Once its token is stored a signup is not lost: whatever fails, it can be resumed. */
async function stored(
  work: () => Promise<ConnectionRecord>,
  ports: ConnectPorts,
): Promise<ConnectionRecord> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Problem) {
      throw error;
    }
    ports.report(error);
    const step = error instanceof StepBroken ? error.step : 'grants';
    throw stepProblem(step, new ConnectFailure('service-error'));
  }
}

/** Before there is a connection to write it down in, what stops a signup would be seen by its caller alone. */
function reported(
  problem: ConnectProblem,
  { report }: Pick<ConnectPorts, 'report'>,
): ConnectProblem {
  report(problem);
  return problem;
}

/** @throws Problem where Meta says that the token is not good for it, or cannot be asked */
async function adoptSignup(
  signup: Omit<PendingSignup, 'ciphertext'>,
  token: AccessToken,
  ports: ConnectPorts,
): Promise<ConnectionOwner> {
  const { organizationId, signupId, userId, wabaHint, exchangedAt: broughtAt } = signup;
  const brought = { organizationId, userId, wabaHint, broughtAt };
  try {
    const owner = await adopt({ ...brought, source: 'embedded-signup' }, token, ports);
    await ports.store.dropSignup(organizationId, signupId);
    return owner;
  } catch (error) {
    if (!(error instanceof ConnectFailure)) throw error;
    if (!error.isPassing) {
      await ports.store.dropSignup(organizationId, signupId);
    }
    throw reported(stepProblem('grants', error), ports);
  }
}

async function advanced(
  owner: ConnectionOwner,
  how: Advance,
  ports: ConnectPorts,
): Promise<ConnectionRecord> {
  const record = await advance(owner, how, ports);
  if (!record) {
    throw noConnection();
  }
  return record;
}

/** What a connection is resumed with. */
export interface Resume {
  organizationId: string;
  /** Absent: the one that was signed up for last and has not come so far as to have a name. */
  wabaId?: string | undefined;
  pin?: AccessToken | undefined;
  clearOverrides?: boolean | undefined;
}

/**
 * Goes on where a connection has stopped: needs no new code.
 * @throws Problem where the organisation has no such connection
 */
export async function resume(
  { organizationId, wabaId, pin, clearOverrides }: Resume,
  ports: ConnectPorts,
): Promise<ConnectionRecord> {
  const deadlineMs = ports.now().getTime() + requestMs;
  return stored(async () => {
    let adopted: ConnectionOwner | undefined;
    let refusal: Problem | undefined;
    for (const signup of await ports.store.pendingSignups(organizationId)) {
      const token = await ports.store.openSignup(signup);
      try {
        adopted = await adoptSignup(signup, token, ports);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        refusal = error;
      }
    }
    const owner = wabaId === undefined ? adopted : { organizationId, wabaId };
    const how = { deadlineMs, pin, clearOverrides };
    const record = owner && (await advance(owner, how, ports));
    if (!record) {
      throw refusal ?? noConnection();
    }
    return record;
  }, ports);
}
