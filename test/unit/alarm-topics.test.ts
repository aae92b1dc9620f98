import { it } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Alarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { type AlarmTopics, alarmActions } from '../../infra/monitoring/alarm-topics.ts';

const existing = 'arn:aws:sns:eu-west-1:123456789012:on-call';

/** A stack with one alarm that wakes somebody. */
function stackWith(topics?: AlarmTopics): Stack {
  const stack = new Stack(new App(), 'Stack');
  const { page, ticket } = alarmActions(stack, stack, topics);
  const metric = new Metric({ namespace: 'Test', metricName: 'Test' });
  new Alarm(stack, 'Page', { metric, threshold: 1, evaluationPeriods: 1 }).addAlarmAction(...page);
  new Alarm(stack, 'Ticket', { metric, threshold: 1, evaluationPeriods: 1 }).addAlarmAction(
    ...ticket,
  );
  return stack;
}

it('without topics alarms tell nobody, and synthesis says so', () => {
  const stack = stackWith();
  Template.fromStack(stack).allResourcesProperties('AWS::CloudWatch::Alarm', {
    AlarmActions: Match.absent(),
  });
  Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('alarms tell nobody'));
});

it('new topics are encrypted by a key that CloudWatch may use, and take nothing but TLS', () => {
  const template = Template.fromStack(stackWith({ page: 'new', ticket: 'new' }));
  template.resourceCountIs('AWS::SNS::Topic', 2);
  template.allResourcesProperties('AWS::SNS::Topic', {
    KmsMasterKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^TopicKey'), 'Arn'] },
  });
  const ofThisAccount = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } };
  const Principal = { Service: 'cloudwatch.amazonaws.com' };
  template.hasResourceProperties('AWS::KMS::Key', {
    EnableKeyRotation: true,
    KeyPolicy: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
          Condition: ofThisAccount,
          Principal,
        }),
      ]),
    },
  });
  template.allResourcesProperties('AWS::SNS::TopicPolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Effect: 'Deny',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
        Match.objectLike({ Action: 'sns:Publish', Condition: ofThisAccount, Principal }),
      ]),
    },
  });
});

it('a topic that is there is used as it is', () => {
  const template = Template.fromStack(stackWith({ page: existing, ticket: 'new' }));
  template.resourceCountIs('AWS::SNS::Topic', 1);
  template.hasResourceProperties('AWS::CloudWatch::Alarm', { AlarmActions: [existing] });
});
