import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { stages } from '../../infra/config.ts';
import { retentionTag } from '../../shared/settings/retention.ts';
import { retentionChoices, settingsSchema } from '../../shared/settings/settings.schema.ts';
import { permissionsOf } from './permissions.ts';
import { ofType, parsed, templates } from './template.ts';

const lifecycleSchema = z.object({
  LifecycleConfiguration: z.object({
    Rules: z.array(
      z.object({
        Status: z.string(),
        Prefix: z.string().optional(),
        TagFilters: z.array(z.object({ Key: z.string(), Value: z.string() })).default([]),
        ExpirationInDays: z.number().optional(),
      }),
    ),
  }),
});

const keyPolicySchema = z.object({
  KeyPolicy: z.object({
    Statement: z.array(z.object({ Effect: z.string(), Principal: z.object({ AWS: z.string() }) })),
  }),
});

/** What holds data. A change of its logical id, or of its stack's name, makes it anew and empty. */
const stateful = {
  'AWS::DynamoDB::GlobalTable': ['nexus-whatsapp-<stage>-state/TableCD117FA1'],
  'AWS::KMS::Key': [
    'nexus-whatsapp-<stage>-state/DataKey17AFBB84',
    'nexus-whatsapp-<stage>-state/TokenKeyD1D1A236',
  ],
  'AWS::KinesisFirehose::DeliveryStream': ['nexus-whatsapp-<stage>/Archive'],
  'AWS::S3::Bucket': [
    'nexus-whatsapp-<stage>-state/AccessLogs8B620ECA',
    'nexus-whatsapp-<stage>-state/MediaBucketBCBB02BA',
    'nexus-whatsapp-<stage>-state/RawBucket0C3EE094',
  ],
  'AWS::SecretsManager::Secret': [
    'nexus-whatsapp-<stage>-state/AppSecretFAB5164C',
    'nexus-whatsapp-<stage>/EventsSecret2C3215AA',
  ],
  'AWS::SQS::Queue': [
    'nexus-whatsapp-<stage>/BulkRequestsDeadLettersCA13E27D',
    'nexus-whatsapp-<stage>/BulkRequestsQueue20CCFB07',
    'nexus-whatsapp-<stage>/ErasureJobsDeadLetters123D1A04',
    'nexus-whatsapp-<stage>/ErasureJobsQueue4780B036',
    'nexus-whatsapp-<stage>/InboxEventsDeadLetters965DAFDD',
    'nexus-whatsapp-<stage>/InboxEventsQueueE3BC0609',
    'nexus-whatsapp-<stage>/InboxHistoryDeadLetters1EC4DBB4',
    'nexus-whatsapp-<stage>/InboxHistoryQueueDA375731',
    'nexus-whatsapp-<stage>/MediaJobsDeadLettersB995DB3C',
    'nexus-whatsapp-<stage>/MediaJobsQueueA6B97DF7',
    'nexus-whatsapp-<stage>/RepublishJobsDeadLetters9E1768B2',
    'nexus-whatsapp-<stage>/RepublishJobsQueueD4E71DDD',
    'nexus-whatsapp-<stage>/SendRequestsDeadLetters82BF26DA',
    'nexus-whatsapp-<stage>/SendRequestsQueue3244A0A2',
    'nexus-whatsapp-<stage>/TranscribeJobsDeadLetters34DE3AE9',
    'nexus-whatsapp-<stage>/TranscribeJobsQueue3292BE81',
    'nexus-whatsapp-<stage>/WebhookEventsDeadLetters21C1B27A',
    'nexus-whatsapp-<stage>/WebhookEventsQueue33F2376E',
  ],
};

