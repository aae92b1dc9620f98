import type {
  ConnectionNumber,
  ConnectionRecord,
  ConnectionStep,
} from '../../shared/connections/connection.schema.ts';
import { webhookFields } from '../../shared/connections/webhook-fields.ts';
import type { AccessToken } from '../../shared/credentials/access-token.ts';
import type { ConnectPorts } from './connect.port.ts';
import { ConnectFailure } from './connect-failure.ts';
import {
  accountSubscription,
  act,
  appSubscription,
  numbersOf,
  subscribeFields,
} from './meta-account.ts';
import { numberNow } from './number-now.ts';

/** What a step works with. */
export interface StepWork {
  record: ConnectionRecord;
  token: AccessToken;
  /** The PIN that a number with two-step verification has. */
  pin?: AccessToken | undefined;
  clearOverrides: boolean;
  ports: ConnectPorts;
  /**
   * Keeps what a step has learnt before it goes on.
   * @throws Superseded where the connection was made anew or taken apart meanwhile
   */
  keep(learn: Learn): Promise<ConnectionRecord>;
  /** @throws ConnectFailure where the request has no time left for another call */
  assertTime(): void;
}

/** What a step has learnt of a connection. */
export type Learn = (record: ConnectionRecord) => ConnectionRecord;

/** A step: it keeps what it learns. @throws ConnectFailure where the connection cannot go on */
type Step = (work: StepWork) => Promise<void>;

/** Meta takes so many registrations of a number, failed ones included. Source: Meta, "Registration". */
const registerBudget = { calls: 10, hours: 72 };

/** Source: Meta, "Onboarding WhatsApp Business app users": each once, contacts before history. */
const syncTypes = ['smb_app_state_sync', 'history'] as const;
/** Asked for already, or too late to ask: neither will ever be different. */
const settledSyncCodes = [2593107, 2593108];

/** Each step of connecting but the first, which makes the connection. Every one may be done again. */
export const steps: Readonly<Record<Exclude<ConnectionStep, 'grants'>, Step>> = {
  async numbers({ record, token, ports, keep }) {
    const { wabaId, wantedNumbers } = record;
    const listed = await numbersOf(ports.graph, token, wabaId);
    if (!(wantedNumbers ?? []).every((wanted) => listed.some(({ id }) => id === wanted))) {
      throw new ConnectFailure('number-not-in-account');
    }
    const wanted = listed.filter(({ id }) => wantedNumbers?.includes(id) ?? true);
    await keep((now) => ({
      ...now,
      numbers: wanted.map((number) =>
        numberNow(number, {
          known: now.numbers.find(({ phoneNumberId }) => phoneNumberId === number.id),
          webhookUrl: ports.app.webhookUrl,
        }),
      ),
    }));
  },

  async claim({ record, ports, keep, assertTime }) {
    const { organizationId, wabaId } = record;
    const refusals = new Map<string, string>();
    for (const { phoneNumberId } of record.numbers) {
      assertTime();
      const number = { organizationId, wabaId, phoneNumberId };
      const outcome = await ports.claims.claimNumber(number, ports.now());
      if (outcome !== 'claimed') {
        refusals.set(phoneNumberId, `number-${outcome}`);
      }
    }
    const next = await keep((now) =>
      eachNumber(now, (number) => {
        const reason = refusals.get(number.phoneNumberId);
        return reason === undefined
          ? number
          : withProblem(number, 'claim', new ConnectFailure(reason));
      }),
    );
    assertOneIsWell(next.numbers, ['claim']);
    await ports.claims.claimAccount({ organizationId, wabaId });
  },

  async webhooks({ ports: { app, appGraph } }) {
    const { appId, webhookUrl: callbackUrl } = app;
    const subscribed = await appSubscription(appGraph, appId);
    if (subscribed && subscribed.callbackUrl !== callbackUrl) {
      throw new ConnectFailure('webhooks-elsewhere');
    }
    const fields = webhookFields.filter((field) => !subscribed?.fields.includes(field));
    if (fields.length > 0) {
      const verifyToken = await app.verifyToken();
      await subscribeFields(appGraph, appId, { callbackUrl, verifyToken, fields });
    }
  },

  async subscribe({ record, token, clearOverrides, ports, keep, assertTime }) {
    const { wabaId } = record;
    const { graph, app } = ports;
    const found = await accountSubscription(graph, token, { wabaId, appId: app.appId });
    const isElsewhere = Boolean(found?.override) && found?.override !== app.webhookUrl;
    if (!found || (isElsewhere && clearOverrides)) {
      // Without a body: that also clears an override.
      await act(graph, { method: 'POST', path: `${wabaId}/subscribed_apps`, token });
    }
    await keep((now) => ({ ...now, webhookOverride: isElsewhere && !clearOverrides }));
    for (const { phoneNumberId, webhookOverride: isOverridden } of record.numbers) {
      if (isOverridden && clearOverrides) {
        assertTime();
        const body = { webhook_configuration: { override_callback_uri: '' } };
        await act(graph, { method: 'POST', path: phoneNumberId, body, token });
        await keep((now) =>
          eachNumber(now, (number) =>
            number.phoneNumberId === phoneNumberId ? { ...number, webhookOverride: false } : number,
          ),
        );
      }
    }
  },

  async register(work) {
    const { record, pin, keep, assertTime } = work;
    for (const number of record.numbers) {
      const waitsForPin = number.problem?.reason === 'pin-mismatch';
      const isOpen = !number.problem || (waitsForPin && pin !== undefined);
      if (isOpen && !number.registered && !number.coexistence) {
        assertTime();
        const failure = await registered(number, waitsForPin ? pin : undefined, work);
        await keep((now) =>
          eachNumber(now, (each) =>
            each.phoneNumberId !== number.phoneNumberId || each.registered
              ? each
              : failure
                ? withProblem(each, 'register', failure)
                : { ...withoutProblem(each), registered: true, status: 'CONNECTED' },
          ),
        );
      }
    }
    assertOneIsWell((await keep((now) => now)).numbers, ['claim', 'register']);
  },

  async sync({ record, token, ports: { graph, settings, now: clock }, keep, assertTime }) {
    const { historyImport } = await settings.read(record.organizationId);
    const wanted = syncTypes.filter((type) => type !== 'history' || historyImport.enabled);
    for (const { phoneNumberId, coexistence, synced, problem } of record.numbers) {
      const open = coexistence && !problem ? wanted.filter((type) => !synced[type]) : [];
      for (const type of open) {
        assertTime();
        const body = { messaging_product: 'whatsapp', sync_type: type };
        const path = `${phoneNumberId}/smb_app_data`;
        await act(graph, { method: 'POST', path, body, token }).catch((error: unknown) => {
          if (!isSettledSync(error)) throw error;
        });
        const at = clock().toISOString();
        await keep((now) =>
          eachNumber(now, (number) =>
            number.phoneNumberId === phoneNumberId
              ? { ...number, synced: { ...number.synced, [type]: at } }
              : number,
          ),
        );
      }
    }
  },

  templates: ({ record, ports }) => ports.templates.markChanged(record.wabaId),

  async activate({ record, ports, keep }) {
    const { organizationId, wabaId } = record;
    for (const { phoneNumberId, problem } of record.numbers) {
      if (!problem) {
        const isOurs = await ports.claims.activateNumber({ organizationId, wabaId, phoneNumberId });
        await keep((now) =>
          eachNumber(now, (number) =>
            number.phoneNumberId !== phoneNumberId
              ? number
              : isOurs
                ? { ...number, active: true }
                : withProblem(number, 'activate', new ConnectFailure('number-taken')),
          ),
        );
      }
    }
    await ports.claims.activateAccount({ organizationId, wabaId });
  },
};

