import type { Credential, Credentials } from '../../shared/credentials/credential.port.ts';
import type { GraphUsage } from '../../shared/graph/graph.port.ts';
import { isTokenDead } from '../../shared/graph/graph-errors.ts';
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
  insist,
} from './hand-over.ts';
import { addressOf } from './message/address.ts';
import type { Pace, PaceBucket } from './pace.port.ts';
import { isWindowClosed } from './preconditions.ts';
import { backOffMs, pending, throttledMs } from './queue-send.ts';
import { type QueuedSendMessage, queuedSendSchema } from './queued-send.schema.ts';

/** What delivering needs from outside. */
export interface DeliverPorts extends HandOverPorts {
  routes: RouteTable;
  credentials: Credentials;
  conversations: Conversations;
  pace: Pace;
  /** The raw bucket. */
  store: ObjectStore;
}

/** A message of a send queue, as it was received. */
export interface ReceivedSend {
  id: string;
  /** Its message group: what shares it is delivered in order. */
  laneKey: string;
  body: string;
  /** How often it was received, this time included. */
  receives: number;
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

/**
 * How long a send waits for its connection, in ms: a tenth of its age. A message can be received 1,000
 * times and waits for up to 7 days, and the reply of a minute ago must not wait for long.
 */
function reconnectWaitMs({ createdAt }: SendRecord, now: Date): number {
  const tenthMs = (now.getTime() - Date.parse(createdAt)) / 10;
  return Math.min(Math.max(tenthMs, 30_000), 30 * 60_000);
}

/** A queued send's record is written after it is queued: so often, and so long, in ms, it is looked for. */
const recordReceives = 15;
const recordWaitMs = 2000;
const firstLookMs = 200;

/** Meta's own errors are borne so often, 10 s, 30 s, ... apart. */
const maxErrors = 5;
const firstErrorWaitMs = 10_000;

/** Errors that Meta names a time for, in ms. Source: Meta, "Error codes". */
const errorWaitsMs: Readonly<Record<number, number>> = {
  131057: 60_000,
  133015: 5 * 60_000,
  134101: 10 * 60_000,
};

/** What a throttle may concern that other sends of the number share. */
const sharedScopes: readonly string[] = ['phone', 'waba', 'app', 'token'];

/** What stands in one place of the queue after a passing failure of ours, in ms. */
const failureWaitMs = 5000;

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
  const dead: DeadConnections = new Set();
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
        if ('outcome' in work) {
          counts[work.outcome]++;
          continue;
        }
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
  async function one(work: Open): Promise<number | undefined> {
    if ('waitMs' in work) {
      return work.waitMs;
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
    const { record } = work.send.stored;
    if (dead.has(record.wabaId)) {
      return reconnectWaitMs(record, ports.now());
    }
    const outcome = await attempt(work.send, dead, ports).catch((error: unknown) => {
      ports.report(error);
      return failureWaitMs;
    });
    if (typeof outcome === 'number') {
      return outcome;
    }
    counts[outcome]++;
    return undefined;
  }
}

/** A send that can be handed over when its turn comes. */
interface Ready {
  stored: StoredSend;
  message: QueuedSendMessage['message'];
  credential: Credential;
  route: Route;
  /** Whether its time, or the customer service window, is over. */
  isLate(at: Date): boolean;
}

/** The WABAs whose token Meta has refused while this batch was worked. */
type DeadConnections = Set<string>;

/** What a received message turned out to be. */
type Looked =
  | Open
  | {
      received: ReceivedSend;
      outcome: Extract<DeliveryOutcome, 'refused' | 'expired' | 'failed' | 'malformed'>;
    };

/** A message that is to be sent, now or later. */
type Open = { received: ReceivedSend } & ({ send: Ready } | { waitMs: number });

/** Reads everything that decides whether a message is to be sent. */
async function look(received: ReceivedSend, ports: DeliverPorts): Promise<Looked> {
  try {
    return { received, ...(await lookAt(received, ports)) };
  } catch (error) {
    ports.report(error);
    return { received, waitMs: failureWaitMs };
  }
}

async function lookAt({ body, receives }: ReceivedSend, ports: DeliverPorts) {
  const json = parseJson(body);
  const work = queuedSendSchema.safeParse(json.ok ? json.value : undefined).data;
  if (!work) {
    await ports.store.put(`quarantine/send/${hash(body)}.json`, Buffer.from(body));
    return { outcome: 'malformed' } as const;
  }
  const { organizationId, phoneNumberId, sendId, message } = work;
  const sender = { organizationId, phoneNumberId };
  const find = () => ports.ledger.find(organizationId, sendId);
  const route = await ports.routes.byPhoneNumber(phoneNumberId, { fresh: false });
  const { wabaId = '' } = route ?? {};
  // One round trip: all of it is read by one batch.
  const [early, conversation, credential] = await Promise.all([
    find(),
    ports.conversations.find(sender, addressOf(message)),
    ports.credentials.find(organizationId, wabaId),
  ]);
  // Mostly the record is only a moment late.
  const stored = early ?? (await ports.wait(firstLookMs).then(find));
  const { state, requestHash } = stored?.record ?? {};
  if (!stored && receives < recordReceives) {
    return { waitMs: recordWaitMs };
  }
  if (state === 'DISPATCHED') {
    // Whoever throttled it is about to write so, or has died: then `settle` will.
    return { waitMs: recordWaitMs };
  }
  if (state !== 'PENDING' || !stored || requestHash !== work.requestHash) {
    return { outcome: 'refused' } as const;
  }
  const now = ports.now();
  const isLate = (at: Date) =>
    Date.parse(stored.record.sendBy) <= at.getTime() || isWindowClosed(message, conversation, at);
  if (isLate(now)) {
    return end(stored, 'EXPIRED', ports);
  }
  const putOffMs = Date.parse(stored.record.notBefore ?? stored.record.createdAt) - now.getTime();
  if (putOffMs > 0) {
    return { waitMs: putOffMs };
  }
  if (route?.organizationId !== organizationId || wabaId === '') {
    return end(stored, 'FAILED', ports, ours('number-disconnected'));
  }
  if (credential?.state !== 'VALID') {
    return { waitMs: reconnectWaitMs(stored.record, now) };
  }
  return { send: { stored, message, credential, route, isLate } };
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
  { stored, message, credential, isLate }: Ready,
  dead: DeadConnections,
  ports: DeliverPorts,
): Promise<DeliveryOutcome | number> {
  if (isLate(ports.now())) {
    return (await end(stored, 'EXPIRED', ports)).outcome;
  }
  const token = await ports.credentials.open(credential);
  const { record } = stored;
  const handedOver = await ports.ledger.replace(stored, {
    ...record,
    ...dispatched(ports.now()),
    attempts: record.attempts + 1,
  });
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
      return waitAgain(handedOver.record, handedOver, backOffMs(handedOver.record.attempts), ports);
    case 'not-now':
      if (isTokenDead(conclusion.error)) {
        dead.add(record.wabaId);
      }
      return later(conclusion, handedOver, credential, ports);
  }
}

