import { dayOf, looseShards } from '../../shared/events/conversation-place.ts';
import { sendKeyPrefix, sendOfKey } from '../../shared/sends/send-item.ts';
import type { ErasableObjects, ErasureData } from './erasure-data.port.ts';
import {
  type ErasureJob,
  type ErasureMessage,
  type Trace,
  traceSchema,
} from './erasure-job.schema.ts';
import { tracesOf } from './erasure-traces.ts';
import type { ItemImage } from './events-of-change.ts';
import type { Jobs } from './jobs.port.ts';
import type { People } from './people.port.ts';
import type { ItemPage, ItemPlace, StoredEvents } from './stored-events.port.ts';

/** What erasing needs from outside. */
export interface ErasePorts {
  jobs: Pick<Jobs<ErasureJob>, 'find' | 'replace'>;
  data: ErasureData;
  people: People;
  events: Pick<StoredEvents, 'ofConversation' | 'ofLooseDay'>;
  media: ErasableObjects;
  raw: Pick<ErasableObjects, 'remove'>;
  /** After this time, in ms, nothing that was under way is: the longest function, and a read that is late. */
  settleMs: number;
  /** How long the table keeps messages, in days. */
  retentionDays: number;
  now(): Date;
  /** Whether there is time for another page. */
  hasTime(): boolean;
}

type Progress = NonNullable<ErasureJob['progress']>;

/** One run over everything that is to be erased, as far as time allows. */
interface Pass {
  job: ErasureJob;
  progress: Progress;
  counts: ErasureJob['counts'];
}

const pageItems = 50;

/** People that are looked up at once. */
const pageNames = 1000;

const dayMs = 24 * 60 * 60 * 1000;

/** How long Transcribe is given before it is asked for again, in ms. */
const openMs = 5 * 60 * 1000;

/**
 * Works an erasure: passes over everything until one finds nothing, with time in between for what was
 * under way to end. Then tells the inbox. What is done again changes nothing.
 * @returns in how many ms it has to come again; undefined: it is done. Rejects where something fails:
 * then it has to come again too
 */
export async function workErasure(
  { organizationId, erasureId }: ErasureMessage,
  ports: ErasePorts,
): Promise<number | undefined> {
  const stored = await ports.jobs.find(organizationId, erasureId);
  if (!stored || stored.job.status === 'done') {
    return undefined;
  }
  const { job } = stored;
  const waitMs = Date.parse(job.lookAgainAt ?? job.erasedAt) - ports.now().getTime();
  if (waitMs > 0) {
    return waitMs;
  }
  const pass: Pass = {
    job,
    progress: { day: dayOf(ports.now()), found: 0, open: false, ...job.progress },
    counts: { ...job.counts },
  };
  const ended = await run(pass, ports);
  const at = ports.now();
  const next: ErasureJob = {
    ...job,
    ...{ status: 'running', progress: pass.progress, counts: pass.counts },
    updatedAt: at.toISOString(),
  };
  if (!ended) {
    return (await ports.jobs.replace(stored, next)) ? 0 : openMs;
  }
  const { found, open } = pass.progress;
  if (job.lookAgainAt === undefined || found > 0 || open) {
    const againMs = open && found === 0 ? openMs : ports.settleMs;
    const lookAgainAt = new Date(at.getTime() + againMs).toISOString();
    await ports.jobs.replace(stored, { ...next, progress: undefined, lookAgainAt });
    return againMs;
  }
  if (!(await close(job, ports))) {
    return 0;
  }
  const doneAt = ports.now().toISOString();
  const { target, progress, lookAgainAt, ...rest } = next;
  await ports.jobs.replace(stored, { ...rest, status: 'done', updatedAt: doneAt, doneAt });
  return undefined;
}

/** @returns whether the pass has come to its end */
async function run(pass: Pass, ports: ErasePorts): Promise<boolean> {
  const { job, progress } = pass;
  if (progress.trace === undefined) {
    await beginWith(pass, ports);
    progress.trace = '';
  }
  if (job.target?.kind === 'organization' && !(await eraseLooseEvents(pass, ports))) {
    return false;
  }
  return eachTrace(pass, ports);
}

/** Finds the conversations, and closes the ways that lead to them. */
async function beginWith({ job }: Pass, { data, people }: ErasePorts): Promise<void> {
  const { target, organizationId, erasureId, erasedAt } = job;
  const note = (conversationIds: readonly string[]) =>
    data.noteTraces(
      erasureId,
      conversationIds.map((id) => ({ kind: 'conversation', id })),
    );
  if (target?.kind === 'contact') {
    await note(target.conversationIds);
    await Promise.all(
      target.aliasKeys.map((key) => data.eraseAlias(key, target.conversationIds, erasedAt)),
    );
  }
  if (target?.kind === 'organization') {
    let after: string | undefined;
    do {
      const { names, next } = await people.conversationsOf(organizationId, {
        ...{ after, limit: pageNames },
      });
      await note([...new Set(names)]);
      after = next;
    } while (after !== undefined);
  }
}

