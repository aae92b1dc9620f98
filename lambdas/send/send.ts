import type { Credential, Credentials } from '../../shared/credentials/credential.port.ts';
import type { GraphError } from '../../shared/graph/graph.port.ts';
import { isTokenDead } from '../../shared/graph/graph-errors.ts';
import { hash } from '../../shared/hash.ts';
import { Problem } from '../../shared/http/problem.ts';
import { canonicalJson } from '../../shared/json.ts';
import type { RouteTable } from '../../shared/routing/route.port.ts';
import { type SendStatus, sendStatusOf, sendUpdated } from '../../shared/sends/send-event.ts';
import { sendIdOf } from '../../shared/sends/send-id.ts';
import type { StoredSend } from '../../shared/sends/send-ledger.port.ts';
import type { SendRecord } from '../../shared/sends/send-record.schema.ts';
import type { RetentionDays } from '../../shared/settings/retention.ts';
import type { Conversation, Conversations } from './conversations.port.ts';
import { type Conclusion, dispatched, type HandOverPorts, handOver, insist } from './hand-over.ts';
import type { OutgoingMedia } from './media/outgoing-media.port.ts';
import type { MediaOwners } from './media-owner.port.ts';
import { addressOf, laneKeyOf } from './message/address.ts';
import {
  assertMarketingWanted,
  assertOwnMedia,
  assertReactionTarget,
  assertWindow,
} from './preconditions.ts';
import { pending, queueSend, throttledMs } from './queue-send.ts';
import {
  assertConnected,
  notNow,
  openToken,
  ownNumber,
  sendFailed,
  unavailable,
} from './refusals.ts';
import type { SendQueue } from './send-queue.port.ts';
import type { SendRequest } from './send-request.schema.ts';
import type { RenderedTemplate } from './template/render-template.ts';
import type { TemplateChecker } from './template/template-checker.ts';

/** What sending needs from outside. */
export interface SendPorts extends HandOverPorts {
  queue: SendQueue;
  routes: RouteTable;
  credentials: Credentials;
  conversations: Conversations;
  mediaOwners: MediaOwners;
  outgoingMedia: OutgoingMedia;
  templates: TemplateChecker;
  retentionDays: RetentionDays;
}

/** What a caller is told of a send that has not failed. */
export interface SendAnswer {
  /** 200 where Meta has it or nothing more will come, 202 where something will. */
  status: 200 | 202;
  body: {
    sendId?: string;
    messageId?: string;
    /** What Meta made of the recipient's phone number. */
    waId?: string;
    status: SendStatus | 'valid';
    rendered?: RenderedTemplate;
  };
  /** It was answered from the record of an earlier request with the same key. */
  replayed: boolean;
}

const hourMs = 60 * 60 * 1000;

/** How long a send may wait where the caller does not say, in ms. */
const defaultWaitMs = 24 * hourMs;

/** How long a send may wait at most, in ms: a queue keeps it for 14 days, its record is kept for 30. */
const maxWaitMs = 7 * 24 * hourMs;

/**
 * Sends a message, at most once for an idempotency key, or says why not.
 * Everything that Meta would refuse is refused before anything is stored. Then the record is written as
 * DISPATCHED, Meta is called, and the record says what came of it; a send for a lane that others wait in
 * is queued and written as PENDING.
 * @throws Problem, and nothing else
 */
export async function send(
  request: SendRequest,
  idempotencyKey: string | undefined,
  ports: SendPorts,
): Promise<SendAnswer> {
  try {
    return await sendOnce(request, idempotencyKey, ports);
  } catch (error) {
    if (error instanceof Problem) {
      throw error;
    }
    ports.report(error);
    throw new Problem('unavailable', {
      detail:
        'Something that this request needs does not work at the moment. Repeat it with the same Idempotency-Key to learn how it ended.',
      retryAfterSeconds: 5,
    });
  }
}

