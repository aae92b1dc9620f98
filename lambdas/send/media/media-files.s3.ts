import { addAbortSignal, Readable } from 'node:stream';
import { GetObjectCommand, HeadObjectCommand, NotFound, S3Client } from '@aws-sdk/client-s3';
import { awsClientConfig, interactiveBudget } from '../../../shared/runtime/aws-client.ts';
import type { MediaFiles } from './media-files.port.ts';

/** The media bucket in S3. Its role has to be allowed to list it: else S3 answers 403 for what is not there. */
export function mediaFilesInS3(bucket: string): MediaFiles {
  const client = new S3Client(awsClientConfig(interactiveBudget));
  return {
    async look(key) {
      try {
        const { ContentLength: sizeBytes, ETag: version } = await client.send(
          new HeadObjectCommand({ Bucket: bucket, Key: key }),
        );
        if (sizeBytes === undefined || version === undefined) {
          throw new Error('S3 has described an object without its size or ETag');
        }
        return { sizeBytes, version };
      } catch (error) {
        if (error instanceof NotFound) {
          return undefined;
        }
        throw error;
      }
    },
    async open(key, version, signal) {
      const { Body } = await client.send(
        new GetObjectCommand({ Bucket: bucket, Key: key, IfMatch: version }),
        { abortSignal: signal },
      );
      if (!(Body instanceof Readable)) {
        throw new Error('S3 answered without a body');
      }
      // Whoever reads hears of it; without this line a file that nobody reads would end the process.
      Body.on('error', () => {});
      return addAbortSignal(signal, Body);
    },
  };
}
