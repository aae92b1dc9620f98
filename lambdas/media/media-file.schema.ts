import * as z from 'zod';

/**
 * What Meta says of a file, as far as it is used. The size is a text in its documentation and a number
 * in practice. Source: Meta, "Media", "Retrieve media URL".
 */
export const mediaFileSchema = z.object({
  url: z.string(),
  sha256: z.string().optional().catch(undefined),
  file_size: z
    .union([
      z.int().min(0),
      z
        .string()
        .regex(/^\d{1,15}$/)
        .transform(Number),
    ])
    .optional()
    .catch(undefined),
});

/** What Meta says of a file. */
export type MediaFileInfo = z.output<typeof mediaFileSchema>;
