import {
  CopyObjectCommand,
  DeleteObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import * as z from 'zod';
import { awsClientConfig, backgroundBudget } from '../shared/runtime/aws-client.ts';
import { objectStoreInS3 } from '../shared/storage/object-store.s3.ts';
import type { SetAsideObjects } from './set-aside-objects.port.ts';

/** Source: S3 API Reference, "Object". */
const objectSchema = z
  .object({ Key: z.string(), LastModified: z.date() })
  .transform(({ Key, LastModified }) => ({ key: Key, storedAt: LastModified.toISOString() }));

/** The objects of a bucket in S3. */
export function setAsideObjectsInS3(Bucket: string): SetAsideObjects {
  const client = new S3Client(awsClientConfig(backgroundBudget));
  return {
    ...objectStoreInS3(Bucket, backgroundBudget),
    async *list(Prefix) {
      for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix })) {
        yield* Contents.map((object) => objectSchema.parse(object));
      }
    },
    async copy(from, to) {
      const CopySource = `${Bucket}/${from.split('/').map(encodeURIComponent).join('/')}`;
      await client.send(new CopyObjectCommand({ Bucket, Key: to, CopySource }));
    },
    async remove(Key) {
      await client.send(new DeleteObjectCommand({ Bucket, Key }));
    },
  };
}
