import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import type { TableReader } from '../table/table-reader.dynamodb.ts';
import { uploadLifetimeMs, uploadPartition, uploadSchema } from './upload-item.schema.ts';
import type { Uploads } from './uploads.port.ts';

/** Where the uploads are. */
export interface UploadsConfig {
  client: DynamoDBClient;
  tableName: string;
  reader: TableReader;
  now(): Date;
}

const itemSchema = z.object({
  upload: z
    .object({ S: z.string() })
    .transform(({ S }): unknown => JSON.parse(S))
    .pipe(uploadSchema),
});

/** The uploads in DynamoDB, as `upload-item.schema.ts` says. */
export function uploadsInDynamoDb({ client, tableName, reader, now }: UploadsConfig): Uploads {
  return {
    async create(upload) {
      const expiresAt = Math.ceil((Date.parse(upload.createdAt) + uploadLifetimeMs) / 1000);
      await client.send(
        new PutItemCommand({
          TableName: tableName,
          Item: {
            pk: { S: uploadPartition(upload.organizationId) },
            sk: { S: upload.uploadId },
            upload: { S: JSON.stringify(upload) },
            expiresAt: { N: String(expiresAt) },
          },
        }),
      );
    },
    async find(organizationId, uploadId) {
      const item = await reader.read(uploadPartition(organizationId), uploadId);
      if (!item) {
        return undefined;
      }
      const { upload } = itemSchema.parse(item);
      // DynamoDB removes what has expired within days.
      const isOver = now().getTime() - Date.parse(upload.createdAt) >= uploadLifetimeMs;
      return isOver ? undefined : upload;
    },
  };
}
