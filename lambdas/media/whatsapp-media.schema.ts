import * as z from 'zod';
import { bareMimeType, maxBytesOf, uploadMimeTypes } from '../../shared/media/file-limits.ts';
import { organizationIdSchema } from '../../shared/organization-id.schema.ts';
import { languagesSchema } from '../../shared/settings/settings.schema.ts';

const message = {
  organizationId: organizationIdSchema,
  phoneNumberId: z.string().regex(/^\d{1,32}$/, 'must be 1 to 32 digits'),
  messageId: z.string().min(1).max(512),
};

/** Which file to link to; `words` is the transcript's word timings, of the newest revision unless one is named. */
export const mediaLinkQuerySchema = z.strictObject({
  ...message,
  part: z.enum(['file', 'words']).default('file'),
  revision: z
    .string()
    .regex(/^\d{1,6}$/, 'must be a number')
    .transform(Number)
    .optional(),
});

/** Which file to link to. */
export type MediaLinkQuery = z.output<typeof mediaLinkQuerySchema>;

/** A file that is to be sent. What comes out has its type without parameters. */
export const uploadRequestSchema = z
  .strictObject({
    organizationId: organizationIdSchema,
    mimeType: z
      .string()
      .transform(bareMimeType)
      .refine((type) => uploadMimeTypes.includes(type), {
        error: `must be one of ${uploadMimeTypes.join(', ')}`,
      }),
    sizeBytes: z.int().min(1),
    filename: z
      .string()
      .min(1)
      .max(240)
      .regex(/^[^\p{Cc}/\\]+$/u, 'must be without control characters and slashes')
      .optional(),
  })
  .check(({ value, issues }) => {
    const maxBytes = maxBytesOf(value.mimeType);
    if (maxBytes !== undefined && value.sizeBytes > maxBytes) {
      issues.push({
        code: 'custom',
        path: ['sizeBytes'],
        message: `must be at most ${maxBytes} for ${value.mimeType}`,
        input: value,
      });
    }
  });

/** A file that is to be sent. */
export type UploadRequest = z.output<typeof uploadRequestSchema>;

/** A file that could not be fetched and is asked for again. */
export const retryRequestSchema = z.strictObject(message);

/** A file that could not be fetched and is asked for again. */
export type RetryRequest = z.output<typeof retryRequestSchema>;

/** A wish for another transcript. */
export const transcribeAgainSchema = z.strictObject({ ...message, languages: languagesSchema });

/** A wish for another transcript. */
export type TranscribeAgainRequest = z.output<typeof transcribeAgainSchema>;
