import { uploadMimeTypes } from '../../shared/media/file-limits.ts';
import type { MediaLedger } from '../../shared/media/media-ledger.port.ts';
import type { MediaRecord } from '../../shared/media/media-record.schema.ts';
import type { MediaLinks } from './media-links.port.ts';
import type { MediaLinkQuery } from './whatsapp-media.schema.ts';
import { notFound } from './whatsapp-media-refusals.ts';
import type { Transcripts } from './whatsapp-media-transcripts.port.ts';

/** What making links needs from outside. */
export interface MediaLinkPorts {
  ledger: Pick<MediaLedger, 'find'>;
  transcripts: Pick<Transcripts, 'find'>;
  links: MediaLinks;
  now(): Date;
}

/** Where a file can be fetched, and what it is. */
export interface MediaLink {
  /** Whoever has it can fetch the file. */
  url: string;
  /** When it ends at the latest, RFC 3339: it ends earlier with the credentials that have signed it. */
  expiresAt: string;
  mimeType: string;
  sizeBytes?: number;
  filename?: string;
}

/** Long enough to be followed, too short to be passed on. */
const lifetimeSeconds = 300;

/**
 * A link to a message's file, or to the word timings of its transcript. What it answers is saved and
 * never shown.
 * @throws Problem `not-found` where the organisation has no such file, or not (yet) its bytes
 */
export async function mediaLink(query: MediaLinkQuery, ports: MediaLinkPorts): Promise<MediaLink> {
  return query.part === 'words' ? wordsLink(query, ports) : fileLink(query, ports);
}

async function fileLink(query: MediaLinkQuery, ports: MediaLinkPorts): Promise<MediaLink> {
  const stored = await ports.ledger.find(query.phoneNumberId, query.messageId);
  if (stored?.event.organizationId !== query.organizationId) {
    throw notFound('messageId', 'This phone number has no such message.');
  }
  const { record } = stored;
  if (record?.state !== 'STORED') {
    throw notFound('messageId', whyNot(record));
  }
  const { key, sizeBytes, filename } = record;
  const mimeType = harmless(record.mimeType);
  const link = await signed({ key, mimeType, filename }, ports);
  return { ...link, sizeBytes, ...(filename === undefined ? {} : { filename }) };
}

async function wordsLink(
  { organizationId, phoneNumberId, messageId, revision }: MediaLinkQuery,
  ports: MediaLinkPorts,
): Promise<MediaLink> {
  const found = await ports.transcripts.find(phoneNumberId, messageId);
  if (found?.organizationId !== organizationId) {
    throw notFound('messageId', 'This phone number has no such message.');
  }
  const ready = found.transcripts
    .filter((transcript) => transcript.state === 'READY')
    .sort((one, other) => other.revision - one.revision);
  const transcript = ready.find((one) => revision === undefined || one.revision === revision);
  if (!transcript) {
    throw notFound(
      revision === undefined ? 'messageId' : 'revision',
      'There is no such transcript, or it is not ready.',
    );
  }
  const filename = `words-${transcript.revision}.json`;
  return signed({ key: transcript.wordsKey, mimeType: 'application/json', filename }, ports);
}

async function signed(
  { key, mimeType, filename }: { key: string; mimeType: string; filename: string | undefined },
  { links, now }: MediaLinkPorts,
): Promise<MediaLink> {
  const expiresAt = new Date(now().getTime() + lifetimeSeconds * 1000).toISOString();
  const disposition = attachment(filename);
  const url = await links.download({ key, lifetimeSeconds, mimeType, disposition });
  return { url, expiresAt, mimeType };
}

function whyNot(record: MediaRecord | undefined): string {
  return record?.state === 'FAILED'
    ? `The file could not be fetched (${record.reason}). POST /whatsapp-media/retry asks for it again.`
    : 'The file is pending, or the message has none. media.stored or media.failed will tell.';
}

/** What a browser cannot run, whatever it is told to do with it: the rest goes as mere bytes. */
function harmless(mimeType: string): string {
  const isKnown = uploadMimeTypes.includes(mimeType) || /^(audio|video)\/[\w.+-]+$/.test(mimeType);
  return isKnown ? mimeType : 'application/octet-stream';
}

const maxNameCharacters = 120;

/**
 * A Content-Disposition that saves under a name of an outsider's making.
 * Source: RFC 6266, section 4.3, and RFC 8187.
 */
export function attachment(filename: string | undefined): string {
  const name = [...(filename ?? '').toWellFormed().replace(/[\p{C}\p{Zl}\p{Zp}/\\]/gu, '_')]
    .slice(0, maxNameCharacters)
    .join('');
  if (name === '') {
    return 'attachment';
  }
  const plain = name.replace(/[^\x20-\x7e]|["%;]/gu, '_');
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
