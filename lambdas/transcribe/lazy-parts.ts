import type { HoldBack } from '../../shared/queue/hold-back.port.ts';
import type { MediaBucket } from './media-bucket.port.ts';

/** Messages of a queue are rarely held back: the SQS client is loaded at the first use. */
export function lazyHoldBack(queueUrl: string): HoldBack {
  let loading: Promise<HoldBack> | undefined;
  return {
    async delay(receiptHandles, ms) {
      loading ??= import('../../shared/queue/hold-back.sqs.ts').then(({ holdBackInSqs }) =>
        holdBackInSqs(queueUrl),
      );
      await (await loading).delay(receiptHandles, ms);
    },
  };
}

/** The media bucket with the S3 client loaded at the first use: most sweeps find nothing to read. */
export function lazyMediaBucket(bucket: string): MediaBucket {
  let loading: Promise<MediaBucket> | undefined;
  function media(): Promise<MediaBucket> {
    loading ??= import('./transcript-output.s3.ts').then(({ mediaBucketInS3 }) =>
      mediaBucketInS3(bucket),
    );
    return loading;
  }
  return {
    tail: async (key, sizeBytes) => (await media()).tail(key, sizeBytes),
    read: async (key) => (await media()).read(key),
    write: async (...object) => (await media()).write(...object),
  };
}