/** Decides how a send goes on that Meta has not carried out. */
async function later(
  { error }: Extract<Conclusion, { kind: 'not-now' }>,
  stored: StoredSend,
  credential: Credential,
  ports: DeliverPorts,
): Promise<DeliveryOutcome | number> {
  const { record } = stored;
  const now = ports.now();
  if (error.class === 'reconnect') {
    if (isTokenDead(error)) {
      const at = now.toISOString();
      await ports.credentials.invalidate(credential, error.reason, at).catch(ports.report);
    }
    return waitAgain(record, stored, reconnectWaitMs(record, now), ports);
  }
  if (error.class === 'retry') {
    const { errors: before = 0 } = record;
    const errors = before + 1;
    const waitMs = errorWaitsMs[error.code] ?? firstErrorWaitMs * 3 ** before;
    return errors < maxErrors
      ? waitAgain({ ...record, errors }, stored, waitMs, ports)
      : (await fail(stored, error, ports)).kind;
  }
  const waitMs = throttledMs(error, record.attempts);
  if (sharedScopes.includes(error.scope)) {
    await pauseNumber(record, now.getTime() + waitMs, ports);
  }
  return waitAgain(record, stored, waitMs, ports);
}

/** Lets a send wait in the queue where it stands, with all that follow it. */
async function waitAgain(
  record: SendRecord,
  stored: StoredSend,
  waitMs: number,
  ports: DeliverPorts,
): Promise<DeliveryOutcome | number> {
  const next = { ...record, ...pending(ports.now(), record.sendBy) };
  const waiting = await insist(() => ports.ledger.replace(stored, next), ports);
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
