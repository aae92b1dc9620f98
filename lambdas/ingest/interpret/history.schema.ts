import * as z from 'zod';
import {
  metaErrorsSchema,
  metaList,
  metaMessageSchema,
  optionalNumber,
  optionalText,
} from './meta.schema.ts';

/** One chunk of a history. Source: Meta, Webhooks reference, history. */
export const metaHistorySchema = z.object({
  metadata: z
    .object({ phase: optionalNumber, chunk_order: optionalNumber, progress: optionalNumber })
    .optional()
    .catch(undefined),
  threads: metaList,
  errors: metaErrorsSchema,
});

/** What a chunk says beside its messages. */
export type MetaHistory = z.output<typeof metaHistorySchema>;

/** One customer's messages. Since there are usernames the `id`, a phone number, may be missing. */
export const metaThreadSchema = z.object({
  id: optionalText,
  context: z
    .object({
      wa_id: optionalText,
      user_id: optionalText,
      parent_user_id: optionalText,
      username: optionalText,
    })
    .optional()
    .catch(undefined),
  messages: metaList,
});

/** A message of a history. */
export const metaHistoryMessageSchema = z.intersection(
  metaMessageSchema,
  z.object({
    history_context: z.object({ status: optionalText }).optional().catch(undefined),
  }),
);

/** A message of a history. */
export type MetaHistoryMessage = z.output<typeof metaHistoryMessageSchema>;
