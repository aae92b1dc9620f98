import * as z from 'zod';
import type { AwsClient } from '../aws-client.ts';

/** A resource's properties by the names that CloudFormation gives them. */
export type Properties = Record<string, unknown>;

/** The physical id of what a template's `Ref` or `Fn::GetAtt` means. */
export type Physical = (value: unknown) => string;

/** Asks the services of one deployed stage. Each rejects where the service refuses. */
export interface ServiceCalls {
  /** An action of a service that speaks the JSON protocol. */
  json: AwsClient;
  /** A path of a service that speaks REST: the answer's text. */
  rest(service: string, path: string): Promise<string>;
  /** Physical ids of a stack's resources by their logical ids. */
  physicalIds(stack: string): Promise<Map<string, string>>;
}

/** Reads a resource back from its own service; undefined, or a rejection, where it is not there. */
type StateReader = (
  calls: ServiceCalls,
  id: string,
  declared: Properties,
  physical: Physical,
) => Promise<Properties | undefined>;

const object = z.record(z.string(), z.unknown());
const within = (name: string, answer: unknown): Properties =>
  object.parse(object.parse(answer)[name]);
const fields = async (answer: Promise<string>): Promise<Properties> =>
  object.parse(JSON.parse(await answer));
const first = (name: string, answer: unknown): Properties | undefined =>
  z.array(object).parse(object.parse(answer)[name])[0];

/** API Gateway writes `routeKey` for what a template calls `RouteKey`. */
const capitalised = (properties: Properties): Properties =>
  Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [
      `${name.charAt(0).toUpperCase()}${name.slice(1)}`,
      value,
    ]),
  );

const apiPart =
  (collection: string): StateReader =>
  async (calls, id, { ApiId }, physical) => {
    // MiniStack calls a route `<API id>/<route id>`.
    const path = `/v2/apis/${physical(ApiId)}/${collection}/${id.split('/').at(-1)}`;
    return { ...capitalised(await fields(calls.rest('apigateway', path))), ApiId };
  };

const queueAttributes = async (calls: ServiceCalls, QueueUrl: string): Promise<Properties> =>
  within(
    'Attributes',
    await calls.json('sqs', 'GetQueueAttributes', { QueueUrl, AttributeNames: ['All'] }),
  );

