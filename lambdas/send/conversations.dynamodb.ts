import * as z from 'zod';
import { type AliasKind, aliasKey, aliasSortKey } from '../../shared/conversations/alias-key.ts';
import {
  conversationKey,
  conversationSortKey,
} from '../../shared/conversations/conversation-item.ts';
import type { TableReader } from '../../shared/table/table-reader.dynamodb.ts';
import type { Conversations } from './conversations.port.ts';
import type { Address } from './message/address.ts';

const text = z.object({ S: z.string() }).transform(({ S }) => S);
/** An alias that was erased has none. */
const aliasSchema = z.object({ conversationId: text.optional() });
const conversationSchema = z.object({
  windowUpTo: text.optional(),
  marketing: text.optional(),
});

/** The conversations in DynamoDB: found by their aliases, known by their own items. */
export function conversationsInDynamoDb(reader: TableReader): Conversations {
  return {
    async find({ organizationId, phoneNumberId }, address) {
      const key = aliasKey(organizationId, phoneNumberId, ...aliasOf(address));
      const alias = await reader.read(key, aliasSortKey);
      if (!alias) {
        return undefined;
      }
      const { conversationId } = aliasSchema.parse(alias);
      if (conversationId === undefined) {
        return undefined;
      }
      const item = await reader.read(conversationKey(conversationId), conversationSortKey);
      return { conversationId, ...conversationSchema.parse(item ?? {}) };
    },
  };
}

function aliasOf(address: Address): [kind: AliasKind, id: string] {
  switch (address.kind) {
    case 'phone':
      return ['phone', address.phone.replace(/^\+/, '')];
    case 'user':
      return ['user', address.userId];
    case 'group':
      return ['group', address.groupId];
  }
}
