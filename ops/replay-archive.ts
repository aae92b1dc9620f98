import pLimit from 'p-limit';
import { archivedMessages, archivedSince, archivePrefix } from '../lambdas/ingest/archive.ts';
import type { ArchivedMessage } from '../lambdas/ingest/archived-message.schema.ts';
import { phoneNumberIdOf, wabaIdOf } from '../lambdas/ingest/change.ts';
import { unpack } from '../lambdas/ingest/unpack.ts';
import type { WebhookMessage } from '../lambdas/ingest/webhook-message.schema.ts';
import type { QueuedMessage, WebhookQueue } from '../lambdas/ingest/webhook-queue.port.ts';
import { hash } from '../shared/hash.ts';
import type { Route, RouteTable } from '../shared/routing/route.port.ts';
import { PermanentError } from '../shared/runtime/errors.ts';
import type { SetAsideObjects } from './set-aside-objects.port.ts';

/** Which messages are meant: those that fit everything that is given. */
export interface ReplayChoice {
  /** When `normalise` was done with them: from this moment on, and before that one. */
  from: Date;
  to: Date;
  /** Whose they are now. */
  organizationId?: string | undefined;
  phoneNumberId?: string | undefined;
  /** A wamid that stands anywhere in them: as a message, in a status, in a reply. */
  messageId?: string | undefined;
}

/** What a replay needs from outside. */
export interface ReplayPorts {
  /** The raw bucket. */
  objects: Pick<SetAsideObjects, 'list' | 'get'>;
  routes: RouteTable;
  queue: WebhookQueue;
  now(): Date;
  /** Waits, in ms. */
  pause(ms: number): Promise<unknown>;
}

/** How it is to be done, and who is told. */
export interface ReplayOptions {
  /** Queues the messages; else everything but that is done. */
  execute: boolean;
  /** Messages that are queued in a second, on average. */
  rate: number;
  /** Ends it after the messages that it is at. */
  signal: AbortSignal;
  onProgress(objects: number): void;
}

/** How far a replay has come. */
export interface Replayed {
  /** Messages that were queued; else: would be. */
  queued: number;
  /** How many that fit are not queued, by reason. */
  kept: Map<string, number>;
  /** Where to go on, where it has not come to its end. */
  resumeFrom?: Date;
  /** Why, unless it was told to end. */
  failure?: unknown;
}

/**
 * Days for which every update that was stored is known again: its item is kept for 30 at least, and is
 * older than what is queued today by up to a day.
 */
export const knownDays = 29;

/** The earliest time from which messages may be replayed. */
export function earliestReplay(now: Date): Date {
  return new Date(now.getTime() - knownDays * 24 * hourMs);
}

const hourMs = 60 * 60 * 1000;

const minuteMs = 60 * 1000;

/** How long Firehose gathers what becomes one object, in ms: `buffer` of infra/archive-stream.ts. */
export const archiveBufferMs = 5 * minuteMs;

/** A message's time is taken before Firehose has it, by less than `normalise` may run, in ms. */
const arrivalMs = minuteMs;

/** What one object holds was archived within this, in ms: for five minutes there is no promise of Firehose's. */
const objectSpanMs = hourMs;

/** Hours that are listed at once. */
const hoursAtOnce = 20;

/** Firehose begins the next one at 5 MiB. */
const objectsAtOnce = 5;

const messagesAtOnce = 200;

const keptBecause = {
  unowned: 'of numbers and accounts that nobody has connected now',
  old: `that came more than ${knownDays} days ago, and might be told twice`,
  expired: 'whose content, kept by itself for 30 days, has expired',
  unreadable: 'that are no messages of webhook-events: see "npm run quarantine"',
} as const;

/** The keys of the archive's objects that may hold messages of that time, in the order of their oldest ones. */
export async function archivedObjects(
  { from, to }: Pick<ReplayChoice, 'from' | 'to'>,
  { objects }: Pick<ReplayPorts, 'objects'>,
): Promise<string[]> {
  const hours: Date[] = [];
  const first = from.getTime() - objectSpanMs;
  const end = to.getTime() + arrivalMs;
  for (let hour = first - (first % hourMs); hour < end; hour += hourMs) {
    hours.push(new Date(hour));
  }
  const listed = await pLimit(hoursAtOnce).map(hours, async (hour) => {
    const keys: string[] = [];
    for await (const { key } of objects.list(archivePrefix(hour))) {
      const sinceMs = archivedSince(key)?.getTime() ?? Number.NaN;
      if (sinceMs >= first && sinceMs < end) keys.push(key);
    }
    return keys;
  });
  return listed.flat();
}

/**
 * Queues archived messages to `webhook-events` once more. What was stored is not stored again, so that doing
 * it twice, or only in part, harms nothing.
 */
