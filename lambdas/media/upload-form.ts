import { randomUUID } from 'node:crypto';
import { maxBytesOf } from '../../shared/media/file-limits.ts';
import { uploadKey } from '../../shared/media/upload-item.schema.ts';
import type { Uploads } from '../../shared/media/uploads.port.ts';
import type { MediaLinks, UploadForm } from './media-links.port.ts';
import type { UploadRequest } from './whatsapp-media.schema.ts';

/** What making an upload form needs from outside. */
export interface UploadFormPorts {
  uploads: Pick<Uploads, 'create'>;
  links: MediaLinks;
  now(): Date;
}

/** A form, and the name that what is uploaded with it has in a send. */
export interface OpenedUpload extends UploadForm {
  uploadId: string;
  /** When the form ends, RFC 3339. The upload itself can be sent for a day. */
  expiresAt: string;
}

const lifetimeSeconds = 15 * 60;

/** Makes the form that a file can be uploaded with: of its own type, and no larger than Meta takes it. */
export async function uploadForm(
  request: UploadRequest,
  { uploads, links, now }: UploadFormPorts,
): Promise<OpenedUpload> {
  const { organizationId, mimeType } = request;
  const uploadId = randomUUID();
  const createdAt = now();
  await uploads.create({ ...request, uploadId, createdAt: createdAt.toISOString() });
  const form = await links.upload({
    key: uploadKey({ organizationId, uploadId }),
    lifetimeSeconds,
    mimeType,
    maxBytes: maxBytesOf(mimeType) ?? request.sizeBytes,
  });
  const expiresAt = new Date(createdAt.getTime() + lifetimeSeconds * 1000).toISOString();
  return { uploadId, ...form, expiresAt };
}