/** Erases an organisation's events of no conversation, day by day. */
async function eraseLooseEvents(pass: Pass, ports: ErasePorts): Promise<boolean> {
  const { job, progress } = pass;
  const lastDay = dayOf(new Date(Date.parse(job.erasedAt) - (ports.retentionDays + 1) * dayMs));
  while (progress.day !== '') {
    const { day } = progress;
    for (let shard = 0; shard < looseShards; shard++) {
      const isOver = await eachPage(pass, ports, (after) =>
        ports.events.ofLooseDay(
          { organizationId: job.organizationId, day, shard },
          { after, limit: pageItems },
        ),
      );
      if (!isOver) {
        return false;
      }
    }
    progress.day = day <= lastDay ? '' : dayOf(new Date(Date.parse(day) - dayMs));
  }
  return true;
}

/** Erases what each trace leads to; those that are found on the way stand behind it. */
async function eachTrace(pass: Pass, ports: ErasePorts): Promise<boolean> {
  const { job, progress } = pass;
  for (;;) {
    const { names } = await ports.data.traces(job.erasureId, progress.trace || undefined);
    if (names.length === 0) {
      return true;
    }
    for (const name of names) {
      if (!ports.hasTime() || !(await follow(traceSchema.parse(name), pass, ports))) {
        return false;
      }
      progress.trace = name;
    }
  }
}

/** @returns whether there was time for all of it */
async function follow({ kind, id }: Trace, pass: Pass, ports: ErasePorts): Promise<boolean> {
  const { data, people, media, raw, events, now } = ports;
  switch (kind) {
    case 'conversation': {
      const { organizationId, erasedAt } = pass.job;
      const aliases = await people.aliasesOf(organizationId, id);
      await Promise.all(aliases.map((key) => data.eraseAlias(key, [id], erasedAt)));
      const isOver = await eachPage(pass, ports, (after) =>
        events.ofConversation(id, { after, limit: pageItems, newestFirst: false }),
      );
      await data.eraseConversation(id);
      pass.counts.conversations += Number(isOver && pass.job.lookAgainAt === undefined);
      return isOver;
    }
    case 'media':
      await media.remove([id]);
      return true;
    case 'raw':
      await raw.remove([id]);
      return true;
    case 'voice': {
      const outcome = await data.eraseVoice(id, media.remove, now());
      pass.progress.open ||= outcome === 'open';
      return true;
    }
    case 'words':
      if (!(await data.isShared(id))) {
        await media.remove([id]);
      }
      return true;
  }
}

/** Erases items, page by page. @returns whether there was time for all of them */
async function eachPage(
  pass: Pass,
  ports: ErasePorts,
  read: (after: ItemPlace | undefined) => Promise<ItemPage>,
): Promise<boolean> {
  let after: ItemPlace | undefined;
  do {
    if (!ports.hasTime()) {
      return false;
    }
    const { items, next } = await read(after);
    await Promise.all(items.map(({ image }) => eraseImage(image, pass, ports)));
    after = next;
  } while (after);
  return true;
}

/** Erases an item. Where else something of it lies is written down first: it is all that tells. */
async function eraseImage(image: ItemImage, pass: Pass, { data, now }: ErasePorts): Promise<void> {
  const { job, progress, counts } = pass;
  const { organizationId, erasureId } = job;
  const { pk = '' } = image;
  // An index is a moment late.
  if (image['organizationId'] !== organizationId) {
    return;
  }
  const at = now().toISOString();
  const send = { evenOpen: job.lookAgainAt !== undefined, at };
  const eraseSend = async (sendId: string) => {
    const isNew = await data.eraseSend(organizationId, sendId, send);
    counts.sends += Number(isNew);
    progress.found += Number(isNew);
  };
  if (pk.startsWith(sendKeyPrefix)) {
    await eraseSend(sendOfKey(pk).sendId);
    return;
  }
  const { traces, files, mediaIds, sendIds } = tracesOf(organizationId, image);
  await data.noteTraces(erasureId, traces);
  await Promise.all([
    ...[...new Set(sendIds)].map(eraseSend),
    ...mediaIds.map((mediaId) => data.eraseMediaOwner(mediaId)),
    ...(traces.length === 0 ? [] : [data.eraseStrikes(pk)]),
  ]);
  await data.eraseItem(pk, job.erasedAt);
  counts.messages += 1;
  counts.files += files;
  progress.found += 1;
}

/** Tells the inbox, and forgets the traces. @returns whether there was time for all of it */
async function close(job: ErasureJob, { data, media, now, hasTime }: ErasePorts): Promise<boolean> {
  const { organizationId, erasureId, target } = job;
  if (target?.kind === 'organization') {
    for (const folder of ['media', 'transcripts', 'uploads']) {
      await media.removeAll(`${folder}/${organizationId}/`);
    }
  }
  let after: string | undefined;
  do {
    const { names, next } = await data.traces(erasureId, after);
    for (const name of names) {
      if (!hasTime()) {
        return false;
      }
      const { kind, id } = traceSchema.parse(name);
      if (kind === 'conversation') {
        await data.tellErased(organizationId, id, now().toISOString());
      }
      await data.removeTrace(erasureId, name);
    }
    after = next;
  } while (after !== undefined);
  if (target?.kind === 'organization') {
    await data.eraseOrganization(organizationId, target.wabaIds);
  }
  return true;
}
