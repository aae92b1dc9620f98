import * as z from 'zod';
import { messageKey } from '../../../shared/events/message-item.ts';
import { mediaAttribute } from '../../../shared/media/media-attributes.ts';
import { mediaRecordSchema } from '../../../shared/media/media-record.schema.ts';
import type { TableReader } from '../../../shared/table/table-reader.dynamodb.ts';
import type { ReceivedFiles } from './received-files.port.ts';

const text = z.object({ S: z.string() }).transform(({ S }) => S);

const messageItemSchema = z.object({
  organizationId: text,
  [mediaAttribute]: text
    .transform((json): unknown => JSON.parse(json))
    .pipe(mediaRecordSchema)
    .optional(),
});

/** The files of messages in DynamoDB, as `media-attributes.ts` says. */
export function receivedFilesInDynamoDb(reader: TableReader): ReceivedFiles {
  return {
    async find(phoneNumberId, messageId) {
      const item = await reader.read(messageKey(phoneNumberId, messageId), 'MSG');
      if (!item) {
        return undefined;
      }
      const { organizationId, [mediaAttribute]: record } = messageItemSchema.parse(item);
      return { organizationId, record };
    },
  };
}
