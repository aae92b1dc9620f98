import * as z from 'zod';
import { aliasKey, aliasSortKey } from '../../shared/conversations/alias-key.ts';
import {
  conversationKey,
  conversationSortKey,
} from '../../shared/conversations/conversation-item.ts';
import type { TableReader } from '../../shared/table/table-reader.dynamodb.ts';
import type { ConversationLookup, KnownConversation } from './conversation-lookup.port.ts';

const text = z.object({ S: z.string() }).transform(({ S }) => S);
const aliasSchema = z.object({
  /** An alias that was erased has none. */
  conversationId: text.optional(),
  userId: text.optional(),
  username: text.optional(),
  name: text.optional(),
});
const conversationSchema = z.object({
  organizationId: text,
  phoneNumberId: text,
  windowUpTo: text.optional(),
  marketing: text.optional(),
  marketingAt: text.optional(),
});

/** The conversations in DynamoDB: found by their aliases, known by their own items. */
export function conversationLookupInDynamoDb(reader: TableReader): ConversationLookup {
  async function known(conversationId: string): Promise<KnownConversation> {
    const item = await reader.read(conversationKey(conversationId), conversationSortKey);
    if (!item) {
      return { conversationId };
    }
    const { marketing: value, marketingAt: at, ...conversation } = conversationSchema.parse(item);
    return {
      conversationId,
      ...conversation,
      ...(value === undefined || at === undefined ? {} : { marketing: { value, at } }),
    };
  }

  return {
    async find(organizationId, address) {
      if ('conversationId' in address) {
        return known(address.conversationId);
      }
      const { phoneNumberId } = address;
      const key =
        'phone' in address
          ? aliasKey(organizationId, phoneNumberId, 'phone', address.phone)
          : aliasKey(organizationId, phoneNumberId, 'user', address.userId);
      const alias = await reader.read(key, aliasSortKey);
      if (!alias) {
        return undefined;
      }
      const { conversationId, ...profile } = aliasSchema.parse(alias);
      return conversationId === undefined
        ? undefined
        : { phoneNumberId, profile, ...(await known(conversationId)) };
    },
  };
}
