import * as z from 'zod';
import {
  eventAttribute,
  importedAttribute,
  isStatusAttribute,
  sentAttribute,
} from '../../shared/events/message-item.ts';
import {
  isTranscribeRequestAttribute,
  isTranscriptAttribute,
  mediaAttribute,
} from '../../shared/media/media-attributes.ts';
import { mediaFileKey } from '../../shared/media/object-keys.ts';
import type { Trace } from './erasure-job.schema.ts';
import type { ItemImage } from './events-of-change.ts';

/** Where else something of an item lies. */
export interface ItemTraces {
  traces: Trace[];
  /** Files that are in store, and transcripts. */
  files: number;
  /** Meta's ids of files that came with it. */
  mediaIds: string[];
  sendIds: string[];
}

const eventSchema = z.looseObject({
  media: z.looseObject({ kind: z.string().optional() }).optional(),
  message: z.looseObject({ type: z.string().optional() }).optional(),
  raw: z.looseObject({ key: z.string() }).optional(),
});
const fileSchema = z.looseObject({ id: z.string() });
const recordSchema = z.looseObject({
  state: z.string(),
  revision: z.number().optional(),
  wordsKey: z.string().optional(),
});
const sendSchema = z.looseObject({ sendId: z.string() });

/**
 * Reads where else something of an item lies. Never throws: what cannot be read is erased all the same.
 * @param item a message's, or another event's
 */
export function tracesOf(organizationId: string, item: ItemImage): ItemTraces {
  const { pk = '' } = item;
  const names = Object.keys(item);
  const events = [eventAttribute, importedAttribute].flatMap((name) =>
    read(eventSchema, item[name]),
  );
  const [record] = read(recordSchema, item[mediaAttribute]);
  const transcripts = names
    .filter(isTranscriptAttribute)
    .flatMap((name) => read(recordSchema, item[name]));
  const hasFile = record !== undefined || events.some(({ media }) => media !== undefined);
  // One that is being fetched has no record yet.
  const revisions = hasFile ? (record?.revision ?? 0) + 1 : 0;
  const isVoice =
    events.some(({ media }) => media?.kind === 'audio') ||
    names.some((name) => isTranscriptAttribute(name) || isTranscribeRequestAttribute(name));
  const ofSends = names.filter((name) => name === sentAttribute || isStatusAttribute(name));
  return {
    traces: [
      ...Array.from({ length: revisions }, (_, revision): Trace => {
        return { kind: 'media', id: mediaFileKey(organizationId, pk, revision) };
      }),
      ...events.flatMap(({ raw }): Trace[] => (raw ? [{ kind: 'raw', id: raw.key }] : [])),
      ...(isVoice ? [{ kind: 'voice' as const, id: pk }] : []),
      ...transcripts.flatMap(({ wordsKey }): Trace[] =>
        wordsKey === undefined ? [] : [{ kind: 'words', id: wordsKey }],
      ),
    ],
    files: [record, ...transcripts].filter((each) => /^(STORED|READY)$/.test(each?.state ?? ''))
      .length,
    mediaIds: events.flatMap(({ media, message }) => {
      const file = media ? message?.[String(message.type)] : undefined;
      const { data } = fileSchema.safeParse(file);
      return data ? [data.id] : [];
    }),
    sendIds: ofSends.flatMap((name) => read(sendSchema, item[name]).map(({ sendId }) => sendId)),
  };
}

function read<Schema extends z.ZodType>(
  schema: Schema,
  json: string | undefined,
): z.output<Schema>[] {
  try {
    const { data } = schema.safeParse(JSON.parse(json ?? 'null'));
    return data === undefined ? [] : [data];
  } catch {
    return [];
  }
}
