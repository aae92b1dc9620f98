import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnDeliveryStream } from 'aws-cdk-lib/aws-kinesisfirehose';
import { LogGroup, LogStream } from 'aws-cdk-lib/aws-logs';
import type { PartProps } from './service-part.ts';

/** How long Firehose gathers what becomes one object. */
const buffer = Duration.minutes(5);

/** Of an object: `npm run replay` reads some of them at once. */
const objectMiB = 5;

/**
 * Adds to a stack the stream by which worked webhooks come into the raw bucket's `archive/`. It keeps them
 * for 24 hours where the bucket does not take them. Source: Firehose Developer Guide, "Understand data delivery".
 */
export function addArchiveStream({ stack, config, state }: PartProps): CfnDeliveryStream {
  const { rawBucket, dataKey } = state;
  // Why an object was not written, by error codes: they hold nothing of what would be in it.
  const logGroup = new LogGroup(stack, 'ArchiveLogs', {
    retention: config.logRetentionDays,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const logStream = new LogStream(stack, 'ArchiveErrors', {
    logGroup,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const role = new Role(stack, 'ArchiveAccess', {
    // For this account's streams alone. Source: CloudFormation Template Reference, AWS::KinesisFirehose::DeliveryStream.
    assumedBy: new ServicePrincipal('firehose.amazonaws.com', {
      conditions: { StringEquals: { 'sts:ExternalId': stack.account } },
    }),
    description: 'Writes worked webhooks into the archive',
  });
  // Source: Firehose Developer Guide, "Grant Firehose access to an Amazon S3 destination", for one prefix.
  const statements = [
    {
      actions: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
      resources: [rawBucket.arnForObjects('archive/*')],
    },
    {
      actions: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
      resources: [rawBucket.bucketArn],
    },
    { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [dataKey.keyArn] },
    { actions: ['logs:PutLogEvents'], resources: [logGroup.logGroupArn] },
  ];
  for (const statement of statements) {
    role.addToPolicy(new PolicyStatement(statement));
  }
  const stream = new CfnDeliveryStream(stack, 'Archive', {
    deliveryStreamType: 'DirectPut',
    deliveryStreamEncryptionConfigurationInput: {
      keyType: 'CUSTOMER_MANAGED_CMK',
      keyArn: dataKey.keyArn,
    },
    extendedS3DestinationConfiguration: {
      bucketArn: rawBucket.bucketArn,
      roleArn: role.roleArn,
      // `replay` finds objects by it: see lambdas/ingest/archive.ts.
      prefix: 'archive/!{timestamp:yyyy-MM-dd}/!{timestamp:HH}/!{timestamp:mmss}-',
      // Asked for beside such a prefix, and used by nothing that is switched on here.
      errorOutputPrefix: 'archive/!{firehose:error-output-type}/',
      fileExtension: '.jsonl.gz',
      // Records come compressed.
      compressionFormat: 'UNCOMPRESSED',
      bufferingHints: { intervalInSeconds: buffer.toSeconds(), sizeInMBs: objectMiB },
      cloudWatchLoggingOptions: {
        enabled: true,
        logGroupName: logGroup.logGroupName,
        logStreamName: logStream.logStreamName,
      },
    },
  });
  // Firehose tries the role when it makes the stream.
  stream.node.addDependency(role);
  // What it has not yet written would go with it.
  stream.applyRemovalPolicy(config.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY);
  return stream;
}
