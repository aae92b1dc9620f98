import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { changedAtAttribute } from '../events/conversation-place.ts';
import { inboxEventSchema } from '../events/inbox-event.schema.ts';
import {
  eventAttribute,
  importedAttribute,
  messageKey,
  storedEvent,
} from '../events/message-item.ts';
import { toldAttribute } from '../sends/send-item.ts';
import { stringsOf, type TableItem, type TableReader } from '../table/table-reader.dynamodb.ts';
import { mediaAttribute, mediaVersionAttribute, toldAs } from './media-attributes.ts';
import type { MediaLedger, MessageEvent, StoredMedia } from './media-ledger.port.ts';
import { mediaRecordSchema } from './media-record.schema.ts';

/** Where the messages are. */
export interface MediaLedgerConfig {
  tableName: string;
  /** Shared with the adapters that are asked at the same time. */
  reader: TableReader;
}

const sortKey = 'MSG';

const text = z.object({ S: z.string() }).transform(({ S }) => S);
const json = text.transform((value): unknown => JSON.parse(value));

const messageItemSchema = z.object({
  [mediaAttribute]: json.pipe(mediaRecordSchema).optional(),
  [mediaVersionAttribute]: z
    .object({ N: z.coerce.number() })
    .transform(({ N }) => N)
    .optional(),
});

/** The files of messages in DynamoDB, on the messages' items, as `media-attributes.ts` says. */
export function mediaLedgerInDynamoDb(
  client: DynamoDBClient,
  { tableName, reader }: MediaLedgerConfig,
): MediaLedger {
  return {
    async find(phoneNumberId, messageId) {
      const item = await reader.read(messageKey(phoneNumberId, messageId), sortKey);
      return item && storedMedia(item);
    },

    async replace({ event: { phoneNumberId = '', message }, version }, next, event) {
      const pk = messageKey(phoneNumberId, message.id);
      const record = JSON.stringify(next);
      const told = event && {
        name: toldAttribute(toldAs(event.type, next.revision)),
        json: JSON.stringify(event),
        changedAt: event.receivedAt,
      };
      try {
        await client.send(
          new UpdateItemCommand({
            TableName: tableName,
            Key: { pk: { S: pk }, sk: { S: sortKey } },
            // Without the message there is nothing to tell of: what was erased does not come back.
            ConditionExpression:
              '(attribute_exists(#event) OR attribute_exists(#imported)) AND ' +
              (version === 0 ? 'attribute_not_exists(#version)' : '#version = :read'),
            UpdateExpression: `SET #media = :media, #version = :next${told ? ', #told = if_not_exists(#told, :told), #changedAt = :changedAt' : ''}`,
            ExpressionAttributeNames: {
              '#event': eventAttribute,
              '#imported': importedAttribute,
              '#media': mediaAttribute,
              '#version': mediaVersionAttribute,
              ...(told && { '#told': told.name, '#changedAt': changedAtAttribute }),
            },
            ExpressionAttributeValues: {
              ':media': { S: record },
              ':next': { N: String(version + 1) },
              ...(version === 0 ? {} : { ':read': { N: String(version) } }),
              ...(told && {
                ':told': { S: told.json },
                ':changedAt': { S: told.changedAt },
              }),
            },
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) {
          // The SDK repeats a write whose answer got lost: then what is there is what was to be written.
          return (
            error.Item?.[mediaAttribute]?.S === record &&
            error.Item[mediaVersionAttribute]?.N === String(version + 1)
          );
        }
        throw error;
      }
    },
  };
}

function storedMedia(item: TableItem): StoredMedia | undefined {
  const { media, mediaVersion } = messageItemSchema.parse(item);
  const message = [eventAttribute, importedAttribute]
    .map((name) => inboxEventSchema.optional().parse(storedEvent(stringsOf(item), name)))
    .find(isMessageEvent);
  return message && { event: message, record: media, version: mediaVersion ?? 0 };
}

function isMessageEvent(event: unknown): event is MessageEvent {
  const types = ['message.received', 'message.echoed', 'message.imported'];
  return z.object({ type: z.literal(types) }).safeParse(event).success;
}
