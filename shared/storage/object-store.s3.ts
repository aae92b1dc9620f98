import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { awsClientConfig, type CallBudget } from '../runtime/aws-client.ts';
import type { ObjectStore } from './object-store.port.ts';

/** The objects of one S3 bucket. */
export function objectStoreInS3(bucket: string, budget: CallBudget): ObjectStore {
  const client = new S3Client(awsClientConfig(budget));
  return {
    async put(key, bytes) {
      await client.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: bytes,
          ContentType: 'application/octet-stream',
        }),
      );
    },
    async get(key) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      if (!Body) {
        throw new Error('S3 answered without a body');
      }
      return Body.transformToByteArray();
    },
  };
}
