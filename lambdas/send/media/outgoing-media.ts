import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { hash } from '../../../shared/hash.ts';
import { Problem } from '../../../shared/http/problem.ts';
import { fileProblem, maxStaticStickerBytes } from '../../../shared/media/file-limits.ts';
import { mediaKindSchema } from '../../../shared/media/media-record.schema.ts';
import type { Remuxed } from '../../../shared/media/remux.ts';
import { uploadKey } from '../../../shared/media/upload-item.schema.ts';
import type { Uploads } from '../../../shared/media/uploads.port.ts';
import { filenameSchema } from '../message/media.schema.ts';
import type { OutboundMessage } from '../message/outbound-message.schema.ts';
import { assertConnected, notFound, wouldSay } from '../refusals.ts';
import type { SendRequest } from '../send-request.schema.ts';
import { type FileHandOverPorts, fileHandOverMs, handFileOver } from './hand-file-over.ts';
import type { MediaFiles } from './media-files.port.ts';
import type { OutgoingFile } from './media-upload.port.ts';
import type { MetaMedia } from './meta-media.port.ts';
import type { OutgoingMedia } from './outgoing-media.port.ts';
import type { ReceivedFiles } from './received-files.port.ts';

/** What handing files to Meta needs from outside. */
export interface OutgoingMediaPorts extends FileHandOverPorts {
  uploads: Pick<Uploads, 'find'>;
  received: ReceivedFiles;
  files: MediaFiles;
  metaMedia: MetaMedia;
  /** See `remux.ts`. */
  toVoiceMessage(bytes: Uint8Array): Promise<Remuxed>;
}

/** A file that a request names. */
interface Source {
  /** The field that names it. */
  path: 'media.uploadId' | 'media.messageId';
  key: string;
  version: string;
  mimeType: string;
  sizeBytes: number;
  filename?: string | undefined;
}

/**
 * The organisations' own files on their way to Meta. What is refused is refused before a token is
 * opened; two requests at once may both hand the same file over, which does no harm.
 */
export function outgoingMedia(ports: OutgoingMediaPorts): OutgoingMedia {
  return {
    async resolve(request, wabaId) {
      const { organizationId, phoneNumberId, message, validateOnly } = request;
      const kind = mediaKindSchema.safeParse(message.type).data;
      const wanted = await sourceOf(request, ports);
      if (!wanted || !kind) {
        return message;
      }
      assertUsable(wanted, fileProblem(kind, wanted));
      if (validateOnly) {
        return message;
      }
      const name = hash(organizationId, phoneNumberId, wanted.mimeType, wanted.key, wanted.version);
      const known = await ports.metaMedia.idOf(name);
      if (known !== undefined) {
        return withFile(message, known, wanted.filename);
      }
      const mediaId = await handOver(wanted, { organizationId, phoneNumberId, wabaId }, ports);
      await ports.metaMedia.remember({ name, mediaId, organizationId, phoneNumberId });
      return withFile(message, mediaId, wanted.filename);
    },
  };
}

async function sourceOf(
  { organizationId, phoneNumberId, media }: SendRequest,
  { uploads, received, files }: OutgoingMediaPorts,
): Promise<Source | undefined> {
  if (media?.uploadId !== undefined) {
    const path = 'media.uploadId';
    const upload = await uploads.find(organizationId, media.uploadId);
    if (!upload) {
      throw notFound(path, 'This organisation has no such upload, or it is older than a day.');
    }
    const { mimeType, filename } = upload;
    const key = uploadKey(upload);
    const found = await files.look(key);
    if (!found) {
      throw notFound(path, 'Nothing has been uploaded with the form of this upload.');
    }
    return { path, key, mimeType, filename, ...found };
  }
  if (media?.messageId !== undefined) {
    const path = 'media.messageId';
    const message = await received.find(phoneNumberId, media.messageId);
    if (message?.organizationId !== organizationId) {
      throw notFound(path, 'This phone number has no such message.');
    }
    const { key, mimeType, filename } = message.record?.state === 'STORED' ? message.record : {};
    const found = key === undefined ? undefined : await files.look(key);
    if (key === undefined || mimeType === undefined || !found) {
      throw notFound(path, 'The message has no file, or it is not stored (yet).');
    }
    return { path, key, mimeType, filename, ...found };
  }
  return undefined;
}

