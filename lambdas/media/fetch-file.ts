import type { Credential, Credentials } from '../../shared/credentials/credential.port.ts';
import { messageKey } from '../../shared/events/message-item.ts';
import type { Graph, GraphError } from '../../shared/graph/graph.port.ts';
import { isTokenDead } from '../../shared/graph/graph-errors.ts';
import type { MediaJob, mediaFailureReasons } from '../../shared/media/media-record.schema.ts';
import { mediaFileKey } from '../../shared/media/object-keys.ts';
import type { RouteTable } from '../../shared/routing/route.port.ts';
import { retentionTag } from '../../shared/settings/retention.ts';
import type { SettingsTable } from '../../shared/settings/settings.port.ts';
import type { Download, MediaDownload, OpenFile } from './media-download.port.ts';
import type { MediaErrors, MediaStrike } from './media-errors.port.ts';
import type { StoredRecord } from './media-events.ts';
import { type MediaFileInfo, mediaFileSchema } from './media-file.schema.ts';
import type { MediaStore } from './media-store.port.ts';
import { peeked } from './peek.ts';
import { isWebPage, sniffedBytes, sniffedType } from './sniff.ts';
import { CorruptFileError, hexOfSha256, verified } from './verify-file.ts';

/** What fetching needs from outside. */
export interface FetchPorts {
  routes: RouteTable;
  credentials: Credentials;
  errors: MediaErrors;
  graph: Graph;
  download: MediaDownload;
  store: MediaStore;
  settings: Pick<SettingsTable, 'read'>;
  now(): Date;
  /** Takes what went wrong on the way: the file is tried again, or given up. */
  report(error: unknown): void;
}

/** One of several attempts at the same job. */
export interface Attempt {
  /** How often the job has been received, from 1. */
  receives: number;
  /** Since when it waits. */
  queuedAt: Date;
}

/** Why a file will not come. */
export type MediaFailureReason = (typeof mediaFailureReasons)[number];

/** The file, or why it will not come, or when to try again. */
export type Fetched =
  | { kind: 'file'; file: Pick<StoredRecord, 'key' | 'mimeType' | 'sizeBytes' | 'sha256'> }
  | { kind: 'failed'; reason: MediaFailureReason }
  | { kind: 'later'; waitMs: number };

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Source: Meta, "Media": files that customers send are at most so large, in bytes. */
const maxFileBytes = 100 * 1024 * 1024;

/** Meta forgets the id of a file that came by webhook after this time. Source: Meta, "Media". */
const idLifeMs = 7 * dayMs;

/** Passing failures are given up after this time in the queue. */
const passingMs = dayMs;

/**
 * Meta refuses all requests of a number for half an hour after 20 errors within an hour. Two clock hours
 * side by side stay below. Source: 360dialog, "Upload, retrieve or delete media".
 */
const maxErrorsAnHour = 9;

/** What may be a mistake of the moment is believed after so many times. */
const maxStrikes = 3;

const reasonOf = {
  missing: 'not-found',
  corrupt: 'corrupt',
  'address-refused': 'address-refused',
} as const satisfies Record<MediaStrike, MediaFailureReason>;

/**
 * Fetches a message's file from Meta and writes it to S3, verified while it streams: one attempt. Never
 * rejects.
 */
export async function fetchFile(
  job: MediaJob,
  attempt: Attempt,
  ports: FetchPorts,
): Promise<Fetched> {
  try {
    const credential = await credentialOf(job, ports);
    if (!credential) {
      return waitForConnection(attempt, ports);
    }
    const at = ports.now();
    const errors = await ports.errors.ofNumber(job.message.phoneNumberId, at);
    if (errors >= maxErrorsAnHour) {
      const untilNextHourMs = hourMs - (at.getTime() % hourMs);
      return waitOr('unavailable', idLifeMs, jittered(untilNextHourMs, minuteMs), attempt, ports);
    }
    return await ask(job, credential, attempt, ports);
  } catch (error) {
    ports.report(error);
    return passing(attempt, ports);
  }
}

