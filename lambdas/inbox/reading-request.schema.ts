import * as z from 'zod';
import { organizationIdSchema } from '../../shared/organization-id.schema.ts';

/** More are not answered at once. */
const maxMessages = 100;

const conversationId = z.string().min(1).max(128);

/** GET `/whatsapp-conversation`: by its id, or by the business number and whom it talks to. */
export const conversationQuerySchema = z
  .strictObject({
    organizationId: organizationIdSchema,
    conversationId: conversationId.optional(),
    phoneNumberId: z
      .string()
      .regex(/^\d{1,32}$/, 'must be digits')
      .optional(),
    /** In a query a bare `+` is a space. */
    phone: z
      .string()
      .trim()
      .regex(/^\+?\d{5,20}$/, 'must be a phone number in E.164')
      .transform((phone) => phone.replace('+', ''))
      .optional(),
    userId: z.string().min(1).max(512).optional(),
  })
  .transform(({ organizationId, conversationId, phoneNumberId, phone, userId }, { issues }) => {
    const wrong = (path: string, message: string) => {
      issues.push({ code: 'custom', path: [path], message, input: path });
      return z.NEVER;
    };
    const given = [conversationId, phone, userId].filter((id) => id !== undefined);
    if (given.length !== 1) {
      return wrong('conversationId', 'give exactly one of conversationId, phone and userId');
    }
    if (conversationId !== undefined) {
      return phoneNumberId === undefined
        ? { organizationId, address: { conversationId } }
        : wrong('phoneNumberId', 'goes with a phone or a userId');
    }
    if (phoneNumberId === undefined) {
      return wrong('phoneNumberId', 'is needed: the business number that talks to this person');
    }
    const address =
      phone === undefined ? { phoneNumberId, userId: userId ?? '' } : { phoneNumberId, phone };
    return { organizationId, address };
  });

/** Which conversation to tell of. */
export type ConversationQuery = z.output<typeof conversationQuerySchema>;

const placeSchema = z.strictObject({
  conversationId,
  pk: z.string().regex(/^(MSG|EVENT|SEND)#[\w#-]{1,256}$/),
  order: z.string().min(1).max(256),
});

const cursorSchema = z
  .string()
  .max(2048)
  .transform((cursor, context) => {
    try {
      return placeSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
    } catch {
      context.addIssue({ code: 'custom', message: 'must be the nextCursor of an earlier answer' });
      return z.NEVER;
    }
  });

/** Where a list of messages goes on. It holds for its own conversation alone. */
export type MessagesCursor = z.output<typeof placeSchema>;

/** A place in a list of messages as a caller gets it. */
export function writtenCursor(cursor: MessagesCursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

/** GET `/whatsapp-messages`. */
export const messagesQuerySchema = z
  .strictObject({
    organizationId: organizationIdSchema,
    conversationId,
    limit: z.coerce
      .number()
      .pipe(z.int().min(1).max(maxMessages, `must be at most ${maxMessages}`))
      .default(maxMessages),
    cursor: cursorSchema.optional(),
  })
  .check(({ value: { conversationId, cursor }, issues }) => {
    if (cursor !== undefined && cursor.conversationId !== conversationId) {
      const message = 'is of another conversation';
      issues.push({ code: 'custom', path: ['cursor'], message, input: 'cursor' });
    }
  });

/** Which messages to list. */
export type MessagesQuery = z.output<typeof messagesQuerySchema>;