/** Hands a file to Meta. @returns Meta's id of it */
async function handOver(
  source: Source,
  {
    organizationId,
    phoneNumberId,
    wabaId,
  }: Record<'organizationId' | 'phoneNumberId' | 'wabaId', string>,
  ports: OutgoingMediaPorts,
): Promise<string> {
  const { credentials, files, toVoiceMessage } = ports;
  const credential = assertConnected(await credentials.find(organizationId, wabaId));
  const signal = AbortSignal.timeout(fileHandOverMs);
  const stored = await files.open(source.key, source.version, signal);
  const file = await readyForMeta(source, stored, toVoiceMessage);
  return handFileOver({ ...file, phoneNumberId }, credential, ports, signal);
}

/** A file as Meta takes it. What has to be looked into, or converted, is of 16 MB at most. */
async function readyForMeta(
  source: Source,
  bytes: AsyncIterable<Uint8Array>,
  toVoiceMessage: OutgoingMediaPorts['toVoiceMessage'],
): Promise<Omit<OutgoingFile, 'phoneNumberId'>> {
  const { mimeType, sizeBytes } = source;
  const toFile = (whole: Uint8Array, type: string) => ({
    mimeType: type,
    sizeBytes: whole.length,
    bytes: Readable.from([whole]),
  });
  switch (mimeType) {
    case 'audio/webm': {
      const remuxed = await toVoiceMessage(await buffer(bytes));
      if (!remuxed.ok) {
        throw unusable(source, remuxed.problem);
      }
      return toFile(remuxed.bytes, remuxed.mimeType);
    }
    case 'audio/ogg': {
      const whole = await buffer(bytes);
      assertUsable(source, oggProblem(whole));
      return toFile(whole, mimeType);
    }
    case 'image/webp': {
      const whole = await buffer(bytes);
      assertUsable(source, stickerProblem(whole));
      return toFile(whole, mimeType);
    }
    default:
      return { mimeType, sizeBytes, bytes };
  }
}

/** Source: Meta, "Media": of Ogg only Opus, of Opus only mono. RFC 7845, section 5.1, has the header. */
function oggProblem(bytes: Buffer): string | undefined {
  const header = bytes.subarray(0, 512).indexOf('OpusHead');
  if (header === -1) {
    return 'is no Ogg file with Opus in it';
  }
  const channels = bytes[header + 9];
  return channels === 1
    ? undefined
    : `has ${channels} channels, and only one can be sent: record in mono`;
}

/** Source: Google, "WebP Container Specification": the animation flag of the extended header. */
function stickerProblem(bytes: Buffer): string | undefined {
  const isAnimated = bytes.toString('latin1', 12, 16) === 'VP8X' && ((bytes[20] ?? 0) & 0b10) !== 0;
  return isAnimated || bytes.length <= maxStaticStickerBytes
    ? undefined
    : `has ${bytes.length} bytes; Meta takes at most ${maxStaticStickerBytes} of a sticker that does not move`;
}

function assertUsable(source: Source, problem: string | undefined): void {
  if (problem !== undefined) {
    throw unusable(source, problem);
  }
}

function unusable({ path }: Source, problem: string): Problem {
  return new Problem('media-unusable', {
    detail: 'Meta would not take this file. "problems" says why.',
    problems: [{ path, detail: problem, meta: wouldSay(131053, 'Media upload error') }],
  });
}

/** The message with Meta's id of its file. A document without a name gets the file's own. */
function withFile(
  message: OutboundMessage,
  id: string,
  filename: string | undefined,
): OutboundMessage {
  switch (message.type) {
    case 'image':
      return { ...message, image: { ...message.image, id } };
    case 'video':
      return { ...message, video: { ...message.video, id } };
    case 'audio':
      return { ...message, audio: { ...message.audio, id } };
    case 'sticker':
      return { ...message, sticker: { ...message.sticker, id } };
    case 'document': {
      const name = filenameSchema.safeParse(filename).data;
      const named = name === undefined ? {} : { filename: name };
      return { ...message, document: { ...named, ...message.document, id } };
    }
    default:
      return message;
  }
}