async function sendOnce(
  request: SendRequest,
  idempotencyKey: string | undefined,
  ports: SendPorts,
): Promise<SendAnswer> {
  const { organizationId, phoneNumberId, message, validateOnly, ...options } = request;
  const now = ports.now();
  const sendId = sendIdFor(organizationId, idempotencyKey, validateOnly);
  const requestHash = hash(canonicalJson({ organizationId, phoneNumberId, message, ...options }));
  const address = addressOf(message);
  const laneKey = laneKeyOf(phoneNumberId, address);
  const sender = { organizationId, phoneNumberId };
  const number = await ownNumber(ports.routes, organizationId, phoneNumberId).catch(asProblem);
  // One round trip: all of it is read by one batch.
  const [stored, facts] = await Promise.all([
    sendId === undefined ? undefined : ports.ledger.find(organizationId, sendId),
    number instanceof Problem
      ? number
      : Promise.all([
          ports.credentials.find(organizationId, number.wabaId),
          ports.conversations.find(sender, address),
          ports.ledger.isHeld(laneKey),
          assertOwnMedia(message, sender, ports.mediaOwners),
          // It is remembered: who writes the message down does not wait for it then.
          ports.retentionDays(organizationId),
        ]).catch(asProblem),
  ]);
  // First of all: who repeats a request is told how it ended, whatever has become of the number since.
  if (stored) {
    return replay(stored, requestHash);
  }
  if (number instanceof Problem) {
    throw number;
  }
  if (facts instanceof Problem) {
    throw facts;
  }
  const { wabaId } = number;
  const [found, conversation, isHeld] = facts;
  const sendBy = sendByOf(request, now);
  const credential = assertConnected(found);
  const lane = options.delivery === 'queued' ? 'bulk' : 'agent';
  const waits = lane === 'agent' && isHeld;
  if (waits) {
    assertQueueingWanted(request);
  }
  const rendered = await check(request, { wabaId, now, conversation }, ports);
  const withRendered = rendered === undefined ? {} : { rendered };
  const sendable = {
    ...request,
    message: await ports.outgoingMedia.resolve(request, wabaId),
  };
  if (sendId === undefined) {
    return { status: 200, body: { status: 'valid', ...withRendered }, replayed: false };
  }

  const record = {
    ...{ sendId, organizationId, phoneNumberId, wabaId, requestHash, laneKey },
    ...(conversation ? { conversationId: conversation.conversationId } : {}),
    ...(options.clientReference === undefined ? {} : { clientReference: options.clientReference }),
    lane,
    createdAt: now.toISOString(),
    sendBy: sendBy.toISOString(),
  } as const;
  const work: Work = { request: sendable, credential, withRendered };
  if (waits || lane === 'bulk') {
    return createQueued({ ...record, holdsLane: waits }, work, ports);
  }
  const token = await openToken(ports.credentials, credential, ports.report);
  const created = await ports.ledger.create({
    ...record,
    ...dispatched(ports.now()),
    holdsLane: false,
    attempts: 1,
  });
  if (!created) {
    return replayOther(record, ports);
  }
  const conclusion = await handOver(created, sendable.message, token, ports);
  return answerTo(conclusion, created, work, ports);
}

/** @throws what is no problem of the caller's */
function asProblem(error: unknown): Problem {
  if (error instanceof Problem) {
    return error;
  }
  throw error;
}

/** What the steps of one send share. */
interface Work {
  request: SendRequest;
  credential: Credential;
  withRendered: { rendered?: RenderedTemplate };
}

/** A record before it has a state. */
type NewRecord = Omit<SendRecord, 'state' | 'stateAt' | 'settleAt' | 'attempts'>;

function sendIdFor(
  organizationId: string,
  idempotencyKey: string | undefined,
  validateOnly: boolean | undefined,
): string | undefined {
  if (validateOnly) {
    return undefined;
  }
  if (idempotencyKey === undefined || !/^[\x21-\x7e]{1,255}$/.test(idempotencyKey)) {
    throw new Problem('idempotency-key-required', {
      detail:
        'A send needs the header Idempotency-Key: 1 to 255 visible ASCII characters without spaces, the same at each repeat of the request and no other. A UUID will do.',
    });
  }
  return sendIdOf(organizationId, idempotencyKey);
}

function sendByOf({ expiresAt }: SendRequest, now: Date): Date {
  if (expiresAt === undefined) {
    return new Date(now.getTime() + defaultWaitMs);
  }
  const waitMs = Date.parse(expiresAt) - now.getTime();
  if (waitMs <= 0 || waitMs > maxWaitMs) {
    const detail = 'It must be in the future, at most 7 days ahead.';
    throw new Problem('invalid-request', {
      detail: 'The request is not valid.',
      problems: [{ path: 'expiresAt', detail }],
    });
  }
  return new Date(expiresAt);
}

/** Refuses what Meta would refuse. @returns what a template's customer will read */
async function check(
  { organizationId, phoneNumberId, message }: SendRequest,
  {
    wabaId,
    now,
    conversation,
  }: { wabaId: string; now: Date; conversation: Conversation | undefined },
  { templates, messages }: SendPorts,
): Promise<RenderedTemplate | undefined> {
  assertWindow(message, conversation, now);
  await assertReactionTarget(message, { organizationId, phoneNumberId }, messages, now);
  if (message.type !== 'template') {
    return undefined;
  }
  const sender = { organizationId, wabaId };
  const checked = await templates.check(sender, message.template, addressOf(message).kind);
  assertMarketingWanted(checked.category, conversation);
  return checked.rendered;
}

function assertQueueingWanted({ delivery }: SendRequest): void {
  if (delivery === 'now') {
    throw new Problem('throttled', {
      detail:
        'Earlier messages to this recipient are queued, and this one must not overtake them. Repeat the request after Retry-After, or leave out "delivery" to have it queued behind them.',
      retryAfterSeconds: 5,
    });
  }
}

