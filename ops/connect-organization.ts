import { setTimeout as delay } from 'node:timers/promises';
import type { AccessToken } from '../shared/credentials/access-token.ts';
import type { ProgressDisplay } from './connect-progress.ts';
import type {
  ConnectionsApi,
  ConnectOutcome,
  GoOn,
  NewConnection,
  ShownConnection,
  ShownNumber,
} from './connections-api.ts';

/** How often it is asked how far the steps have come, in ms. */
const pollMs = 300;

/** A connection of hundreds of numbers takes several requests; more than these are a mistake. */
const maxRounds = 20;

/** What connecting needs. */
export interface ConnectTools {
  api: ConnectionsApi;
  display: ProgressDisplay;
  /** The PIN of numbers that have one; undefined where nobody knows it. */
  pinOf(numbers: readonly ShownNumber[]): Promise<AccessToken | undefined>;
}

/** Connects an account with a token, and shows how far it is. */
export async function connectAccount(
  request: NewConnection,
  tools: ConnectTools,
): Promise<ConnectOutcome> {
  const { api } = tools;
  const { organizationId, wabaId } = request;
  const before = await connectionOf(api, request);
  const isBegun = ({ connectedAt }: ShownConnection) => connectedAt !== before?.connectedAt;
  const outcome = await followed(() => api.save(request), { owner: request, isBegun }, tools);
  return finished(outcome, { organizationId, wabaId }, tools);
}

/** Goes on with a connection where it has stopped. */
export async function resumeAccount(request: GoOn, tools: ConnectTools): Promise<ConnectOutcome> {
  return finished(await resumed(request, tools), request, tools);
}

/** The connection of an organisation to an account; undefined where there is none. */
export async function connectionOf(
  api: ConnectionsApi,
  { organizationId, wabaId }: { organizationId: string; wabaId: string },
  signal?: AbortSignal,
): Promise<ShownConnection | undefined> {
  const connections = await api.list(organizationId, 'stored', signal);
  return connections.find((connection) => connection.wabaId === wabaId);
}

/** Goes on as long as only time or a PIN is missing. */
async function finished(
  first: ConnectOutcome,
  { organizationId, wabaId }: GoOn,
  tools: ConnectTools,
): Promise<ConnectOutcome> {
  let outcome = first;
  for (let round = 0; round < maxRounds && outcome.kind === 'connection'; round++) {
    const { problem, numbers } = outcome.connection;
    const locked = numbers.filter((number) => number.problem?.reason === 'pin-mismatch');
    if (problem?.reason === 'out-of-time') {
      outcome = await resumed({ organizationId, wabaId }, tools);
    } else if (locked.length > 0) {
      const pin = await tools.pinOf(locked);
      if (!pin) return outcome;
      outcome = await resumed({ organizationId, wabaId, pin }, tools);
    } else {
      return outcome;
    }
  }
  return outcome;
}

function resumed(request: GoOn, tools: ConnectTools): Promise<ConnectOutcome> {
  const follow = { owner: request, isBegun: () => true };
  return followed(() => tools.api.resume(request), follow, tools);
}

/** Shows the steps while a request is under way, and at its end. */
async function followed(
  send: () => Promise<ConnectOutcome>,
  {
    owner,
    isBegun,
  }: {
    owner: { organizationId: string; wabaId: string };
    isBegun(connection: ShownConnection): boolean;
  },
  { api, display }: ConnectTools,
): Promise<ConnectOutcome> {
  const ended = new AbortController();
  const { signal } = ended;
  const poll = async () => {
    for (;;) {
      await delay(pollMs, undefined, { signal });
      const connection = await connectionOf(api, owner, signal);
      if (connection && isBegun(connection) && !signal.aborted) {
        display.show({ steps: connection.steps, isRunning: true });
      }
    }
  };
  display.show({ steps: {}, isRunning: true });
  // Whether it can be followed or not, the request itself says how it ends.
  poll().catch(() => undefined);
  try {
    const outcome = await send();
    ended.abort();
    const { steps, problem } =
      outcome.kind === 'connection'
        ? outcome.connection
        : { steps: {}, problem: { step: 'grants' } };
    display.show({ steps, failedStep: problem?.step, isRunning: false });
    return outcome;
  } finally {
    ended.abort();
  }
}
