import * as z from 'zod';
import { mediaKey, mediaSortKey } from '../../shared/media/media-item.ts';
import type { TableReader } from '../../shared/table/table-reader.dynamodb.ts';
import type { MediaOwners } from './media-owner.port.ts';

const text = z.object({ S: z.string() }).transform(({ S }) => S);
const mediaItemSchema = z.object({ organizationId: text, phoneNumberId: text });

/** The owners of media in DynamoDB, as `media-item.ts` says. */
export function mediaOwnersInDynamoDb(reader: TableReader): MediaOwners {
  return {
    async ownerOf(mediaId) {
      const item = await reader.read(mediaKey(mediaId), mediaSortKey);
      return item && mediaItemSchema.parse(item);
    },
  };
}