/** Registers a number, within Meta's budget. @returns why it is not registered */
async function registered(
  { phoneNumberId, registerCalls }: ConnectionNumber,
  pin: AccessToken | undefined,
  { record: { organizationId }, token, ports, keep }: StepWork,
): Promise<ConnectFailure | undefined> {
  const now = ports.now();
  const since = new Date(now.getTime() - registerBudget.hours * 3_600_000).toISOString();
  const recent = registerCalls.filter((at) => at > since);
  if (recent.length >= registerBudget.calls) {
    return new ConnectFailure('registration-budget-used');
  }
  // Before it is told to Meta: a PIN that nobody knows locks the number.
  const kept = await ports.store.keepPin({ organizationId, phoneNumberId }, pin ?? ports.newPin(), {
    replace: pin !== undefined,
  });
  await keep((record) =>
    eachNumber(record, (number) =>
      number.phoneNumberId === phoneNumberId
        ? { ...number, registerCalls: [...recent, now.toISOString()] }
        : number,
    ),
  );
  const body = { messaging_product: 'whatsapp', pin: kept.reveal() };
  try {
    await act(ports.graph, { method: 'POST', path: `${phoneNumberId}/register`, body, token });
    return undefined;
  } catch (error) {
    if (error instanceof ConnectFailure && !error.isTokenDead) {
      return error;
    }
    throw error;
  }
}

function isSettledSync(error: unknown): boolean {
  return error instanceof ConnectFailure && settledSyncCodes.includes(error.meta?.code ?? 0);
}

/** @throws ConnectFailure where there are numbers, and each has got stuck in one of these steps */
function assertOneIsWell(
  numbers: readonly ConnectionNumber[],
  stuckIn: readonly ConnectionStep[],
): void {
  const [first] = numbers;
  const isStuck = ({ problem }: ConnectionNumber) => stuckIn.some((step) => step === problem?.step);
  if (first?.problem && numbers.every(isStuck)) {
    const { reason, meta } = first.problem;
    throw new ConnectFailure(reason, { meta });
  }
}

function eachNumber(
  record: ConnectionRecord,
  change: (number: ConnectionNumber) => ConnectionNumber,
): ConnectionRecord {
  return { ...record, numbers: record.numbers.map(change) };
}

function withProblem(
  number: ConnectionNumber,
  step: ConnectionStep,
  failure: ConnectFailure,
): ConnectionNumber {
  return { ...number, problem: failure.problemAt(step) };
}

function withoutProblem({ problem: _, ...number }: ConnectionNumber): ConnectionNumber {
  return number;
}
