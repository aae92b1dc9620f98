import {
  type ConnectionOwner,
  type ConnectionRecord,
  type ConnectionStep,
  connectionSteps,
} from '../../shared/connections/connection.schema.ts';
import { stateOfNumbers } from '../../shared/connections/connection-change.ts';
import type { AccessToken } from '../../shared/credentials/access-token.ts';
import type { ConnectPorts } from './connect.port.ts';
import { ConnectFailure } from './connect-failure.ts';
import { release } from './release.ts';
import { type Learn, type StepWork, steps } from './steps.ts';

/** How a connection is brought forward. */
export interface Advance {
  /** No step is begun after this time, in ms since 1970. */
  deadlineMs: number;
  /** The PIN of numbers that have two-step verification. */
  pin?: AccessToken | undefined;
  /** Takes back what leads webhooks elsewhere. */
  clearOverrides?: boolean | undefined;
}

/** The connection was made anew, or taken apart, by somebody else meanwhile. */
class Superseded extends Error {
  override readonly name = 'Superseded';
}

/** A step has failed by what is no answer of Meta's. */
export class StepBroken extends Error {
  override readonly name = 'StepBroken';
  readonly step: ConnectionStep;

  constructor(step: ConnectionStep, cause: unknown) {
    super(`The step ${step} is broken`, { cause });
    this.step = step;
  }
}

/**
 * Does the steps of a connection that are still to be done, each recorded before the next begins. What
 * stops it is recorded too.
 * @returns the connection as it is then; undefined where there is none
 */
export async function advance(
  owner: ConnectionOwner,
  request: Advance,
  ports: ConnectPorts,
): Promise<ConnectionRecord | undefined> {
  const begun = await begin(owner, request, ports);
  if (!begun || begun.state === 'disconnected' || !nextStep(begun)) {
    return begun;
  }
  try {
    return await goOn(begun, request, ports);
  } catch (error) {
    if (!(error instanceof Superseded)) throw error;
    return afterAll(owner, ports);
  }
}

/** @throws Superseded */
async function goOn(
  begun: ConnectionRecord,
  request: Advance,
  ports: ConnectPorts,
): Promise<ConnectionRecord> {
  const credential = await ports.credentials.find(begun.organizationId, begun.wabaId);
  if (credential?.state !== 'VALID') {
    const reason = credential ? (credential.reason ?? 'token-invalid') : 'credential-missing';
    return fail(begun, nextStep(begun) ?? 'grants', new ConnectFailure(reason), ports);
  }
  const token = await ports.credentials.open(credential);
  let record = begun;
  const work = (): StepWork => ({
    ...{ record, token, ports, pin: request.pin, clearOverrides: request.clearOverrides ?? false },
    keep: async (learn) => {
      record = await keep(record, learn, ports);
      return record;
    },
    assertTime: () => assertTime(request, ports),
  });
  for (let step = nextStep(record); step; step = nextStep(record)) {
    try {
      assertTime(request, ports);
      await steps[step](work());
    } catch (error) {
      if (error instanceof Superseded) throw error;
      if (!(error instanceof ConnectFailure)) throw new StepBroken(step, error);
      if (error.isTokenDead) {
        await ports.credentials.invalidate(credential, error.reason, ports.now().toISOString());
      }
      return fail(record, step, error, ports);
    }
    record = await keep(record, done(step, ports), ports);
  }
  return record;
}

/** What has gone wrong is looked at anew, from Meta's list of numbers on. */
async function begin(
  owner: ConnectionOwner,
  { clearOverrides }: Advance,
  ports: ConnectPorts,
): Promise<ConnectionRecord | undefined> {
  return ports.connections.change(owner, (record) => {
    if (!record || record.state === 'disconnected') {
      return record;
    }
    const isWhole =
      record.numbers.length > 0 &&
      record.numbers.every(({ problem }) => !problem) &&
      (record.state !== 'degraded' || record.problem?.step === 'lifecycle');
    if (isWhole && !clearOverrides) {
      return record;
    }
    const { grants } = record.steps;
    return { ...record, steps: grants === undefined ? {} : { grants } };
  });
}

function nextStep({ steps: done }: ConnectionRecord): keyof typeof steps | undefined {
  return connectionSteps.find(
    (step): step is keyof typeof steps => step !== 'grants' && done[step] === undefined,
  );
}

function assertTime({ deadlineMs }: Advance, ports: ConnectPorts): void {
  if (ports.now().getTime() >= deadlineMs) {
    throw new ConnectFailure('out-of-time');
  }
}

/** Writes what was learnt of a connection, as long as it is still the same one. */
async function keep(
  { organizationId, wabaId, connectedAt }: ConnectionRecord,
  learn: Learn,
  ports: ConnectPorts,
): Promise<ConnectionRecord> {
  const isSame = (now: ConnectionRecord | undefined): now is ConnectionRecord =>
    now !== undefined && now.connectedAt === connectedAt && now.state !== 'disconnected';
  const kept = await ports.connections.change({ organizationId, wabaId }, (now) =>
    isSame(now) ? learn(now) : undefined,
  );
  if (!isSame(kept)) {
    throw new Superseded();
  }
  return kept;
}

function done(step: ConnectionStep, ports: ConnectPorts): Learn {
  return (now) => {
    // In another tab the steps may have begun anew, and a number have become well, since this one began.
    const isOvertaken =
      nextStep(now) !== step ||
      (step === 'activate' && now.numbers.some(({ active, problem }) => !active && !problem));
    if (isOvertaken) {
      return now;
    }
    const { problem: _, ...record } = now;
    const at = ports.now().toISOString();
    const next = { ...record, steps: { ...record.steps, [step]: at }, stateAt: at };
    const state = stateOfNumbers(next);
    return { ...next, state, ...(step === 'activate' && problemOf(next)) };
  };
}

/** Of a connection whose steps are all done and that is not whole: what its admin has to see first. */
function problemOf({ numbers, webhookOverride }: Omit<ConnectionRecord, 'problem'>) {
  const [problem] = numbers.flatMap((number) => number.problem ?? []);
  const isOverridden = webhookOverride || numbers.some((number) => number.webhookOverride);
  return problem || isOverridden
    ? { problem: problem ?? new ConnectFailure('webhook-overridden').problemAt('subscribe') }
    : {};
}

function fail(
  record: ConnectionRecord,
  step: ConnectionStep,
  failure: ConnectFailure,
  ports: ConnectPorts,
): Promise<ConnectionRecord> {
  return keep(
    record,
    (now) =>
      // In another tab it may have been done meanwhile.
      now.steps[step] === undefined
        ? {
            ...now,
            state: stateOfNumbers(now),
            stateAt: ports.now().toISOString(),
            problem: failure.problemAt(step),
          }
        : now,
    ports,
  );
}

/** Where the connection was taken apart while a step was being done, that step is taken back. */
async function afterAll(
  owner: ConnectionOwner,
  ports: ConnectPorts,
): Promise<ConnectionRecord | undefined> {
  const record = await ports.connections.find(owner);
  if (record?.problem?.step === 'disconnect') {
    await release(record, ports);
  }
  return record;
}
