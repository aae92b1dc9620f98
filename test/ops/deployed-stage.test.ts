import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { listenLocally, stopServer } from '../../local/servers.ts';
import { onStage, queueNamed } from '../../ops/deployed-stage.ts';
import { startCommand } from './run-command.ts';

const stacks: Readonly<Record<string, readonly [type: string, id: string, physical: string][]>> = {
  'nexus-whatsapp-prod': [
    ['AWS::SQS::Queue', 'WebhookEventsQueue33F2376E', 'https://sqs/webhooks'],
    ['AWS::SQS::Queue', 'WebhookEventsDeadLetters21C1B27A', 'https://sqs/dead'],
    ['AWS::SQS::Queue', 'InboxEventsQueueE3BC0609', 'https://sqs/inbox.fifo'],
    ['AWS::SQS::Queue', 'InboxEventsDeadLetters965DAFDD', 'https://sqs/inbox-dead.fifo'],
  ],
  'nexus-whatsapp-prod-state': [
    ['AWS::DynamoDB::GlobalTable', 'TableCD117FA1', 'the-table'],
    ['AWS::S3::Bucket', 'RawBucket0C3EE094', 'the-raw-bucket'],
    ['AWS::S3::Bucket', 'MediaBucketBCBB02BA', 'the-media-bucket'],
  ],
};

let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer(async (request, response) => {
    const name = new URLSearchParams(await text(request)).get('StackName') ?? '';
    const resources = stacks[name];
    response.writeHead(resources ? 200 : 400, { 'content-type': 'text/xml' });
    response.end(resources ? listOf(resources) : missing(name));
  });
  url = await listenLocally(server);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_CLOUDFORMATION: url,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
});
afterAll(() => stopServer(server));

/** Source: CloudFormation API Reference, "ListStackResources". */
function listOf(resources: readonly (readonly string[])[]): string {
  const members = resources.map(
    ([type, id, physical]) =>
      `<member><ResourceType>${type}</ResourceType><LogicalResourceId>${id}</LogicalResourceId><PhysicalResourceId>${physical}</PhysicalResourceId></member>`,
  );
  return `<ListStackResourcesResponse><ListStackResourcesResult><StackResourceSummaries>${members.join('')}</StackResourceSummaries></ListStackResourcesResult></ListStackResourcesResponse>`;
}

function missing(name: string): string {
  return `<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id ${name} does not exist</Message></Error></ErrorResponse>`;
}

it('finds the resources of a deployed stage', async () => {
  const code = await onStage({ stage: 'prod' }, async (stage) => {
    expect(stage).toMatchObject({
      rawBucket: 'the-raw-bucket',
      mediaBucket: 'the-media-bucket',
      tableName: 'the-table',
    });
    expect(queueNamed(stage, 'webhook-events')).toEqual({
      ...{ name: 'webhook-events', isFifo: false },
      ...{ url: 'https://sqs/webhooks', deadLetterUrl: 'https://sqs/dead' },
    });
    expect(queueNamed(stage, 'inbox-events').isFifo).toBe(true);
    expect(() => queueNamed(stage, 'nope')).toThrow(/The queues are webhook-events, inbox-events/);
    return 7;
  });
  expect(code).toBe(7);
});

it.each([
  [['--stage', 'nope'], {}, /^Stack with id nexus-whatsapp-nope does not exist in this account/],
  [
    [],
    { WHATSAPP_LOCAL_RUN: '/nowhere' },
    /^The local run is not up: "npm start" first, or name a/,
  ],
])('says what to do: %j', async (options, env, message) => {
  const { code, out, err } = await startCommand('ops/dlq.ts', ['list', ...options], { env }).ended;
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toMatch(message);
});