/** By resource type; one that has no reader here is not asked for. */
export const stateReaders: Record<string, StateReader | undefined> = {
  'AWS::ApiGatewayV2::Api': async (calls, id) =>
    capitalised(await fields(calls.rest('apigateway', `/v2/apis/${id}`))),
  'AWS::ApiGatewayV2::Integration': apiPart('integrations'),
  'AWS::ApiGatewayV2::Route': apiPart('routes'),
  'AWS::ApiGatewayV2::Stage': apiPart('stages'),
  'AWS::CloudWatch::Alarm': async (calls, id) =>
    first('MetricAlarms', await calls.json('monitoring', 'DescribeAlarms', { AlarmNames: [id] })),
  'AWS::CloudWatch::Dashboard': async (calls, id) =>
    object.parse(await calls.json('monitoring', 'GetDashboard', { DashboardName: id })),
  'AWS::DynamoDB::GlobalTable': async (calls, TableName) => {
    const call = (action: string) => calls.json('dynamodb', action, { TableName });
    const table = within('Table', await call('DescribeTable'));
    const ttl = within('TimeToLiveDescription', await call('DescribeTimeToLive'));
    const backups = within('ContinuousBackupsDescription', await call('DescribeContinuousBackups'));
    const recovery = within('PointInTimeRecoveryDescription', backups);
    return {
      ...table,
      BillingMode: within('BillingModeSummary', table)['BillingMode'],
      SSESpecification: table['SSEDescription'],
      TimeToLiveSpecification: ttl['TimeToLiveStatus'] === 'ENABLED' && ttl,
      // What our one replica says besides is this.
      Replicas: recovery['PointInTimeRecoveryStatus'] === 'ENABLED' && recovery,
    };
  },
  'AWS::Events::Rule': async (calls, Name) => ({
    ...object.parse(await calls.json('events', 'DescribeRule', { Name })),
    ...object.parse(await calls.json('events', 'ListTargetsByRule', { Rule: Name })),
  }),
  'AWS::IAM::Policy': async (calls, _id, declared, physical) => {
    const [role] = z.array(z.unknown()).parse(declared['Roles']);
    const of = { RoleName: physical(role), PolicyName: String(declared['PolicyName']) };
    await calls.rest('iam', `/?${new URLSearchParams({ Action: 'GetRolePolicy', ...of })}`);
    return declared;
  },
  'AWS::IAM::Role': async (calls, RoleName, declared) => {
    await calls.rest('iam', `/?${new URLSearchParams({ Action: 'GetRole', RoleName })}`);
    return declared;
  },
  'AWS::KinesisFirehose::DeliveryStream': async (calls, DeliveryStreamName) => {
    const call = calls.json('firehose', 'DescribeDeliveryStream', { DeliveryStreamName });
    const stream = within('DeliveryStreamDescription', await call);
    return {
      ...stream,
      DeliveryStreamEncryptionConfigurationInput: stream['DeliveryStreamEncryptionConfiguration'],
      ExtendedS3DestinationConfiguration: stream['Destinations'],
    };
  },
  'AWS::KMS::Key': async (calls, KeyId) => {
    const call = async (action: string) =>
      object.parse(await calls.json('kms', action, { KeyId, PolicyName: 'default' }));
    return {
      ...within('KeyMetadata', await call('DescribeKey')),
      EnableKeyRotation: (await call('GetKeyRotationStatus'))['KeyRotationEnabled'],
      KeyPolicy: (await call('GetKeyPolicy'))['Policy'],
    };
  },
  'AWS::Lambda::EventSourceMapping': async (calls, id, declared) => ({
    ...(await fields(calls.rest('lambda', `/2015-03-31/event-source-mappings/${id}`))),
    FunctionName: declared['FunctionName'],
  }),
  'AWS::Lambda::Function': async (calls, id, declared) => ({
    ...(await fields(calls.rest('lambda', `/2015-03-31/functions/${id}/configuration`))),
    Code: declared['Code'],
  }),
  'AWS::Lambda::Permission': async (calls, _id, declared, physical) => {
    const name = physical(declared['FunctionName']);
    const { Policy } = await fields(calls.rest('lambda', `/2015-03-31/functions/${name}/policy`));
    return `${Policy}`.includes(`${declared['Principal']}`) ? declared : undefined;
  },
  'AWS::Logs::LogGroup': async (calls, logGroupNamePrefix) => {
    const answer = await calls.json('logs', 'DescribeLogGroups', { logGroupNamePrefix });
    const group = first('logGroups', answer);
    return group && { ...group, RetentionInDays: group['retentionInDays'] };
  },
  'AWS::S3::Bucket': async (calls, id) => {
    const part = (name: string) => calls.rest('s3', `/${id}?${name}`).catch(() => undefined);
    return {
      BucketEncryption: (await part('encryption'))?.includes('aws:kms'),
      CorsConfiguration: await part('cors'),
      LifecycleConfiguration: await part('lifecycle'),
      LoggingConfiguration: (await part('logging'))?.includes('LoggingEnabled'),
      OwnershipControls: await part('ownershipControls'),
      PublicAccessBlockConfiguration: await part('publicAccessBlock'),
    };
  },
  'AWS::S3::BucketPolicy': async (calls, _id, declared, physical) => {
    await calls.rest('s3', `/${physical(declared['Bucket'])}?policy`);
    return declared;
  },
  'AWS::SQS::Queue': queueAttributes,
  'AWS::SQS::QueuePolicy': async (calls, _id, declared, physical) => {
    const [queue] = z.array(z.unknown()).parse(declared['Queues']);
    const { Policy } = await queueAttributes(calls, physical(queue));
    return { ...declared, PolicyDocument: Policy };
  },
  'AWS::SecretsManager::Secret': async (calls, SecretId) => ({
    ...object.parse(await calls.json('secretsmanager', 'DescribeSecret', { SecretId })),
    ...object.parse(await calls.json('secretsmanager', 'GetSecretValue', { SecretId })),
  }),
};