/** The organisation's access to the number, as long as the number is its own. */
async function credentialOf(
  { message: { organizationId, phoneNumberId, wabaId } }: MediaJob,
  { routes, credentials }: FetchPorts,
): Promise<Credential | undefined> {
  const route = await routes.byPhoneNumber(phoneNumberId, { fresh: false });
  const waba = route?.wabaId ?? wabaId;
  if (route?.organizationId !== organizationId || waba === undefined) {
    return undefined;
  }
  const credential = await credentials.find(organizationId, waba);
  return credential?.state === 'VALID' ? credential : undefined;
}

/** Meta's URLs live for five minutes: each attempt asks for one anew. */
async function ask(
  job: MediaJob,
  credential: Credential,
  attempt: Attempt,
  ports: FetchPorts,
): Promise<Fetched> {
  const { mediaId, message } = job;
  if (!/^[\w-]+$/.test(mediaId)) {
    return { kind: 'failed', reason: 'not-found' };
  }
  const token = await ports.credentials.open(credential);
  const answer = await ports.graph.call({
    method: 'GET',
    path: mediaId,
    // Meta then checks that the file is this number's.
    query: { phone_number_id: message.phoneNumberId },
    token,
  });
  if (answer.kind === 'unsent') {
    return passing(attempt, ports);
  }
  if (answer.kind !== 'ok') {
    await countError(job, ports);
    return answer.kind === 'refused'
      ? refused(answer.error, job, credential, attempt, ports)
      : passing(attempt, ports);
  }
  const info = mediaFileSchema.safeParse(answer.body).data;
  if (!info) {
    return passing(attempt, ports);
  }
  if ((info.file_size ?? 0) > maxFileBytes) {
    return { kind: 'failed', reason: 'too-large' };
  }
  const download = await ports.download.open(info.url, token);
  if (download.kind !== 'open') {
    return notOpen(download, job, attempt, ports);
  }
  try {
    return await store(download, info, job, attempt, ports);
  } catch (error) {
    if (error instanceof CorruptFileError) {
      return await strike('corrupt', job, attempt, ports);
    }
    throw error;
  } finally {
    download.close();
  }
}

async function refused(
  error: GraphError,
  job: MediaJob,
  credential: Credential,
  attempt: Attempt,
  ports: FetchPorts,
): Promise<Fetched> {
  if (error.reason === 'object-not-found' || error.class === 'permanent') {
    return missing(job, attempt, ports);
  }
  if (error.class === 'reconnect') {
    if (isTokenDead(error)) {
      const at = ports.now().toISOString();
      await ports.credentials.invalidate(credential, error.reason, at);
    }
    return waitForConnection(attempt, ports);
  }
  return passing(attempt, ports, error.retryAfterMs);
}

async function notOpen(
  download: Exclude<Download, OpenFile>,
  job: MediaJob,
  attempt: Attempt,
  ports: FetchPorts,
): Promise<Fetched> {
  switch (download.kind) {
    case 'address-refused':
      return strike('address-refused', job, attempt, ports);
    case 'encoded':
      return strike('corrupt', job, attempt, ports);
    case 'failed':
      return passing(attempt, ports);
    case 'refused': {
      await countError(job, ports);
      const isMissing = [404, 410].includes(download.status);
      // A 401 here has no code of Meta's: whether the token is dead the next attempt's first call says.
      return isMissing
        ? missing(job, attempt, ports)
        : passing(attempt, ports, download.retryAfterMs);
    }
  }
}

