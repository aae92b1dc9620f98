import type { Credential, Credentials } from '../../shared/credentials/credential.port.ts';
import type { GraphUsage } from '../../shared/graph/graph.port.ts';
import { hash } from '../../shared/hash.ts';
import { parseJson } from '../../shared/json.ts';
import type { Route, RouteTable } from '../../shared/routing/route.port.ts';
import { sendUpdated } from '../../shared/sends/send-event.ts';
import type { StoredSend } from '../../shared/sends/send-ledger.port.ts';
import type { SendRecord } from '../../shared/sends/send-record.schema.ts';
import type { ObjectStore } from '../../shared/storage/object-store.port.ts';
import type { Conversations } from './conversations.port.ts';
import {
  type Conclusion,
  dispatched,
  ended,
  fail,
  type HandOverPorts,
  handOver,
} from './hand-over.ts';
import { addressOf } from './message/address.ts';
import type { Pace, PaceBucket } from './pace.port.ts';
import { isWindowClosed } from './preconditions.ts';
import { type QueuedSendMessage, queuedSendSchema } from './queued-send.schema.ts';

/** What delivering needs from outside. */
export interface DeliverPorts extends HandOverPorts {
  routes: RouteTable;
  credentials: Credentials;
  conversations: Conversations;
  pace: Pace;
  /** The raw bucket. */
  store: ObjectStore;
  /** Resolves after so many ms. */
  wait(ms: number): Promise<void>;
}

/** A message of a send queue, as it was received. */
export interface ReceivedSend {
  id: string;
  /** Its message group: what shares it is delivered in order. */
  laneKey: string;
  body: string;
}

/** What became of a batch. */
export interface Delivered {
  /** The messages that have to come again, by id, with how long from now, in ms. */
  again: Map<string, number>;
  counts: Record<DeliveryOutcome, number>;
}

/** What became of one message; `refused`: there is no record of it that waits. */
export type DeliveryOutcome =
  | 'accepted'
  | 'failed'
  | 'unknown'
  | 'expired'
  | 'refused'
  | 'malformed'
  | 'again';

/** Meta's default throughput of a number, in messages a second. Source: Meta, "Throughput". */
const defaultRate = 80;

/**
 * The part of a number's throughput that each lane takes. Bulk leaves room for agents' replies, which
 * are sent at once and pass by here only after a throttle, and for inbound messages, which count too.
 */
const shareOf = { agent: 0.2, bulk: 0.8 } as const;

/** A turn that is further away is waited for in the queue, in ms: an invocation that waits costs money. */
const maxTurnWaitMs = 3000;

/** With less time left than a call may take, nothing is handed over any more, in ms. */
const reserveMs = 20_000;

/** A dead token is looked at again after this time, in ms: a message can be received 1,000 times, and waits for 7 days at most. */
const reconnectWaitMs = 10 * 60_000;

/** Meta's own errors are tried so often. Source: Meta, "Error codes": 131000, 131016. */
const maxAttempts = 3;

/** What stands in one place of the queue after a passing failure of ours, in ms. */
const failureWaitMs = 5000;

const maxBackOffMs = 5 * 60_000;

/**
 * Delivers queued sends: those of one lane key one after the other, others side by side, each number's
 * at its pace. Work without a record that waits for it is dropped: it was sent, or has ended.
 * @param deadlineMs when this invocation will be ended, epoch ms
 */
export async function deliver(
  received: readonly ReceivedSend[],
  deadlineMs: number,
  ports: DeliverPorts,
): Promise<Delivered> {
  const again = new Map<string, number>();
  const counts = {
    ...{ accepted: 0, failed: 0, unknown: 0, expired: 0, refused: 0, malformed: 0, again: 0 },
  };
  const ready = await Promise.all(received.map((message) => look(message, ports)));
  const turns = await turnsOf(ready, ports);
  const groups = Map.groupBy(ready, ({ received: { laneKey } }) => laneKey);
  await Promise.all(
    [...groups.values()].map(async (group) => {
      let waitMs: number | undefined;
      for (const work of group) {
        waitMs ??= await one(work);
        if (waitMs !== undefined) {
          // What follows in its group must not overtake it.
          again.set(work.received.id, waitMs);
          counts.again++;
        }
      }
    }),
  );
  return { again, counts };

  /** @returns how long until the message has to come again, in ms; undefined where it is done */
  async function one(work: Looked): Promise<number | undefined> {
    if (!('send' in work)) {
      return done(work);
    }
    const turn = turns.get(work);
    const nowMs = ports.now().getTime();
    if (!turn?.taken) {
      return turn ? Math.max(turn.startMs - nowMs, 1000) : failureWaitMs;
    }
    if (Math.max(turn.startMs, nowMs) > deadlineMs - reserveMs) {
      return 1000;
    }
    await ports.wait(turn.startMs - nowMs);
    const outcome = await attempt(work.send, ports).catch((error: unknown) => {
      ports.report(error);
      return failureWaitMs;
    });
    if (typeof outcome === 'number') {
      return outcome;
    }
    counts[outcome]++;
    return undefined;
  }

  function done(work: Exclude<Looked, { send: Ready }>): number | undefined {
    if ('waitMs' in work) {
      return work.waitMs;
    }
    counts[work.outcome]++;
    return undefined;
  }
}

