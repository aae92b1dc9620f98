import { conclude, type EndPorts, isOver, spokenOf, tellAll } from './conclude.ts';
import { jobName, readJobName } from './transcribe-names.ts';
import { startJob } from './transcribe-note.ts';
import type { SeenJob } from './transcriber.port.ts';
import type { Transcription } from './transcription.schema.ts';
import type { StoredTranscription } from './transcriptions.port.ts';

/** Read at once. */
const pageSize = 50;

/** A job that is running is looked at again after this time, in ms. */
const nextLookMs = 5 * 60_000;

/** What Transcribe is working on takes no longer, in ms. */
const maxWorkMs = 30 * 60_000;

/** What waits for its turn may wait longer, in ms: a burst of thousands is queued. */
const maxQueueMs = 6 * 60 * 60_000;

/** A job that is not there is started again so often. */
const maxRestarts = 2;

/**
 * Takes over what a job has found, or why it has failed, when Transcribe says that it has ended. An
 * event that is late, comes again, or belongs to an earlier attempt changes nothing.
 */
export async function jobEnded(job: string, status: string, ports: EndPorts): Promise<void> {
  const read = readJobName(job);
  const stored = read && (await ports.transcriptions.find(read.name));
  if (!stored || stored.record.attempt !== read.attempt) {
    return;
  }
  if (stored.record.state !== 'STARTED') {
    await tellRest(stored, ports);
    return;
  }
  // The event does not say why.
  const seen = status === 'COMPLETED' ? { status } : await ports.transcriber.look(job);
  if (isOver(seen)) {
    await conclude(stored, seen, ports);
  }
}

/**
 * Moves transcriptions on that nobody else has: whose event is lost, whose job was never started, that
 * take too long, or of which not everybody was told.
 * @param deadlineMs when to stop, epoch ms: what is left then is the next run's
 * @returns how many were moved
 */
export async function sweepTranscriptions(
  deadlineMs: number,
  ports: EndPorts & { report(error: unknown): void },
): Promise<number> {
  let moved = 0;
  for (;;) {
    const names = await ports.transcriptions.due(ports.now().toISOString(), pageSize);
    const moves = await Promise.all(
      names.map((name) =>
        moveOn(name, ports).catch((error: unknown) => {
          ports.report(error);
          return false;
        }),
      ),
    );
    moved += moves.filter(Boolean).length;
    // The index lags behind the items: a page of which nothing moved would come again at once.
    if (names.length < pageSize || !moves.includes(true) || ports.now().getTime() > deadlineMs) {
      return moved;
    }
  }
}

/** @returns whether the transcription is not due any more because of this */
async function moveOn(name: string, ports: EndPorts): Promise<boolean> {
  const stored = await ports.transcriptions.find(name);
  const nowMs = ports.now().getTime();
  const { dueAt } = stored?.record ?? {};
  if (!stored || dueAt === undefined || Date.parse(dueAt) > nowMs) {
    return false;
  }
  const { record } = stored;
  if (record.state !== 'STARTED') {
    await tellRest(stored, ports);
    return true;
  }
  const seen = await ports.transcriber.look(jobName(record));
  if (isOver(seen)) {
    return conclude(stored, seen, ports);
  }
  if (!seen) {
    return startAgain(stored, ports);
  }
  if (isOverdue(seen, record, nowMs)) {
    return conclude(stored, { status: 'FAILED', reason: 'timed-out' }, ports);
  }
  return waitOn(stored, record, ports);
}

/** Under the same name: should the job be there after all, there is still one. */
async function startAgain(stored: StoredTranscription, ports: EndPorts): Promise<boolean> {
  const { record } = stored;
  if (record.restarts >= maxRestarts) {
    return conclude(stored, { status: 'FAILED', reason: 'failed' }, ports);
  }
  if ((await startJob(record, ports)) === 'refused') {
    return conclude(stored, { status: 'FAILED', reason: 'unsupported-format' }, ports);
  }
  return waitOn(stored, { ...record, restarts: record.restarts + 1 }, ports);
}

async function waitOn(
  stored: StoredTranscription,
  next: Transcription,
  { transcriptions, now }: EndPorts,
): Promise<boolean> {
  const dueAt = new Date(now().getTime() + nextLookMs).toISOString();
  return (await transcriptions.replace(stored, { ...next, dueAt })) !== undefined;
}

function isOverdue({ status, startedAt }: SeenJob, record: Transcription, nowMs: number): boolean {
  return status === 'QUEUED'
    ? nowMs - Date.parse(record.startedAt) > maxQueueMs
    : nowMs - Date.parse(startedAt ?? record.startedAt) > maxWorkMs;
}

async function tellRest(stored: StoredTranscription, ports: EndPorts): Promise<void> {
  if (stored.record.dueAt !== undefined) {
    await tellAll(stored, await spokenOf(stored.record, ports), ports);
  }
}
