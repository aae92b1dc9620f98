import { Duration, RemovalPolicy, SecretValue, Stack, type StackProps } from 'aws-cdk-lib';
import {
  AttributeType,
  ProjectionType,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  HttpMethods,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { retentionChoices, type StageConfig } from './config.ts';

/** What both stacks need to know of their stage. */
export interface StageProps extends StackProps {
  config: StageConfig;
}

/** Everything that must survive a redeployment of the rest: the table, the bucket, the keys, the secret. */
export class StateStack extends Stack {
  readonly dataKey: Key;
  /** Customers' access tokens alone: what may read the table cannot read them. */
  readonly tokenKey: Key;
  readonly table: TableV2;
  /** Items that have a `listing`, by their `listingOrder`. */
  readonly listingIndex = 'Listing';
  /** A conversation's items by their `orderKey`: see `shared/events/conversation-place.ts`. */
  readonly conversationIndex = 'Conversation';
  /** Raw webhook material: updates too large for a queue, and what nobody could make sense of. */
  readonly rawBucket: Bucket;
  /** Customers' files, files to be sent, and what Transcribe makes of voice notes. */
  readonly mediaBucket: Bucket;
  /** `{"appSecrets": [...], "verifyTokens": [...]}`, one to three of each valid at once. */
  readonly appSecret: Secret;

  constructor(scope: Construct, id: string, { config, ...props }: StageProps) {
    super(scope, id, { ...props, terminationProtection: config.retainData });
    const removalPolicy = config.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;

    this.dataKey = new Key(this, 'DataKey', {
      description: 'Messages, raw webhooks and the app secret of Nexus WhatsApp',
      enableKeyRotation: true,
      removalPolicy,
    });

    this.tokenKey = new Key(this, 'TokenKey', {
      description: "Access tokens of the organisations' WhatsApp Business Accounts",
      enableKeyRotation: true,
      removalPolicy,
    });

    this.table = new TableV2(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
      timeToLiveAttribute: 'expiresAt',
      globalSecondaryIndexes: [
        {
          indexName: this.listingIndex,
          partitionKey: { name: 'listing', type: AttributeType.STRING },
          sortKey: { name: 'listingOrder', type: AttributeType.STRING },
          projectionType: ProjectionType.KEYS_ONLY,
        },
        // Keys alone: a status then costs the index nothing, and reading is rare.
        {
          indexName: this.conversationIndex,
          partitionKey: { name: 'conversationId', type: AttributeType.STRING },
          sortKey: { name: 'orderKey', type: AttributeType.STRING },
          projectionType: ProjectionType.KEYS_ONLY,
        },
      ],
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      encryption: TableEncryptionV2.customerManagedKey(this.dataKey),
      deletionProtection: config.retainData,
      removalPolicy,
    });

    const unfinishedUploads = { abortIncompleteMultipartUploadAfter: Duration.days(1) };
    const closed = {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      removalPolicy,
    } satisfies BucketProps;
    // Who read or wrote which object.
    const accessLogs = new Bucket(this, 'AccessLogs', {
      ...closed,
      // S3 delivers logs to no bucket with a KMS key. Source: S3 User Guide, "Enabling server access logging".
      encryption: BucketEncryption.S3_MANAGED,
      lifecycleRules: [unfinishedUploads, { id: 'logs', expiration: Duration.days(90) }],
    });
    const closedBucket = {
      ...closed,
      encryption: BucketEncryption.KMS,
      encryptionKey: this.dataKey,
      bucketKeyEnabled: true,
      serverAccessLogsBucket: accessLogs,
    } satisfies BucketProps;

    this.rawBucket = new Bucket(this, 'RawBucket', {
      ...closedBucket,
      lifecycleRules: [
        unfinishedUploads,
        // A queue holds a pointer for 14 days; a redrive may start another 14.
        { id: 'oversize', prefix: 'oversize/', expiration: Duration.days(30) },
        { id: 'archive', prefix: 'archive/', expiration: Duration.days(config.archiveDays) },
        { id: 'unrecognised', prefix: 'unrecognised/', expiration: Duration.days(90) },
        { id: 'quarantine', prefix: 'quarantine/', expiration: Duration.days(90) },
        // Lambda's own prefix for what a stream mapping gave up on.
        { id: 'stream-failures', prefix: 'aws/lambda/', expiration: Duration.days(90) },
      ],
    });

    const withMessages = Duration.days(config.messageRetentionDays);
    // Of organisations that have chosen less (`retentionTag`). Of two rules for a file the shorter one holds.
    // Source: S3 User Guide, "Examples of S3 Lifecycle configurations", overlapping filters.
    const chosenRetentions = retentionChoices
      .filter((days) => days < config.messageRetentionDays)
      .map((days) => ({
        id: `retention-${days}-days`,
        tagFilters: { retentionDays: String(days) },
        expiration: Duration.days(days),
      }));
    const { mediaOrigins } = config;
    this.mediaBucket = new Bucket(this, 'MediaBucket', {
      ...closedBucket,
      cors:
        mediaOrigins.length === 0
          ? []
          : [
              {
                allowedMethods: [HttpMethods.GET, HttpMethods.POST],
                allowedOrigins: [...mediaOrigins],
                allowedHeaders: ['*'],
              },
            ],
      lifecycleRules: [
        unfinishedUploads,
        // As long as an upload can be sent.
        { id: 'uploads', prefix: 'uploads/', expiration: Duration.days(1) },
        { id: 'media', prefix: 'media/', expiration: withMessages },
        { id: 'transcripts', prefix: 'transcripts/', expiration: withMessages },
        ...chosenRetentions,
      ],
    });

    this.appSecret = new Secret(this, 'AppSecret', {
      description: "The Meta app's secrets and verify tokens, one to three of each valid at once",
      encryptionKey: this.dataKey,
      // Empty lists fail closed: every webhook is answered 503 until the real ones are put in.
      secretStringValue: SecretValue.unsafePlainText('{"appSecrets":[],"verifyTokens":[]}'),
      removalPolicy,
    });
  }
}
