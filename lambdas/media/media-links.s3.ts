import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { awsClientConfig, interactiveBudget } from '../../shared/runtime/aws-client.ts';
import type { MediaLinks } from './media-links.port.ts';

/**
 * Links that are signed with the function's own credentials: they end with these at the latest, and
 * Lambda renews them hours ahead. Signing calls nobody.
 */
export function mediaLinksInS3(bucket: string): MediaLinks {
  const client = new S3Client({
    ...awsClientConfig(interactiveBudget),
    // Else the SDK signs a checksum, and the browser would have to send and check it.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  return {
    download: ({ key, lifetimeSeconds, mimeType, disposition }) =>
      getSignedUrl(
        client,
        new GetObjectCommand({
          Bucket: bucket,
          Key: key,
          ResponseContentType: mimeType,
          ResponseContentDisposition: disposition,
        }),
        { expiresIn: lifetimeSeconds },
      ),
    upload: ({ key, lifetimeSeconds, mimeType, maxBytes }) =>
      createPresignedPost(client, {
        Bucket: bucket,
        Key: key,
        // A field is a condition too: it has to come back as it is.
        Fields: { 'Content-Type': mimeType },
        Conditions: [['content-length-range', 1, maxBytes]],
        Expires: lifetimeSeconds,
      }),
  };
}