/** @throws CorruptFileError where the bytes are not the file that Meta speaks of */
async function store(
  { bytes, sizeBytes: sent }: OpenFile,
  { file_size: declared, sha256: sha256OfMeta }: MediaFileInfo,
  job: MediaJob,
  attempt: Attempt,
  ports: FetchPorts,
): Promise<Fetched> {
  const sizeBytes = declared ?? sent;
  if (sizeBytes === undefined) {
    return passing(attempt, ports);
  }
  if (sizeBytes > maxFileBytes) {
    return { kind: 'failed', reason: 'too-large' };
  }
  if (sizeBytes === 0 || (sent !== undefined && sent !== sizeBytes)) {
    throw new CorruptFileError('The file has another length than was said');
  }
  const { head, all } = await peeked(bytes, sniffedBytes);
  if (job.kind !== 'document' && isWebPage(head)) {
    throw new CorruptFileError('A web page came in place of the file');
  }
  const expected = [job.sha256, sha256OfMeta].flatMap((text) => hexOfSha256(text) ?? []);
  const key = mediaObjectKey(job);
  const mimeType = sniffedType(head, job);
  const tag = retentionTag(await ports.settings.read(job.message.organizationId));
  let sha256 = '';
  await ports.store.put({
    ...{ key, mimeType, sizeBytes, sha256: expected[0], filename: job.filename, tag },
    bytes: verified(all, { sizeBytes, sha256: expected }, (actual) => {
      sha256 = actual;
    }),
  });
  return { kind: 'file', file: { key, mimeType, sizeBytes, sha256 } };
}

/** Where a job's file is put in the media bucket. */
export function mediaObjectKey({ message, revision }: MediaJob): string {
  const { organizationId, phoneNumberId, messageId } = message;
  return mediaFileKey(organizationId, messageKey(phoneNumberId, messageId), revision);
}

async function countError({ message }: MediaJob, { errors, now }: FetchPorts): Promise<void> {
  await errors.countOfNumber(message.phoneNumberId, now());
}

/** Meta does not know the file: either it is old, or Meta is mistaken. */
async function missing(job: MediaJob, attempt: Attempt, ports: FetchPorts): Promise<Fetched> {
  const ageMs = ports.now().getTime() - Date.parse(job.occurredAt);
  return ageMs > idLifeMs
    ? { kind: 'failed', reason: 'expired' }
    : strike('missing', job, attempt, ports);
}

async function strike(
  kind: MediaStrike,
  job: MediaJob,
  attempt: Attempt,
  ports: FetchPorts,
): Promise<Fetched> {
  const strikes = await ports.errors.strike(job, kind, ports.now());
  return strikes >= maxStrikes
    ? { kind: 'failed', reason: reasonOf[kind] }
    : { kind: 'later', waitMs: backOff(attempt, 2 * secondMs, 10 * minuteMs) };
}

function passing(attempt: Attempt, ports: FetchPorts, retryAfterMs?: number): Fetched {
  const waitMs = retryAfterMs ?? backOff(attempt, 2 * secondMs, 10 * minuteMs);
  return waitOr('unavailable', passingMs, Math.min(waitMs, hourMs), attempt, ports);
}

function waitForConnection(attempt: Attempt, ports: FetchPorts): Fetched {
  const waitMs = backOff(attempt, minuteMs, hourMs);
  return waitOr('connection-invalid', idLifeMs, waitMs, attempt, ports);
}

/** From when it was queued, not from when it was sent: history and repeated requests are about old messages. */
function waitOr(
  reason: MediaFailureReason,
  patienceMs: number,
  waitMs: number,
  { queuedAt }: Attempt,
  { now }: FetchPorts,
): Fetched {
  const waitedMs = now().getTime() - queuedAt.getTime();
  return waitedMs >= patienceMs ? { kind: 'failed', reason } : { kind: 'later', waitMs };
}

/** Doubles with every receipt, up to `longestMs`, and half of it again by chance. */
function backOff({ receives }: Attempt, firstMs: number, longestMs: number): number {
  const baseMs = Math.min(firstMs * 2 ** Math.min(receives - 1, 20), longestMs / 1.5);
  return jittered(baseMs, baseMs / 2);
}

function jittered(ms: number, mostMs: number): number {
  return Math.round(ms + Math.random() * mostMs);
}