describe.each(templates)('state of $stage', ({ stage, resources, functions, protectedStacks }) => {
  const retainData = stage === 'prod';

  it.each(Object.entries(stateful))('%s keeps its logical ids', (type, expected) => {
    const ids = ofType(resources, type).map(({ stack, logicalId }) => `${stack}/${logicalId}`);
    const hasEndpoint = functions.some(({ id }) => id === 'deliver-events');
    expect(ids.sort()).toEqual(
      expected
        .filter((id) => hasEndpoint || !id.includes('/EventsSecret'))
        .map((id) => id.replace('<stage>', stage)),
    );
  });

  it.each(ofType(resources, ...Object.keys(stateful)))(
    '$name outlives its stack where data are to be kept',
    ({ deletionPolicy, updateReplacePolicy }) => {
      const policy = retainData ? 'Retain' : 'Delete';
      expect({ deletionPolicy, updateReplacePolicy }).toEqual({
        deletionPolicy: policy,
        updateReplacePolicy: policy,
      });
    },
  );

  it('has stacks that refuse deletion where data are to be kept', () => {
    const stacks = [`nexus-whatsapp-${stage}-state`, `nexus-whatsapp-${stage}`];
    expect(protectedStacks).toEqual(retainData ? stacks : []);
  });

  it.each(ofType(resources, 'AWS::DynamoDB::GlobalTable'))('$name', ({ properties }) => {
    expect(properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      GlobalSecondaryIndexes: [
        {
          IndexName: 'Listing',
          KeySchema: [
            { AttributeName: 'listing', KeyType: 'HASH' },
            { AttributeName: 'listingOrder', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
        {
          IndexName: 'Conversation',
          KeySchema: [
            { AttributeName: 'conversationId', KeyType: 'HASH' },
            { AttributeName: 'orderKey', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
      Replicas: [
        {
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          SSESpecification: { KMSMasterKeyId: 'DataKey.Arn' },
          DeletionProtectionEnabled: retainData,
        },
      ],
    });
  });

  const logDestination = 'AccessLogs';

  describe.each(ofType(resources, 'AWS::S3::Bucket'))('$name', (bucket) => {
    const isLogDestination = bucket.name === logDestination;

    it('is encrypted with the data key, through a bucket key; logs, for which S3 has none, otherwise', () => {
      expect(bucket.properties).toMatchObject({
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            isLogDestination
              ? { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }
              : {
                  BucketKeyEnabled: true,
                  ServerSideEncryptionByDefault: {
                    SSEAlgorithm: 'aws:kms',
                    KMSMasterKeyID: 'DataKey.Arn',
                  },
                },
          ],
        },
      });
    });

    it('tells who read and wrote what, but for the logs of it', () => {
      expect(bucket.properties['LoggingConfiguration']).toEqual(
        isLogDestination ? undefined : { DestinationBucketName: logDestination },
      );
    });

    it('is closed to the public and knows no access lists', () => {
      expect(bucket.properties).toMatchObject({
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      });
    });

    it('refuses what does not come over TLS, and lets nobody in but who brings the logs', () => {
      const logged = ofType(resources, 'AWS::S3::Bucket').filter(
        ({ properties }) => isLogDestination && properties['LoggingConfiguration'] !== undefined,
      );
      const policies = ofType(resources, 'AWS::S3::BucketPolicy')
        .map(({ properties }) => properties)
        .filter(({ Bucket }) => Bucket === bucket.name);
      expect(policies).toMatchObject([
        {
          PolicyDocument: {
            Statement: [
              {
                Effect: 'Deny',
                Action: 's3:*',
                Principal: { AWS: '*' },
                Resource: [`${bucket.name}.Arn`, `${bucket.name}.Arn/*`],
                Condition: { Bool: { 'aws:SecureTransport': 'false' } },
              },
              ...logged.map(({ name }) => ({
                Effect: 'Allow',
                Action: 's3:PutObject',
                Principal: { Service: 'logging.s3.amazonaws.com' },
                Resource: `${bucket.name}.Arn/*`,
                Condition: {
                  ArnLike: { 'aws:SourceArn': `${name}.Arn` },
                  StringEquals: { 'aws:SourceAccount': 'AWS::AccountId' },
                },
              })),
            ],
          },
        },
      ]);
    });

    it('forgets uploads that were never completed', () => {
      expect(bucket.properties).toMatchObject({
        LifecycleConfiguration: {
          Rules: expect.arrayContaining([
            { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 }, Status: 'Enabled' },
          ]),
        },
      });
    });

    it('forgets in time whatever may be written to it', () => {
      const { Rules } = parsed(bucket, lifecycleSchema).LifecycleConfiguration;
      const expiring = Rules.filter(
        ({ Status, Prefix, ExpirationInDays = 0 }) =>
          Status === 'Enabled' && Prefix !== undefined && ExpirationInDays > 0,
      ).map(({ Prefix }) => `${bucket.name}/${Prefix}*`);
      const written = [...functions, { roleName: 'ArchiveAccess' }]
        .flatMap((fn) => permissionsOf(fn, resources))
        .filter(({ action }) => action === 's3:PutObject')
        .map(({ resource }) => resource)
        .filter((resource) => resource.startsWith(`${bucket.name}/`));
      expect([...new Set(written)].sort()).toEqual(expiring.sort());
    });
  });

  it('forgets files by the tags of what organisations may choose, as far as that is less than its own retention', () => {
    const rules = ofType(resources, 'AWS::S3::Bucket').flatMap(
      (bucket) => parsed(bucket, lifecycleSchema).LifecycleConfiguration.Rules,
    );
    const tagged = rules.flatMap(({ TagFilters, ExpirationInDays }) =>
      TagFilters.map(({ Key, Value }) => [`${Key}=${Value}`, ExpirationInDays]),
    );
    const shorter = retentionChoices.filter((days) => days < stages[stage].messageRetentionDays);
    expect(tagged).toEqual(
      shorter.map((messageDays) => [
        retentionTag(settingsSchema.parse({ retention: { messageDays } })),
        messageDays,
      ]),
    );
  });

  describe.each(ofType(resources, 'AWS::KMS::Key'))('$name', (key) => {
    it('is rotated', () => {
      expect(key.properties).toMatchObject({ EnableKeyRotation: true });
    });

    it('is open to its own account alone, where roles decide', () => {
      const { Statement } = parsed(key, keyPolicySchema).KeyPolicy;
      const principals = Statement.map(({ Principal }) => Principal.AWS);
      expect(new Set(principals)).toEqual(new Set(['arn:aws:iam::AWS::AccountId:root']));
    });
  });

  it.each(ofType(resources, 'AWS::SecretsManager::Secret'))(
    '$name is encrypted with the data key and empty until somebody fills it',
    ({ name, properties }) => {
      // Exactly this text for ever: a new one here would overwrite the real secret at a deployment.
      const empty = {
        AppSecret: '{"appSecrets":[],"verifyTokens":[]}',
        EventsSecret: '{"secrets":[]}',
      };
      const [, text] = Object.entries(empty).find(([secret]) => secret === name) ?? [];
      expect(text).toBeDefined();
      expect(properties).toMatchObject({ KmsKeyId: 'DataKey.Arn', SecretString: text });
    },
  );
});
