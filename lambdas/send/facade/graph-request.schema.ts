import * as z from 'zod';
import { apiEventSchema } from '../../../shared/http/api-event.schema.ts';
import { callbackDataOf } from '../../../shared/sends/send-id.ts';

/** What is used of API Gateway's event. */
export const graphEventSchema = apiEventSchema.extend({
  requestContext: apiEventSchema.shape.requestContext.extend({
    domainName: z.string().default('localhost'),
  }),
});

/** A request as API Gateway hands it over. */
export type GraphEvent = z.output<typeof graphEventSchema>;

const messagingProduct = z.literal('whatsapp', 'is required, and must be whatsapp');

/** Source: Meta, "Messages" reference. */
const metaCallbackDataLength = 512;

/** What our own share of it takes. */
const ownCallbackData = callbackDataOf({ sendId: '-'.repeat(43), clientReference: '' });

/** So many characters of a client's own callback data reach Meta beside ours. */
export const maxCallbackDataLength = metaCallbackDataLength - ownCallbackData.length;

/** The body of a message: what is beside it. The message itself is for the schema of sends. */
export const graphMessageSchema = z.looseObject({
  messaging_product: messagingProduct,
  /** Text is what Meta takes a message without a type for. */
  type: z.string().default('text'),
  biz_opaque_callback_data: z
    .string()
    .max(
      maxCallbackDataLength,
      `must be at most ${maxCallbackDataLength} characters here: this system needs the rest of Meta's ${metaCallbackDataLength}`,
    )
    .optional(),
});

/** The body that marks a message as read. Source: Meta, "Mark messages as read", "Typing indicators". */
export const graphReadSchema = z.strictObject({
  messaging_product: messagingProduct,
  status: z.literal('read', 'must be read'),
  message_id: z.string().min(1).max(512),
  typing_indicator: z.strictObject({ type: z.literal('text') }).optional(),
});

/** Whom a message was asked to go to, as the client wrote it. */
export const graphRecipientSchema = z.object({
  to: z.string().optional(),
  recipient: z.string().optional(),
});

/** The form of an upload, or its query. Source: Meta, "Upload media". */
export const graphUploadSchema = z.object({
  messaging_product: messagingProduct,
  /** Meta's name for the MIME type. */
  type: z
    .string()
    .regex(/^[\w.+-]+\/[\w.+-]+( *;[\x20-\x7e]*)?$/, 'must be a MIME type')
    .optional(),
  file: z.instanceof(Blob, { error: 'is required, and must be a file' }),
});

/** A page of Meta's list of templates; `data` and what is beside it as Meta has it. */
export const templatePageSchema = z.looseObject({
  data: z.array(z.unknown()),
  paging: z
    .object({
      cursors: z.object({ before: z.string().optional(), after: z.string().optional() }).optional(),
      next: z.string().optional(),
      previous: z.string().optional(),
    })
    .optional(),
});
