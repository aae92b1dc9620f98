import { DeleteObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import pLimit from 'p-limit';
import { awsClientConfig, backgroundBudget } from '../../shared/runtime/aws-client.ts';
import type { ErasableObjects } from './erasure-data.port.ts';

const concurrentDeletes = 20;

/** The objects of a bucket without versions: what is deleted is gone. */
export function erasableObjectsInS3(bucket: string): ErasableObjects {
  const client = new S3Client(awsClientConfig(backgroundBudget));
  const limit = pLimit(concurrentDeletes);

  async function remove(keys: readonly string[]): Promise<void> {
    const deletes = keys.map((Key) =>
      limit(() => client.send(new DeleteObjectCommand({ Bucket: bucket, Key }))),
    );
    await Promise.all(deletes);
  }

  return {
    remove,
    async removeAll(prefix) {
      for (;;) {
        // From the start each time: what was found is gone.
        const { Contents = [] } = await client.send(
          new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }),
        );
        if (Contents.length === 0) {
          return;
        }
        await remove(Contents.map(({ Key = '' }) => Key));
      }
    },
  };
}
