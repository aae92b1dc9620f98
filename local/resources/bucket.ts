import { type AttributesOf, physicalName, type Resource } from '../template/assembly.ts';

function bucketName(bucket: Resource): string {
  return physicalName(bucket, 'BucketName', 63).toLowerCase();
}

/** A bucket's references. */
export const bucketAttributes: AttributesOf = (bucket) => {
  const name = bucketName(bucket);
  const host = `${name}.s3.amazonaws.com`;
  const regionalHost = `${name}.s3.${bucket.region}.amazonaws.com`;
  return {
    Ref: name,
    Arn: `arn:aws:s3:::${name}`,
    DomainName: host,
    RegionalDomainName: regionalHost,
  };
};

/** Creates an AWS::S3::Bucket in the engine at `address`. */
export async function createBucket(address: string, bucket: Resource): Promise<void> {
  const answer = await fetch(`${address}/${bucketName(bucket)}`, { method: 'PUT' });
  if (!answer.ok) throw new Error(`${bucket.logicalId} was not created: ${await answer.text()}`);
}
