import * as z from 'zod';
import { organizationIdSchema } from '../../shared/organization-id.schema.ts';

/** So many sends or messages may be asked about at once. */
const maxIds = 50;

const list = z
  .string()
  .transform((text) => text.split(',').filter((id) => id !== ''))
  .pipe(z.array(z.string()).min(1).max(maxIds, `must be at most ${maxIds}, separated by commas`));

const phoneNumberId = z.string().regex(/^\d{1,32}$/, 'must be digits');

/** Which sends to tell of: by one of the three kinds of id, several separated by commas. */
export const replyStatusQuerySchema = z
  .strictObject({
    organizationId: organizationIdSchema,
    sendId: list.optional(),
    clientReference: list.optional(),
    messageId: list.optional(),
    /** A message id is unique within its business number. */
    phoneNumberId: phoneNumberId.optional(),
  })
  .check((context) => {
    const { sendId, clientReference, messageId, phoneNumberId: number } = context.value;
    const given = [sendId, clientReference, messageId].filter((ids) => ids !== undefined);
    const problem = (path: string, message: string) =>
      context.issues.push({ code: 'custom', path: [path], message, input: context.value });
    if (given.length !== 1) {
      problem('sendId', 'give exactly one of sendId, clientReference and messageId');
    }
    if (messageId !== undefined && number === undefined) {
      problem('phoneNumberId', 'a messageId needs the phoneNumberId that it was sent from');
    }
  });

/** Which sends to tell of. */
export type ReplyStatusQuery = z.output<typeof replyStatusQuerySchema>;

/** A customer's message that somebody has read. */
export const markReadSchema = z.strictObject({
  organizationId: organizationIdSchema,
  phoneNumberId,
  messageId: z.string().min(1).max(512),
  /** Shows the customer that somebody is typing, until the reply or for 25 s. */
  typing: z.boolean().optional(),
});

/** A customer's message that somebody has read. */
export type MarkReadRequest = z.output<typeof markReadSchema>;
