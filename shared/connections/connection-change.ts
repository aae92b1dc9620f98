import * as z from 'zod';
import { type ConnectionRecord, connectionSteps } from './connection.schema.ts';

/** What news of the account mean for its connections. */
export type ConnectionChange =
  | { kind: 'disconnected' | 'degraded'; reason: string; whatToDo: string }
  /** What was forbidden is allowed again. */
  | { kind: 'restored' }
  | { kind: 'restricted'; restrictions: ConnectionRecord['restrictions'] };

const reconnect = 'Connect the WhatsApp Business Account again.';

const banStates: Readonly<Record<string, ConnectionChange>> = {
  DISABLE: {
    kind: 'degraded',
    reason: 'account-disabled',
    whatToDo: 'Meta has disabled the account: appeal in WhatsApp Manager, Account quality.',
  },
  SCHEDULE_FOR_DISABLE: {
    kind: 'degraded',
    reason: 'account-disable-scheduled',
    whatToDo: 'Meta will disable the account: appeal in WhatsApp Manager, Account quality.',
  },
  REINSTATE: { kind: 'restored' },
};

const plainEvents: Readonly<Record<string, ConnectionChange>> = {
  PARTNER_REMOVED: {
    kind: 'disconnected',
    reason: 'partner-removed',
    whatToDo: `The business has withdrawn the account from this app. ${reconnect}`,
  },
  PARTNER_APP_UNINSTALLED: {
    kind: 'disconnected',
    reason: 'app-uninstalled',
    whatToDo: `The business has removed this app. ${reconnect}`,
  },
  ACCOUNT_DELETED: {
    kind: 'disconnected',
    reason: 'account-deleted',
    whatToDo: 'The account is deleted at Meta. Connect another one.',
  },
  ACCOUNT_OFFBOARDED: {
    kind: 'degraded',
    reason: 'account-offboarded',
    whatToDo: 'Open the WhatsApp Business app and connect the account to the platform again.',
  },
  ACCOUNT_RECONNECTED: { kind: 'restored' },
};

const banSchema = z.object({
  ban_info: z.object({ waba_ban_state: z.union([z.string(), z.array(z.string())]) }),
});

const restrictionsSchema = z.object({
  restriction_info: z.array(
    z.object({
      restriction_type: z.string(),
      /** Seconds. */
      expiration: z.number().min(0).max(1e11).optional().catch(undefined),
    }),
  ),
});

/**
 * What an event means for the connection of its organisation and WABA; undefined: nothing.
 * Source: Meta, Webhooks reference, account_update.
 */
export function connectionChange(event: {
  type: string;
  field?: string | undefined;
  event?: string | undefined;
  account?: unknown;
}): ConnectionChange | undefined {
  if (event.type !== 'account.updated' || event.field !== 'account_update') {
    return undefined;
  }
  switch (event.event) {
    case 'DISABLED_UPDATE': {
      const state = banSchema.safeParse(event.account).data?.ban_info.waba_ban_state ?? [];
      return [state]
        .flat()
        .map((word) => entryOf(banStates, word))
        .at(0);
    }
    case 'ACCOUNT_RESTRICTION': {
      const said = restrictionsSchema.safeParse(event.account).data;
      return said && { kind: 'restricted', restrictions: said.restriction_info.map(restriction) };
    }
    default:
      return entryOf(plainEvents, event.event ?? '');
  }
}

function entryOf(
  table: Readonly<Record<string, ConnectionChange>>,
  word: string,
): ConnectionChange | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}

function restriction({
  restriction_type: type,
  expiration,
}: z.output<typeof restrictionsSchema>['restriction_info'][number]) {
  return {
    type,
    ...(expiration === undefined ? {} : { expiresAt: new Date(expiration * 1000).toISOString() }),
  };
}

/**
 * A connection after news of its account, to be given to `Connections.change`. News from before the
 * connection was made, or from before other news, change nothing: Meta repeats them for a week.
 * @param at Meta's time, RFC 3339
 */
export function afterChange(
  record: ConnectionRecord | undefined,
  change: ConnectionChange,
  at: string,
): ConnectionRecord | undefined {
  if (!record || at < wholeSecond(record.connectedAt) || at < (record.lifecycleAt ?? '')) {
    return undefined;
  }
  if (change.kind === 'restricted') {
    return { ...record, restrictions: change.restrictions, lifecycleAt: at };
  }
  if (change.kind === 'restored') {
    const { problem, ...rest } = record;
    const isRestored = record.state === 'degraded' && problem?.step === 'lifecycle';
    return isRestored
      ? { ...rest, state: stateOfNumbers(rest), stateAt: at, lifecycleAt: at }
      : { ...record, lifecycleAt: at };
  }
  const { kind: state, reason, whatToDo } = change;
  return record.state === 'disconnected'
    ? undefined
    : {
        ...record,
        state,
        stateAt: at,
        problem: { step: 'lifecycle', reason, whatToDo },
        lifecycleAt: at,
      };
}

/** Where a connection stands by its steps and numbers alone. */
export function stateOfNumbers({
  steps,
  numbers,
  webhookOverride,
}: Pick<ConnectionRecord, 'steps' | 'numbers' | 'webhookOverride'>):
  | 'connecting'
  | 'active'
  | 'degraded' {
  if (!connectionSteps.every((step) => steps[step] !== undefined)) {
    return numbers.some(({ active }) => active) ? 'degraded' : 'connecting';
  }
  const isWhole =
    !webhookOverride && numbers.every(({ problem, webhookOverride: own }) => !problem && !own);
  return isWhole ? 'active' : 'degraded';
}

/** Meta's times have no milliseconds. */
function wholeSecond(instant: string): string {
  return `${instant.slice(0, 19)}.000Z`;
}
