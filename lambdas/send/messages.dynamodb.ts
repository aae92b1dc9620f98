import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import {
  erasedAttribute,
  eventAttribute,
  isStatusAttribute,
  messageKey,
  sentAttribute,
  sentMessageSchema,
  statusEntrySchema,
} from '../../shared/events/message-item.ts';
import { orderKeyOf } from '../../shared/events/order-key.ts';
import type { RetentionDays } from '../../shared/settings/retention.ts';
import type { TableItem, TableReader } from '../../shared/table/table-reader.dynamodb.ts';
import type { MessageItem, Messages } from './messages.port.ts';

/** Where the messages are and how long they are kept. */
export interface MessagesConfig {
  tableName: string;
  /** Shared with the adapters that are asked at the same time. */
  reader: TableReader;
  retentionDays: RetentionDays;
  now(): Date;
}

const sortKey = 'MSG';

const daySeconds = 24 * 60 * 60;

const text = z.object({ S: z.string() }).transform(({ S }) => S);
const json = text.transform((value): unknown => JSON.parse(value));

const messageItemSchema = z.object({
  organizationId: text,
  [eventAttribute]: json.pipe(z.object({ occurredAt: z.string() })).optional(),
  [sentAttribute]: json.pipe(sentMessageSchema).optional(),
});
const statusSchema = json.pipe(statusEntrySchema);

/** The messages in DynamoDB, as `message-item.ts` says. */
export function messagesInDynamoDb(
  client: DynamoDBClient,
  { tableName, reader, retentionDays, now }: MessagesConfig,
): Messages {
  return {
    async recordSent(message) {
      const { phoneNumberId, messageId, organizationId, conversationId, acceptedAt } = message;
      const days = await retentionDays(organizationId);
      const attributes = Object.entries({
        [sentAttribute]: { S: JSON.stringify(message) },
        organizationId: { S: organizationId },
        ...(conversationId === undefined ? {} : { conversationId: { S: conversationId } }),
        orderKey: { S: orderKeyOf(acceptedAt, acceptedAt, 0) },
        expiresAt: { N: String(Math.floor(now().getTime() / 1000) + days * daySeconds) },
      });
      const sets = attributes.map(([name]) => `${name} = if_not_exists(${name}, :${name})`);
      const update = new UpdateItemCommand({
        TableName: tableName,
        Key: { pk: { S: messageKey(phoneNumberId, messageId) }, sk: { S: sortKey } },
        ConditionExpression: `attribute_not_exists(${erasedAttribute})`,
        UpdateExpression: `SET ${sets.join(', ')}`,
        ExpressionAttributeValues: Object.fromEntries(
          attributes.map(([name, value]) => [`:${name}`, value]),
        ),
      });
      try {
        await client.send(update);
      } catch (error) {
        // What was erased stays erased.
        if (!(error instanceof ConditionalCheckFailedException)) {
          throw error;
        }
      }
    },
    async find(phoneNumberId, messageId) {
      const item = await reader.read(messageKey(phoneNumberId, messageId), sortKey);
      return item && !item[erasedAttribute] ? messageItemOf(item) : undefined;
    },
  };
}

function messageItemOf(item: TableItem): MessageItem {
  return {
    ...messageItemSchema.parse(item),
    statuses: Object.entries(item)
      .filter(([name]) => isStatusAttribute(name))
      .map(([, status]) => statusSchema.parse(status)),
  };
}
