import type { AccessToken } from '../../shared/credentials/access-token.ts';
import type { Graph, GraphError, GraphUsage } from '../../shared/graph/graph.port.ts';
import { sendUpdated } from '../../shared/sends/send-event.ts';
import { callbackDataOf } from '../../shared/sends/send-id.ts';
import type { SendLedger, StoredSend } from '../../shared/sends/send-ledger.port.ts';
import type { SendRecord } from '../../shared/sends/send-record.schema.ts';
import { type Acceptance, sendMessage } from './cloud-api.ts';
import type { OutboundMessage } from './message/outbound-message.schema.ts';
import type { Messages } from './messages.port.ts';

/** What handing over needs from outside. */
export interface HandOverPorts {
  graph: Graph;
  ledger: SendLedger;
  messages: Messages;
  now(): Date;
  /** Resolves after so many ms. */
  wait(ms: number): Promise<void>;
  /** Gets what went wrong beside the send itself. */
  report(error: unknown): void;
}

/** How handing a send over ended, as far as is known. */
export type Conclusion = { usage?: GraphUsage | undefined } & (
  | { kind: 'accepted'; messageId: string; waId?: string | undefined }
  | { kind: 'failed'; record: Pick<SendRecord, 'sendId' | 'error' | 'refusal'> }
  | { kind: 'unknown' }
  /** Meta has not carried it out, and may later: the record is still DISPATCHED. */
  | { kind: 'not-now'; error: GraphError }
  /** It never left: the record is still DISPATCHED. */
  | { kind: 'unsent' }
);

/** How long after it was handed over a send without a word of how it ended is UNKNOWN, in ms: longer than any call. */
export const dispatchMs = 60_000;

/** How long a status webhook has to tell of an UNKNOWN send before people are asked, in ms. */
export const unknownMs = 15 * 60_000;

/** The fields of a record that is handed to Meta now. To be written before Meta is called. */
export function dispatched(now: Date): Pick<SendRecord, 'state' | 'stateAt' | 'settleAt'> {
  return {
    state: 'DISPATCHED',
    stateAt: now.toISOString(),
    settleAt: new Date(now.getTime() + dispatchMs).toISOString(),
  };
}

/** The record of a send whose call has ended and whose fate nobody knows. */
export function unknown(record: SendRecord, now: Date): SendRecord {
  return {
    ...record,
    state: 'UNKNOWN',
    stateAt: now.toISOString(),
    settleAt: new Date(now.getTime() + unknownMs).toISOString(),
    holdsLane: false,
  };
}

/** The record of a send that has come to an end. */
export function ended(
  { settleAt, error: _, ...record }: SendRecord,
  state: 'ACCEPTED' | 'FAILED' | 'UNRESOLVED' | 'EXPIRED',
  now: Date,
  how: Pick<SendRecord, 'messageId' | 'error' | 'refusal'> = {},
): SendRecord {
  return { ...record, state, stateAt: now.toISOString(), holdsLane: false, ...how };
}

/**
 * Hands a send whose record says DISPATCHED to Meta, once, and writes down how it ended. A record that
 * cannot be written stays DISPATCHED: the status webhook settles it. Never rejects.
 */
export async function handOver(
  stored: StoredSend,
  message: OutboundMessage,
  token: AccessToken,
  ports: HandOverPorts,
): Promise<Conclusion> {
  const { record } = stored;
  const outcome = await sendMessage(
    ports.graph,
    record,
    { ...message, biz_opaque_callback_data: callbackDataOf(record) },
    token,
  );
  const { usage } = outcome;
  switch (outcome.kind) {
    case 'accepted': {
      const { messageId, waId } = outcome.acceptance;
      await Promise.all([
        conclude(stored, (now, at) => ended(now, 'ACCEPTED', at, { messageId }), ports),
        recordSent(record, outcome.acceptance, message, ports),
      ]);
      return { kind: 'accepted', messageId, waId, usage };
    }
    case 'refused': {
      if (mayWorkLater(outcome.error)) {
        return { kind: 'not-now', error: outcome.error, usage };
      }
      return { ...(await fail(stored, outcome.error, ports)), usage };
    }
    case 'unsent':
      return { kind: 'unsent', usage };
    case 'ambiguous':
      await conclude(
        stored,
        (now, at) => (now.state === 'DISPATCHED' ? unknown(now, at) : undefined),
        ports,
      );
      return { kind: 'unknown', usage };
  }
}

/** Ends a send that Meta has refused. */
export async function fail(
  stored: StoredSend,
  refusal: GraphError,
  ports: HandOverPorts,
): Promise<Extract<Conclusion, { kind: 'failed' }>> {
  const { code, class: errorClass, reason, title, details, subcode, fbtraceId } = refusal;
  const how = {
    error: {
      ...{ code, class: errorClass, reason },
      ...(title === undefined ? {} : { title }),
      ...(details === undefined ? {} : { details }),
    },
    refusal: {
      ...(subcode === undefined ? {} : { subcode }),
      ...(fbtraceId === undefined ? {} : { fbtraceId }),
    },
  };
  await conclude(stored, (now, at) => ended(now, 'FAILED', at, how), ports);
  return { kind: 'failed', record: { sendId: stored.record.sendId, ...how } };
}

function mayWorkLater({ class: errorClass }: GraphError): boolean {
  return errorClass === 'throttle' || errorClass === 'retry' || errorClass === 'reconnect';
}

/** Somebody else's change can come between a few times, not for ever. */
const maxAttempts = 5;

/** What Meta has said is worth more than one try to write it down: so often, this long apart at first, in ms. */
const writeTries = 3;
const firstWriteWaitMs = 200;

/**
 * Tries a write again that failed as a whole.
 * @throws what the last try threw
 */
export async function insist<Result>(
  write: () => Promise<Result>,
  { wait, report }: Pick<HandOverPorts, 'wait' | 'report'>,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await write();
    } catch (error) {
      if (attempt === writeTries) {
        throw error;
      }
      report(error);
      await wait(firstWriteWaitMs * 2 ** (attempt - 1));
    }
  }
}

/**
 * Writes how a send ended. The status webhook may have been faster: that Meta has accepted a message is
 * the last word.
 */
async function conclude(
  stored: StoredSend,
  conclusion: (record: SendRecord, now: Date) => SendRecord | undefined,
  ports: HandOverPorts,
): Promise<void> {
  const { ledger, now, report } = ports;
  const { organizationId, sendId } = stored.record;
  let current: StoredSend | undefined = stored;
  try {
    for (let attempt = 0; current && attempt < maxAttempts; attempt++) {
      const read: StoredSend = current;
      const next = read.record.state === 'ACCEPTED' ? undefined : conclusion(read.record, now());
      if (!next || (await insist(() => ledger.replace(read, next, sendUpdated(next)), ports))) {
        return;
      }
      current = await insist(() => ledger.find(organizationId, sendId), ports);
    }
  } catch (error) {
    report(error);
  }
}

async function recordSent(
  { sendId, clientReference, organizationId, wabaId, phoneNumberId, conversationId }: SendRecord,
  { messageId, waId }: Acceptance,
  message: OutboundMessage,
  ports: HandOverPorts,
): Promise<void> {
  const sent = {
    ...{ messageId, sendId, organizationId, wabaId, phoneNumberId },
    ...(clientReference === undefined ? {} : { clientReference }),
    ...(conversationId === undefined ? {} : { conversationId }),
    ...(waId === undefined ? {} : { waId }),
    acceptedAt: ports.now().toISOString(),
    message,
  };
  await insist(() => ports.messages.recordSent(sent), ports).catch(ports.report);
}
