import { Readable } from 'node:stream';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { awsClientConfig } from '../../shared/runtime/aws-client.ts';
import { attachmentOf } from './attachment.ts';
import type { MediaStore } from './media-store.port.ts';

/** Longer than a download may take, in ms. S3 answers when it has the last byte. */
const requestTimeout = 130_000;

/** Without a logger the SDK writes a line to the console for every request that is broken off. */
const silent = () => undefined;
const logger = { debug: silent, info: silent, warn: silent, error: silent };

/**
 * The media bucket. A file is one PutObject of known length, and nothing of it is kept here: where its
 * bytes end with an error the request is broken off, and S3 makes no object of less than it was promised.
 */
export function mediaStoreInS3(bucket: string): MediaStore {
  const client = new S3Client({
    // Bytes that have gone by cannot be sent again.
    ...awsClientConfig({ requestTimeout, maxAttempts: 1 }),
    // Else the SDK frames the body, to put a checksum of its own behind it.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    logger,
  });
  return {
    async put({ key, mimeType, sizeBytes, sha256, filename, tag, bytes }) {
      const body = Readable.from(bytes, { objectMode: false });
      const upload = new AbortController();
      let failure: unknown;
      body.once('error', (error) => {
        failure = error;
        upload.abort();
      });
      try {
        await client.send(
          new PutObjectCommand({
            Bucket: bucket,
            Key: key,
            Body: body,
            ContentLength: sizeBytes,
            ContentType: mimeType,
            ContentDisposition: attachmentOf(filename),
            ...(tag && { Tagging: tag }),
            ...(sha256 && { ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64') }),
          }),
          { abortSignal: upload.signal },
        );
      } catch (error) {
        throw failure ?? error;
      } finally {
        body.destroy();
      }
    },
  };
}
