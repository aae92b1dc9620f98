import { Annotations, CfnOutput, type Stack } from 'aws-cdk-lib';
import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { Severity } from './thresholds.ts';

/** Where alarms go: `new` makes a topic of the stack, an ARN names one that is there. */
export type AlarmTopics = Readonly<Record<Severity, 'new' | `arn:${string}`>>;

/** What alarms of each severity do. Without topics nothing, which synthesis says. */
export function alarmActions(
  scope: Construct,
  stack: Stack,
  topics: AlarmTopics | undefined,
): Record<Severity, IAlarmAction[]> {
  if (!topics) {
    Annotations.of(stack).addWarningV2(
      'nexus-whatsapp:no-alarm-topics',
      'alarms.topics in infra/config.ts is not set: the alarms tell nobody. See docs/runbook.md.',
    );
    return { page: [], ticket: [] };
  }
  let key: Key | undefined;
  const topicOf = (severity: Severity, id: string): ITopic => {
    const place = topics[severity];
    if (place !== 'new') {
      return Topic.fromTopicArn(scope, id, place);
    }
    key ??= topicKey(scope, stack);
    return newTopic(scope, id, key);
  };
  return {
    page: [new SnsAction(topicOf('page', 'Pages'))],
    ticket: [new SnsAction(topicOf('ticket', 'Tickets'))],
  };
}

/** Not AWS's own key for SNS, which CloudWatch may not use. Source: SNS Developer Guide, "Key management". */
function topicKey(scope: Construct, stack: Stack): Key {
  const key = new Key(scope, 'TopicKey', {
    description: 'What alarms say',
    enableKeyRotation: true,
  });
  key.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
    }),
  );
  return key;
}

function newTopic(scope: Construct, id: string, masterKey: Key): Topic {
  const topic = new Topic(scope, id, { masterKey, enforceSSL: true });
  // A policy takes the place of the default one, under which CloudWatch may publish.
  topic.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': topic.stack.account } },
    }),
  );
  new CfnOutput(topic.stack, `${id}TopicArn`, {
    value: topic.topicArn,
    description: `What to subscribe to for ${id.toLowerCase()}`,
  });
  return topic;
}
