import { roleAttributes } from '../iam.ts';
import { type AttributesOf, arnOf, physicalName } from '../template/assembly.ts';
import { bucketAttributes } from './bucket.ts';
import { deliveryStreamAttributes } from './delivery-stream.ts';
import { mappingAttributes } from './event-source-mapping.ts';
import { functionAttributes } from './function.ts';
import { apiAttributes, apiPartAttributes, stageAttributes } from './http-api.ts';
import { aliasAttributes, keyAttributes } from './key.ts';
import { queueAttributes } from './queue.ts';
import { ruleAttributes } from './rule.ts';
import { secretAttributes } from './secret.ts';
import { tableAttributes } from './table.ts';

/** For what does nothing locally and is referred to, if at all, by its logical id. */
const passive: AttributesOf = ({ logicalId }) => ({ Ref: logicalId });

/**
 * Every resource type that a template may hold, with what its references resolve to. One that is
 * not listed stops the boot: nothing new in `infra/` is left out of the local run unnoticed.
 */
export const attributesByType: Record<string, AttributesOf> = {
  'AWS::ApiGatewayV2::Api': apiAttributes,
  'AWS::ApiGatewayV2::Authorizer': apiPartAttributes,
  'AWS::ApiGatewayV2::Integration': apiPartAttributes,
  'AWS::ApiGatewayV2::Route': apiPartAttributes,
  'AWS::ApiGatewayV2::Stage': stageAttributes,
  'AWS::DynamoDB::GlobalTable': tableAttributes,
  'AWS::DynamoDB::Table': tableAttributes,
  'AWS::Events::Rule': ruleAttributes,
  'AWS::IAM::ManagedPolicy': passive,
  'AWS::IAM::Policy': passive,
  'AWS::IAM::Role': roleAttributes,
  'AWS::KMS::Alias': aliasAttributes,
  'AWS::KMS::Key': keyAttributes,
  'AWS::KinesisFirehose::DeliveryStream': deliveryStreamAttributes,
  'AWS::Lambda::EventSourceMapping': mappingAttributes,
  'AWS::Lambda::Function': functionAttributes,
  'AWS::S3::Bucket': bucketAttributes,
  'AWS::SQS::Queue': queueAttributes,
  'AWS::SecretsManager::Secret': secretAttributes,

  // Without local behaviour: permissions of services, monitoring.
  'AWS::CDK::Metadata': passive,
  'AWS::CloudWatch::Alarm': (alarm) => {
    const name = physicalName(alarm, 'AlarmName', 255);
    return { Ref: name, Arn: arnOf(alarm, 'cloudwatch', `alarm:${name}`) };
  },
  'AWS::CloudWatch::CompositeAlarm': passive,
  'AWS::CloudWatch::Dashboard': passive,
  'AWS::Lambda::Permission': passive,
  'AWS::Logs::LogGroup': (group) => {
    const name = physicalName(group, 'LogGroupName');
    return { Ref: name, Arn: arnOf(group, 'logs', `log-group:${name}:*`) };
  },
  'AWS::Logs::LogStream': passive,
  'AWS::Logs::MetricFilter': passive,
  'AWS::Logs::QueryDefinition': passive,
  'AWS::S3::BucketPolicy': passive,
  'AWS::SNS::Subscription': passive,
  'AWS::SNS::Topic': (topic) => {
    const arn = arnOf(topic, 'sns', physicalName(topic, 'TopicName'));
    return { Ref: arn, TopicArn: arn, TopicName: physicalName(topic, 'TopicName') };
  },
  'AWS::SNS::TopicPolicy': passive,
  'AWS::SQS::QueuePolicy': passive,
};