/** A send that can be handed over when its turn comes. */
interface Ready {
  stored: StoredSend;
  message: QueuedSendMessage['message'];
  credential: Credential;
  route: Route;
}

/** What a received message turned out to be. */
type Looked = { received: ReceivedSend } & (
  | { send: Ready }
  | { outcome: Extract<DeliveryOutcome, 'refused' | 'expired' | 'failed' | 'malformed'> }
  | { waitMs: number }
);

/** Reads everything that decides whether a message is to be sent. */
async function look(received: ReceivedSend, ports: DeliverPorts): Promise<Looked> {
  try {
    return { received, ...(await lookAt(received, ports)) };
  } catch (error) {
    ports.report(error);
    return { received, waitMs: failureWaitMs };
  }
}

async function lookAt({ body }: ReceivedSend, ports: DeliverPorts) {
  const json = parseJson(body);
  const work = queuedSendSchema.safeParse(json.ok ? json.value : undefined).data;
  if (!work) {
    await ports.store.put(`quarantine/send/${hash(body)}.json`, Buffer.from(body));
    return { outcome: 'malformed' } as const;
  }
  const { organizationId, phoneNumberId, sendId, message } = work;
  const sender = { organizationId, phoneNumberId };
  const [stored, route, conversation] = await Promise.all([
    ports.ledger.find(organizationId, sendId),
    ports.routes.byPhoneNumber(phoneNumberId, { fresh: false }),
    ports.conversations.find(sender, addressOf(message)),
  ]);
  if (stored?.record.state !== 'PENDING') {
    return { outcome: 'refused' } as const;
  }
  const now = ports.now();
  if (
    Date.parse(stored.record.sendBy) <= now.getTime() ||
    isWindowClosed(message, conversation, now)
  ) {
    return end(stored, 'EXPIRED', ports);
  }
  if (route?.organizationId !== organizationId || route.wabaId === undefined) {
    return end(stored, 'FAILED', ports, ours('number-disconnected'));
  }
  const credential = await ports.credentials.find(organizationId, route.wabaId);
  if (credential?.state !== 'VALID') {
    return { waitMs: reconnectWaitMs };
  }
  return { send: { stored, message, credential, route } };
}

/** An error of ours: `code` 0. */
function ours(reason: string): NonNullable<SendRecord['error']> {
  return { code: 0, class: 'permanent', reason };
}

/** Ends a send that is not handed over. Where somebody else was faster, that is how it ended. */
async function end(
  stored: StoredSend,
  state: 'EXPIRED' | 'FAILED',
  { ledger, now }: DeliverPorts,
  error?: SendRecord['error'],
) {
  const next = ended(stored.record, state, now(), error ? { error } : {});
  await ledger.replace(stored, next, sendUpdated(next));
  return { outcome: state === 'EXPIRED' ? 'expired' : 'failed' } as const;
}

/** When it is whose turn: one reservation for each number and lane in the batch. */
async function turnsOf(
  works: readonly Looked[],
  { pace, now, report }: DeliverPorts,
): Promise<Map<Looked, { taken: boolean; startMs: number }>> {
  const ready = works.flatMap((work) => ('send' in work ? [{ work, send: work.send }] : []));
  const buckets = Map.groupBy(ready, ({ send: { stored } }) =>
    [stored.record.phoneNumberId, stored.record.lane].join(' '),
  );
  const turns = new Map<Looked, { taken: boolean; startMs: number }>();
  await Promise.all(
    [...buckets.values()].map(async (members) => {
      const [first] = members;
      if (!first) {
        return;
      }
      const { lane } = first.send.stored.record;
      const rate = (first.send.route.messagesPerSecond ?? defaultRate) * shareOf[lane];
      const intervalMs = 1000 / rate;
      const nowMs = now().getTime();
      try {
        const { taken, startMs } = await pace.reserve(bucketOf(first.send.stored.record), {
          ...{ count: members.length, intervalMs, nowMs, maxWaitMs: maxTurnWaitMs },
        });
        for (const [index, { work }] of members.entries()) {
          turns.set(work, { taken, startMs: startMs + index * intervalMs });
        }
      } catch (error) {
        report(error);
      }
    }),
  );
  return turns;
}

