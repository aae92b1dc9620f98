import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { erasedAttribute, messageKey } from '../../shared/events/message-item.ts';
import {
  isTranscribeRequestAttribute,
  isTranscriptAttribute,
  transcribeRequestAttribute,
  transcriptAttribute,
} from '../../shared/media/media-attributes.ts';
import { transcribeRequestSchema, transcriptSchema } from '../../shared/media/transcript.schema.ts';
import type { TableReader } from '../../shared/table/table-reader.dynamodb.ts';
import type { Transcripts } from './whatsapp-media-transcripts.port.ts';

const sortKey = 'MSG';

const text = z.object({ S: z.string() }).transform(({ S }) => S);
const json = text.transform((value): unknown => JSON.parse(value));
const ownerSchema = z.object({ organizationId: text });
const storedTranscriptSchema = json.pipe(transcriptSchema);
const storedRequestSchema = json.pipe(transcribeRequestSchema);

/** The transcripts in DynamoDB, as `media-attributes.ts` says. */
export function transcriptsInDynamoDb(
  client: DynamoDBClient,
  { tableName, reader }: { tableName: string; reader: TableReader },
): Transcripts {
  return {
    async find(phoneNumberId, messageId) {
      const item = await reader.read(messageKey(phoneNumberId, messageId), sortKey);
      if (!item || item[erasedAttribute]) {
        return undefined;
      }
      const attributes = Object.entries(item);
      return {
        ...ownerSchema.parse(item),
        transcripts: attributes
          .filter(([name]) => isTranscriptAttribute(name))
          .map(([, value]) => storedTranscriptSchema.parse(value)),
        asked: attributes
          .filter(([name]) => isTranscribeRequestAttribute(name))
          .map(([, value]) => storedRequestSchema.parse(value).revision),
      };
    },
    async ask(phoneNumberId, messageId, request) {
      try {
        await client.send(
          new UpdateItemCommand({
            TableName: tableName,
            Key: { pk: { S: messageKey(phoneNumberId, messageId) }, sk: { S: sortKey } },
            UpdateExpression: 'SET #request = :request',
            ConditionExpression:
              'attribute_exists(pk) AND attribute_not_exists(#erased) AND attribute_not_exists(#request) AND attribute_not_exists(#transcript)',
            ExpressionAttributeNames: {
              '#erased': erasedAttribute,
              '#request': transcribeRequestAttribute(request.revision),
              '#transcript': transcriptAttribute(request.revision),
            },
            ExpressionAttributeValues: { ':request': { S: JSON.stringify(request) } },
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) {
          return false;
        }
        throw error;
      }
    },
  };
}
