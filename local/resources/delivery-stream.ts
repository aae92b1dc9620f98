import * as z from 'zod';
import { BootError } from '../boot-error.ts';
import { readRoles } from '../iam.ts';
import {
  type Assembly,
  type AttributesOf,
  arnOf,
  parseProperties,
  physicalName,
  resourcesOfType,
} from '../template/assembly.ts';

const schema = z.object({
  DeliveryStreamType: z.literal('DirectPut'),
  ExtendedS3DestinationConfiguration: z.object({
    BucketARN: z.string(),
    RoleARN: z.string(),
    Prefix: z
      .string()
      .regex(/^([^!]|!\{timestamp:[^}']*\})*$/, 'only unquoted timestamps are supported'),
    FileExtension: z.string().default(''),
    CompressionFormat: z.literal('UNCOMPRESSED').default('UNCOMPRESSED'),
    ProcessingConfiguration: z.never('records are not processed here').optional(),
  }),
});

/** A stream of the template that writes what it gets into a bucket. */
export interface DeliveryStream {
  name: string;
  bucket: string;
  /** With expressions such as `!{timestamp:yyyy}`. */
  prefix: string;
  fileExtension: string;
}

/** A stream's references: Ref is its name. */
export const deliveryStreamAttributes: AttributesOf = (stream) => {
  const name = physicalName(stream, 'DeliveryStreamName');
  return { Ref: name, Arn: arnOf(stream, 'firehose', `deliverystream/${name}`) };
};

/** Reads the AWS::KinesisFirehose::DeliveryStream resources. Throws a `BootError` where one may not write. */
export function readDeliveryStreams(assembly: Assembly): DeliveryStream[] {
  const roles = readRoles(assembly);
  return resourcesOfType(assembly, 'AWS::KinesisFirehose::DeliveryStream').map((resource) => {
    const { BucketARN, RoleARN, Prefix, FileExtension } = parseProperties(
      resource,
      schema,
    ).ExtendedS3DestinationConfiguration;
    const { Ref: name = '' } = deliveryStreamAttributes(resource);
    const written = { action: 's3:PutObject', resource: `${BucketARN}/${Prefix}` };
    if (!roles.get(RoleARN)?.allows(written)) {
      throw new BootError(`Role ${RoleARN} of ${name} does not allow s3:PutObject on its prefix`);
    }
    const bucket = BucketARN.split(':::')[1] ?? '';
    return { name, bucket, prefix: Prefix, fileExtension: FileExtension };
  });
}
