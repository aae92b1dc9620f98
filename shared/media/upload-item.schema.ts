import * as z from 'zod';

/**
 * A file that the inbox backend may upload to be sent, `UPLOAD#<organisation>` / `<uploadId>`. It is kept
 * for a day; its bytes are in the media bucket at `uploadKey`, once they have been uploaded.
 */
export const uploadSchema = z.strictObject({
  organizationId: z.string(),
  uploadId: z.string(),
  /** Without parameters: what the bytes were said to be. */
  mimeType: z.string(),
  /** As it was announced. */
  sizeBytes: z.int().min(1),
  filename: z.string().optional(),
  createdAt: z.string(),
});

/** A file that the inbox backend may upload to be sent. */
export type Upload = z.output<typeof uploadSchema>;

/** How long an upload can be sent, in ms. */
export const uploadLifetimeMs = 24 * 60 * 60 * 1000;

/** The partition of an organisation's uploads. */
export function uploadPartition(organizationId: string): string {
  return `UPLOAD#${organizationId}`;
}

/** Where an upload's bytes are in the media bucket. */
export function uploadKey({
  organizationId,
  uploadId,
}: Pick<Upload, 'organizationId' | 'uploadId'>) {
  return `uploads/${organizationId}/${uploadId}`;
}
