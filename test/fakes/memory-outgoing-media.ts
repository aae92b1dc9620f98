import { buffer } from 'node:stream/consumers';
import type { MediaFiles } from '../../lambdas/send/media/media-files.port.ts';
import type { MediaUpload, OutgoingFile } from '../../lambdas/send/media/media-upload.port.ts';
import type { HandedMedia, MetaMedia } from '../../lambdas/send/media/meta-media.port.ts';
import type { AccessToken } from '../../shared/credentials/access-token.ts';
import type { GraphAnswer } from '../../shared/graph/graph.port.ts';
import { hash } from '../../shared/hash.ts';
import { type Upload, uploadLifetimeMs } from '../../shared/media/upload-item.schema.ts';
import type { Uploads } from '../../shared/media/uploads.port.ts';

/** The uploads in memory. */
export class MemoryUploads implements Uploads {
  readonly #uploads = new Map<string, Upload>();
  readonly #now: () => Date;

  constructor(now: () => Date) {
    this.#now = now;
  }

  async create(upload: Upload): Promise<void> {
    this.#uploads.set(`${upload.organizationId} ${upload.uploadId}`, { ...upload });
  }

  async find(organizationId: string, uploadId: string): Promise<Upload | undefined> {
    const upload = this.#uploads.get(`${organizationId} ${uploadId}`);
    const ageMs = this.#now().getTime() - Date.parse(upload?.createdAt ?? '');
    return upload && ageMs < uploadLifetimeMs ? { ...upload } : undefined;
  }
}

/** The media bucket in memory. */
export class MemoryMediaFiles implements MediaFiles {
  /** By key. */
  readonly objects = new Map<string, Uint8Array>();
  /** The keys that were opened, in order. */
  readonly opened: string[] = [];

  async look(key: string) {
    const bytes = this.objects.get(key);
    return bytes && { sizeBytes: bytes.length, version: versionOf(bytes) };
  }

  async open(key: string, version: string) {
    const bytes = this.objects.get(key);
    if (!bytes || versionOf(bytes) !== version) {
      throw new Error('PreconditionFailed');
    }
    this.opened.push(key);
    return (async function* () {
      yield bytes;
    })();
  }
}

function versionOf(bytes: Uint8Array): string {
  return hash(Buffer.from(bytes).toString('latin1'));
}

/** What Meta was handed, in memory. */
export class MemoryMetaMedia implements MetaMedia {
  readonly handed: HandedMedia[] = [];

  async idOf(name: string): Promise<string | undefined> {
    return this.handed.findLast((media) => media.name === name)?.mediaId;
  }

  async remember(media: HandedMedia): Promise<void> {
    this.handed.push({ ...media });
  }
}

/** Meta's side: gives ids, unless told otherwise. */
export class MemoryMediaUpload implements MediaUpload {
  readonly uploaded: { phoneNumberId: string; mimeType: string; bytes: Buffer; token: string }[] =
    [];
  /** What is answered in place of an id. */
  answer: GraphAnswer | undefined;

  async upload(file: OutgoingFile, token: AccessToken): Promise<GraphAnswer> {
    const bytes = await buffer(file.bytes);
    if (bytes.length !== file.sizeBytes) {
      throw new Error(`${file.sizeBytes} bytes were announced, ${bytes.length} came`);
    }
    const { phoneNumberId, mimeType } = file;
    this.uploaded.push({ phoneNumberId, mimeType, bytes, token: token.reveal() });
    return this.answer ?? { kind: 'ok', body: { id: `media-${this.uploaded.length}` } };
  }
}