function bucketOf({ phoneNumberId, lane }: SendRecord): PaceBucket {
  return { phoneNumberId, lane };
}

/** Hands one send over. @returns what became of it, or how long until it has to come again, in ms */
async function attempt(
  { stored, message, credential }: Ready,
  ports: DeliverPorts,
): Promise<DeliveryOutcome | number> {
  const token = await ports.credentials.open(credential);
  const handedOver = await takeTurn(stored, ports);
  if (!handedOver) {
    return 'refused';
  }
  const conclusion = await handOver(handedOver, message, token, ports);
  await heed(conclusion.usage, handedOver.record, ports);
  switch (conclusion.kind) {
    case 'accepted':
    case 'failed':
    case 'unknown':
      return conclusion.kind;
    case 'unsent':
      return waitAgain(handedOver, backOff(handedOver.record.attempts), ports);
    case 'not-now':
      return later(conclusion, handedOver, credential, ports);
  }
}

/**
 * Writes that a send is handed to Meta now. Whoever has queued it may be writing just now that he has:
 * then once more.
 * @returns undefined where it no longer waits
 */
async function takeTurn(
  stored: StoredSend,
  { ledger, now }: DeliverPorts,
): Promise<StoredSend | undefined> {
  for (let current: StoredSend | undefined = stored; current?.record.state === 'PENDING'; ) {
    const { record } = current;
    const next = { ...record, ...dispatched(now()), attempts: record.attempts + 1 };
    const taken = await ledger.replace(current, next);
    if (taken) {
      return taken;
    }
    current = await ledger.find(record.organizationId, record.sendId);
  }
  return undefined;
}

/** Decides how a send goes on that Meta has not carried out. */
async function later(
  { error }: Extract<Conclusion, { kind: 'not-now' }>,
  stored: StoredSend,
  credential: Credential,
  ports: DeliverPorts,
): Promise<DeliveryOutcome | number> {
  const { attempts } = stored.record;
  const nowMs = ports.now().getTime();
  if (error.class === 'reconnect') {
    const at = new Date(nowMs).toISOString();
    await ports.credentials.invalidate(credential, error.reason, at).catch(ports.report);
    return waitAgain(stored, reconnectWaitMs, ports);
  }
  if (error.class === 'retry' && attempts >= maxAttempts) {
    return (await fail(stored, error, ports)).kind;
  }
  if (error.scope === 'pair') {
    // Source: Meta, "About the platform", pair rate limits: 4^n s.
    return waitAgain(stored, Math.min(1000 * 4 ** attempts, maxBackOffMs), ports);
  }
  const waitMs = error.retryAfterMs ?? backOff(attempts);
  if (error.class === 'throttle') {
    await pauseNumber(stored.record, nowMs + waitMs, ports);
  }
  return waitAgain(stored, Math.min(waitMs, maxBackOffMs), ports);
}

/** 1, 2, 4, ... s, each with up to as much again: what was refused together must not come back together. */
function backOff(attempts: number): number {
  const baseMs = Math.min(1000 * 2 ** (attempts - 1), maxBackOffMs / 2);
  return Math.round(baseMs * (1 + Math.random()));
}

/** Lets a send wait in the queue where it stands, with all that follow it. */
async function waitAgain(
  stored: StoredSend,
  waitMs: number,
  { ledger, now }: DeliverPorts,
): Promise<DeliveryOutcome | number> {
  const { record } = stored;
  const waiting = await ledger.replace(stored, {
    ...record,
    state: 'PENDING',
    stateAt: now().toISOString(),
    settleAt: new Date(Date.parse(record.sendBy) + 60_000).toISOString(),
  });
  return waiting ? waitMs : 'refused';
}

async function pauseNumber(
  { phoneNumberId }: SendRecord,
  untilMs: number,
  { pace, report }: DeliverPorts,
): Promise<void> {
  await Promise.all(
    (['agent', 'bulk'] as const).map((lane) => pace.pause({ phoneNumberId, lane }, untilMs)),
  ).catch(report);
}

/** Slows bulk down before Meta has to. Source: Graph API, "Rate limits": back off before 100 %. */
async function heed(
  usage: GraphUsage | undefined,
  { phoneNumberId }: SendRecord,
  { pace, now, report }: DeliverPorts,
): Promise<void> {
  if (!usage || (usage.percent < 90 && usage.regainAccessMs === 0)) {
    return;
  }
  const untilMs = now().getTime() + Math.max(usage.regainAccessMs, 1000);
  await pace.pause({ phoneNumberId, lane: 'bulk' }, untilMs).catch(report);
}
