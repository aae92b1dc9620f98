import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { awsClientConfig, backgroundBudget } from '../../shared/runtime/aws-client.ts';
import type { MediaBucket } from './media-bucket.port.ts';
import { tailBytes } from './sound-duration.ts';

/** What transcription reads and writes of the media bucket in S3. Without s3:ListBucket a missing object is an error. */
export function mediaBucketInS3(bucket: string): MediaBucket {
  const client = new S3Client(awsClientConfig(backgroundBudget));

  async function get(key: string, Range?: string): Promise<Uint8Array | undefined> {
    try {
      const { Body } = await client.send(
        new GetObjectCommand({ Bucket: bucket, Key: key, ...(Range ? { Range } : {}) }),
      );
      return (await Body?.transformToByteArray()) ?? new Uint8Array();
    } catch (error) {
      if (error instanceof NoSuchKey) {
        return undefined;
      }
      throw error;
    }
  }

  return {
    read: (key) => get(key),
    async write(key, bytes, mimeType, tag) {
      await client.send(
        new PutObjectCommand({
          ...{ Bucket: bucket, Key: key, Body: bytes, ContentType: mimeType },
          ...(tag && { Tagging: tag }),
        }),
      );
    },
    // S3 refuses the range of an object that has none.
    tail: (key, sizeBytes) =>
      get(key, sizeBytes > tailBytes ? `bytes=${sizeBytes - tailBytes}-` : undefined),
  };
}
