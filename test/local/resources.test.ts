import { afterAll, describe, expect, it } from '@jest/globals';
import { readDeliveryStreams } from '../../local/resources/delivery-stream.ts';
import { attributesByType } from '../../local/resources/registry.ts';
import { readRules } from '../../local/resources/rule.ts';
import { initialSecrets } from '../../local/resources/secret.ts';
import { readAssembly } from '../../local/template/assembly.ts';
import { allow, lambda, removeAssemblies, writeAssembly } from './tiny-assembly.ts';

afterAll(removeAssemblies);

function read(Resources: object, Outputs: object = {}) {
  const directory = writeAssembly({ Resources, Outputs });
  const endpoints = { aws: 'http://aws', api: 'http://api' };
  return readAssembly(directory, endpoints, attributesByType);
}

const secret = (properties: object) => ({
  AppSecret0A1B2C3D: { Type: 'AWS::SecretsManager::Secret', Properties: properties },
});
const arn = 'arn:aws:secretsmanager:eu-west-1:000000000000:secret:tiny-AppSecret0A1B2C3D-local0';

describe('an assembly', () => {
  it('has the APIs at the local address', () => {
    const url = {
      'Fn::Join': ['', ['https://', { Ref: 'Api' }, '.execute-api.eu-west-1.amazonaws.com/in']],
    };
    const api = { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'HTTP' } };
    expect(read({ Api: api }, { Url: { Value: url } }).outputs).toEqual({ Url: 'http://api/in' });
  });

  it('leaves out a resource whose condition does not hold', () => {
    const queue = { Type: 'AWS::SQS::Queue', Condition: 'Missing' };
    expect(() => read({ Queue: queue })).toThrow('there is no condition Missing');
  });
});

describe('a secret', () => {
  it('starts with the given value, the one of the template, or a generated one', () => {
    const SecretString = '{"appSecrets":[]}';
    const fixed = read(secret({ SecretString }), { Arn: { Value: { Ref: 'AppSecret0A1B2C3D' } } });
    expect(initialSecrets(fixed, {})).toEqual(new Map([[arn, SecretString]]));
    expect(initialSecrets(fixed, { AppSecret: 'a' })).toEqual(new Map([[arn, 'a']]));
    expect(initialSecrets(fixed, { Arn: 'b' })).toEqual(new Map([[arn, 'b']]));
    expect(() => initialSecrets(fixed, { Other: 'c' })).toThrow('Other');

    const GenerateSecretString = { SecretStringTemplate: '{"user":"a"}', GenerateStringKey: 'key' };
    const generated = initialSecrets(read(secret({ GenerateSecretString })), {}).get(arn) ?? '';
    expect(JSON.parse(generated)).toEqual({ user: 'a', key: expect.stringMatching(/^.{32}$/) });
  });
});

describe('a rule', () => {
  const rule = (properties: object) =>
    read({
      Sweep: {
        Type: 'AWS::Events::Rule',
        Properties: { Targets: [{ Arn: { 'Fn::GetAtt': ['F', 'Arn'] } }], ...properties },
      },
      ...lambda('F', []),
    });

  it('fires a function at a rate', () => {
    expect(readRules(rule({ ScheduleExpression: 'rate(5 minutes)' }))).toMatchObject([
      { everyMs: 300_000, targets: [{ functionArn: expect.stringContaining(':function:tiny-F') }] },
    ]);
    expect(readRules(rule({ ScheduleExpression: 'rate(1 day)', State: 'DISABLED' }))).toEqual([]);
  });

  it.each([{ ScheduleExpression: 'cron(0 * * * ? *)' }, { EventPattern: { source: ['aws.s3'] } }])(
    'is refused as %j, not ignored',
    (properties) => {
      expect(() => readRules(rule(properties))).toThrow('tiny/Sweep (AWS::Events::Rule)');
    },
  );
});

describe('a delivery stream', () => {
  const prefix = 'archive/!{timestamp:yyyy-MM-dd}/';
  const streams = (Prefix: string, ...statements: object[]) =>
    readDeliveryStreams(
      read({
        Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'raw' } },
        ...lambda('F', statements),
        Archive: {
          Type: 'AWS::KinesisFirehose::DeliveryStream',
          Properties: {
            DeliveryStreamType: 'DirectPut',
            ExtendedS3DestinationConfiguration: {
              BucketARN: { 'Fn::GetAtt': ['Bucket', 'Arn'] },
              RoleARN: { 'Fn::GetAtt': ['FRole', 'Arn'] },
              Prefix,
            },
          },
        },
      }),
    );

  it('writes where its role may', () => {
    expect(streams(prefix, allow('s3:PutObject', 'Bucket', '/archive/*'))).toEqual([
      { name: 'tiny-Archive', bucket: 'raw', prefix, fileExtension: '' },
    ]);
  });

  it('is refused where its role may not, or where its prefix is not understood', () => {
    expect(() => streams(prefix, allow('s3:PutObject', 'Bucket', '/other/*'))).toThrow(
      'does not allow s3:PutObject',
    );
    expect(() =>
      streams('a/!{firehose:random-string}/', allow('s3:PutObject', 'Bucket', '/*')),
    ).toThrow('tiny/Archive (AWS::KinesisFirehose::DeliveryStream)');
  });
});
