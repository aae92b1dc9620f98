import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { mediaKey, mediaSortKey } from '../../../shared/media/media-item.ts';
import type { TableReader } from '../../../shared/table/table-reader.dynamodb.ts';
import type { MetaMedia } from './meta-media.port.ts';

/** Where it is kept what Meta has been handed. */
export interface MetaMediaConfig {
  client: DynamoDBClient;
  tableName: string;
  reader: TableReader;
  now(): Date;
}

/** Meta keeps an upload for 30 days, and a send may wait for 7 of them. Source: Meta, "Media". */
const usableDays = 22;

/** A day after Meta has forgotten it. */
const ownedDays = 31;

const sortKey = 'METAMEDIA';

const itemSchema = z.object({
  mediaId: z.object({ S: z.string() }).transform(({ S }) => S),
  expiresAt: z.object({ N: z.coerce.number() }).transform(({ N }) => N),
});

const partition = (name: string) => `METAMEDIA#${name}`;

/** `METAMEDIA#<name>` / `METAMEDIA`: Meta's id of a file; whose it is, as `media-item.ts` says. */
export function metaMediaInDynamoDb({
  client,
  tableName,
  reader,
  now,
}: MetaMediaConfig): MetaMedia {
  const inDays = (days: number) => Math.floor(now().getTime() / 1000) + days * 24 * 60 * 60;
  return {
    async idOf(name) {
      const item = await reader.read(partition(name), sortKey);
      const known = item && itemSchema.parse(item);
      // DynamoDB removes what has expired within days.
      return known && known.expiresAt > inDays(0) ? known.mediaId : undefined;
    },
    async remember({ name, mediaId, organizationId, phoneNumberId }) {
      const owner = { organizationId: { S: organizationId }, phoneNumberId: { S: phoneNumberId } };
      await Promise.all(
        [
          {
            pk: { S: mediaKey(mediaId) },
            sk: { S: mediaSortKey },
            ...owner,
            expiresAt: { N: String(inDays(ownedDays)) },
          },
          ...(name === undefined
            ? []
            : [
                {
                  pk: { S: partition(name) },
                  sk: { S: sortKey },
                  ...owner,
                  mediaId: { S: mediaId },
                  expiresAt: { N: String(inDays(usableDays)) },
                },
              ]),
        ].map((Item) => client.send(new PutItemCommand({ TableName: tableName, Item }))),
      );
    },
  };
}