async function createQueued(record: NewRecord, work: Work, ports: SendPorts): Promise<SendAnswer> {
  await enqueue(record, work, ports);
  const next = { ...record, ...pending(ports.now(), record.sendBy), attempts: 0 };
  const created = await ports.ledger.create(next, sendUpdated(next));
  return created ? queuedAnswer(record, work) : replayOther(record, ports);
}

/** @throws Problem `unavailable`: what the queue may have got all the same, nobody waits for */
async function enqueue(record: NewRecord, { request }: Work, ports: SendPorts): Promise<void> {
  try {
    await queueSend(record, request.message, ports.queue);
  } catch (error) {
    ports.report(error);
    throw unavailable('The message cannot be queued at the moment.');
  }
}

function queuedAnswer({ sendId }: NewRecord, { withRendered }: Work): SendAnswer {
  return { status: 202, body: { sendId, status: 'queued', ...withRendered }, replayed: false };
}

/** What the caller is told of a send that was handed over now. */
async function answerTo(
  conclusion: Conclusion,
  stored: StoredSend,
  work: Work,
  ports: SendPorts,
): Promise<SendAnswer> {
  const { record } = stored;
  const { sendId } = record;
  switch (conclusion.kind) {
    case 'accepted': {
      const { messageId, waId } = conclusion;
      const body = { sendId, messageId, ...(waId === undefined ? {} : { waId }) };
      return {
        status: 200,
        body: { ...body, status: 'accepted', ...work.withRendered },
        replayed: false,
      };
    }
    case 'unknown':
      return {
        status: 202,
        body: { sendId, status: 'unknown', ...work.withRendered },
        replayed: false,
      };
    case 'failed':
      throw sendFailed(conclusion.record);
    case 'unsent':
      return takeBack(stored, unavailable('Meta cannot be reached.'), ports);
    case 'not-now': {
      const { error } = conclusion;
      if (isTokenDead(error)) {
        const at = ports.now().toISOString();
        await ports.credentials.invalidate(work.credential, error.reason, at).catch(ports.report);
      }
      if (error.class !== 'throttle' || work.request.delivery === 'now') {
        return takeBack(stored, notNow(error), ports);
      }
      return queueThrottled(stored, error, work, ports);
    }
  }
}

/** Queues a send that Meta has throttled. */
async function queueThrottled(
  stored: StoredSend,
  error: GraphError,
  work: Work,
  ports: SendPorts,
): Promise<SendAnswer> {
  const { record } = stored;
  try {
    await enqueue(record, work, ports);
  } catch (problem) {
    return takeBack(stored, asProblem(problem), ports);
  }
  const now = ports.now();
  const next = {
    ...record,
    ...pending(now, record.sendBy),
    notBefore: new Date(now.getTime() + throttledMs(error, record.attempts)).toISOString(),
    holdsLane: true,
  };
  const waiting = await insist(() => ports.ledger.replace(stored, next, sendUpdated(next)), ports);
  return waiting ? queuedAnswer(record, work) : replayOther(record, ports);
}

/** Forgets a send that was not carried out, so that the same key may try again. */
async function takeBack(
  stored: StoredSend,
  problem: Problem,
  ports: SendPorts,
): Promise<SendAnswer> {
  const isRemoved = await ports.ledger.remove(stored).catch((error: unknown) => {
    // It stays DISPATCHED, and `settle` will say that nobody knows: the answer of now is better.
    ports.report(error);
    return true;
  });
  if (isRemoved) {
    throw problem;
  }
  return replayOther(stored.record, ports);
}

/** Answers from a record that somebody else has written or changed in the meantime. */
async function replayOther(
  {
    organizationId,
    sendId,
    requestHash,
  }: Pick<SendRecord, 'organizationId' | 'sendId' | 'requestHash'>,
  ports: SendPorts,
): Promise<SendAnswer> {
  const stored = await ports.ledger.find(organizationId, sendId);
  if (!stored) {
    throw unavailable('The request met another one with the same Idempotency-Key.');
  }
  return replay(stored, requestHash);
}

/** Answers a request whose key has been used. */
function replay({ record }: StoredSend, requestHash: string): SendAnswer {
  const { sendId, state, messageId } = record;
  if (record.requestHash !== requestHash) {
    throw new Problem('idempotency-key-reused', {
      detail:
        'This Idempotency-Key belongs to another request. Use a new key for each message, and the same one only to repeat it unchanged.',
      sendId,
    });
  }
  if (state === 'FAILED') {
    throw sendFailed(record);
  }
  if (state === 'DISPATCHED') {
    throw inFlight(sendId);
  }
  const isOpen = state === 'PENDING' || state === 'UNKNOWN';
  return {
    status: isOpen ? 202 : 200,
    body: {
      sendId,
      status: sendStatusOf(state),
      ...(messageId === undefined ? {} : { messageId }),
    },
    replayed: true,
  };
}

function inFlight(sendId: string): Problem {
  return new Problem('send-in-flight', {
    detail:
      'A request with this Idempotency-Key is being carried out. Repeat it after Retry-After to learn how it ended.',
    sendId,
    retryAfterSeconds: 2,
  });
}
