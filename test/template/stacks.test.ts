import { describe, expect, it } from '@jest/globals';
import { templates } from './template.ts';

/** What must never stand in a template: everybody who may look at a stack reads it. */
const secrets = {
  'an AWS access key': /\b(AKIA|ASIA)[0-9A-Z]{16}\b/,
  'an account id': /\b\d{12}\b/,
  'a Meta access token': /\bEAA[0-9A-Za-z]{20,}/,
  "a Meta app's secret": /"[0-9a-f]{32}"/,
  'a private key': /-----BEGIN/,
};

const samples = {
  'an AWS access key': '"AKIAIOSFODNN7EXAMPLE"',
  'an account id': 'arn:aws:sqs:eu-west-1:123456789012:queue',
  'a Meta access token': '"EAAGm0PX4ZCpsBAKZCJ1ZBq"',
  "a Meta app's secret": '"0123456789abcdef0123456789abcdef"',
  'a private key': '-----BEGIN PRIVATE KEY-----',
} satisfies Record<keyof typeof secrets, string>;

it.each(Object.entries(samples))('%s would be found', (kind, sample) => {
  const found = Object.entries(secrets).filter(([, pattern]) => pattern.test(sample));
  expect(found.map(([name]) => name)).toEqual([kind]);
});

describe.each(templates)('stacks of $stage', ({ texts, outputs }) => {
  describe.each(Object.entries(texts))('%s', (_, text) => {
    it.each(Object.entries(secrets))('holds nothing like %s', (_kind, pattern) => {
      expect(pattern.exec(text)?.[0]).toBeUndefined();
    });
  });

  it('say where to connect', () => {
    expect(outputs).toMatchObject({
      WebhookUrl: expect.stringMatching(/^https:\/\/WebhookApi\..+\/whatsapp-webhook$/),
      SendApiUrl: expect.stringMatching(/^https:\/\/SendApi\.[^/]+$/),
      MediaBucketName: 'MediaBucket',
      TableName: 'Table',
      AppSecretArn: 'AppSecret',
      TokenKeyArn: 'TokenKey.Arn',
    });
  });
});

it('name the queues to consume, or where the endpoint’s secrets belong', () => {
  const [{ outputs: withEndpoint }, { outputs }] = templates;
  const queues = {
    InboxEventsQueueUrl: 'InboxEventsQueue',
    InboxHistoryQueueUrl: 'InboxHistoryQueue',
  };
  expect(outputs).toMatchObject(queues);
  expect(outputs).not.toHaveProperty('EventsSecretArn');
  expect(withEndpoint).toMatchObject({ EventsSecretArn: 'EventsSecret' });
  for (const name of Object.keys(queues)) expect(withEndpoint).not.toHaveProperty(name);
});