export async function replay(
  keys: readonly string[],
  choice: ReplayChoice,
  ports: ReplayPorts,
  { execute, rate, signal, onProgress }: ReplayOptions,
): Promise<Replayed> {
  const { objects, queue, now, pause } = ports;
  const judge = judgement(choice, ports);
  const result: Replayed = { queued: 0, kept: new Map() };
  for (let start = 0; start < keys.length; start += objectsAtOnce) {
    const some = keys.slice(start, start + objectsAtOnce);
    const resumeFrom = resumption(some[0] ?? '', choice);
    try {
      const read = await Promise.all(some.map((key) => objects.get(key)));
      const meant = read.flatMap(archivedMessages).filter(isOfTime(choice));
      for (let first = 0; first < meant.length; first += messagesAtOnce) {
        if (signal.aborted) return { ...result, resumeFrom };
        const startedAt = now().getTime();
        const bodies = meant.slice(first, first + messagesAtOnce).map(({ body }) => body);
        const verdicts = await Promise.all(bodies.map(judge));
        const messages = verdicts.filter((verdict) => typeof verdict === 'object');
        if (execute) await queue.send(messages);
        result.queued += messages.length;
        for (const reason of verdicts.filter((verdict) => typeof verdict === 'string')) {
          result.kept.set(reason, (result.kept.get(reason) ?? 0) + 1);
        }
        const tooEarlyMs = (messages.length / rate) * 1000 - (now().getTime() - startedAt);
        if (execute && tooEarlyMs > 0) await pause(tooEarlyMs);
      }
      onProgress(start + some.length);
    } catch (failure) {
      return { ...result, resumeFrom, failure };
    }
  }
  return result;
}

/** From when on everything is in the object of this key, and in those that follow it. */
function resumption(key: string, { from }: ReplayChoice): Date {
  const sinceMs = archivedSince(key)?.getTime() ?? 0;
  return new Date(Math.max(from.getTime(), sinceMs - arrivalMs));
}

function isOfTime({ from, to }: ReplayChoice): (message: ArchivedMessage) => boolean {
  const [first, end] = [from.toISOString(), to.toISOString()];
  return ({ archivedAt }) => archivedAt >= first && archivedAt < end;
}

/**
 * What of that time may not be in the archive yet: its beginning, and when it will be there; undefined where
 * all is there.
 */
export function stillGathered({ from, to }: Pick<ReplayChoice, 'from' | 'to'>, now: Date) {
  const lateMs = archiveBufferMs + arrivalMs;
  const since = new Date(Math.max(from.getTime(), now.getTime() - lateMs));
  const end = new Date(Math.min(to.getTime(), now.getTime()));
  return since < end ? { since, readyAt: new Date(end.getTime() + lateMs) } : undefined;
}

/** Makes of an archived message one for the queue; or says why not; nothing of one that is not meant. */
function judgement(
  { organizationId, phoneNumberId, messageId }: ReplayChoice,
  { objects, routes, now }: ReplayPorts,
): (body: string) => Promise<QueuedMessage | string | undefined> {
  const earliest = earliestReplay(now()).toISOString();
  const known = new Map<string, Promise<Route[]>>();

  function routesOf(owner: Owner): Promise<Route[]> {
    const key = JSON.stringify(owner);
    const found = known.get(key) ?? findRoutes(owner, routes);
    known.set(key, found);
    return found;
  }

  return async (body) => {
    let message: WebhookMessage;
    try {
      message = await unpack(body, objects);
    } catch (error) {
      if (error instanceof PermanentError) return keptBecause.unreadable;
      if (error instanceof Error && error.name === 'NoSuchKey') return keptBecause.expired;
      throw error;
    }
    const owner = ownerOf(message);
    if (phoneNumberId !== undefined && owner.phoneNumberId !== phoneNumberId) return undefined;
    if (messageId !== undefined && !names(message, messageId)) return undefined;
    const found = await routesOf(owner);
    if (organizationId !== undefined) {
      if (!found.some((route) => route.organizationId === organizationId)) return undefined;
    }
    if (found.length === 0) return keptBecause.unowned;
    if (message.receivedAt < earliest) return keptBecause.old;
    // A group of its own: what is replayed does not delay what this number receives now.
    const groupId = hash('replay', owner.phoneNumberId ?? owner.wabaId);
    return { groupId, body, archived: true };
  };
}

/** Of a message's changes, which have all the same. */
interface Owner {
  phoneNumberId: string | undefined;
  wabaId: string;
}

function ownerOf({ changes: [change] }: WebhookMessage): Owner {
  return change
    ? { phoneNumberId: phoneNumberIdOf(change), wabaId: wabaIdOf(change) }
    : { phoneNumberId: undefined, wabaId: '' };
}

async function findRoutes({ phoneNumberId, wabaId }: Owner, routes: RouteTable): Promise<Route[]> {
  if (phoneNumberId === undefined) {
    return routes.byWaba(wabaId, { fresh: true });
  }
  const route = await routes.byPhoneNumber(phoneNumberId, { fresh: true });
  return route ? [route] : [];
}

function names({ changes }: WebhookMessage, messageId: string): boolean {
  return JSON.stringify(changes).includes(JSON.stringify(messageId));
}
