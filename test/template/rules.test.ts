import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import type { FunctionId } from '../../infra/bundle.ts';
import { isJsonObject } from '../../shared/json.ts';
import { permissionsOf } from './permissions.ts';
import { ofType, parsed, type Resource, templates } from './template.ts';

const statementSchema = z.object({
  Effect: z.string(),
  Principal: z.unknown(),
  Condition: z.record(z.string(), z.unknown()).default({}),
});

const routeSchema = z.object({ ApiId: z.string(), RouteKey: z.string(), Target: z.string() });
const integrationSchema = z.object({ IntegrationUri: z.string() });
const ruleSchema = z.object({ Targets: z.array(z.object({ Arn: z.string() })) });
const permissionSchema = z.object({ FunctionName: z.string(), SourceArn: z.string() });

/** Every statement that says who may, at whatever depth it stands. */
function resourceStatements(value: unknown): z.infer<typeof statementSchema>[] {
  if (Array.isArray(value)) return value.flatMap(resourceStatements);
  if (!isJsonObject(value)) return [];
  const own = 'Effect' in value && 'Principal' in value ? [statementSchema.parse(value)] : [];
  return [...own, ...Object.values(value).flatMap(resourceStatements)];
}

/** The statements that let in more than a role's own service, this account, or a named resource. */
function openStatements(value: unknown): unknown[] {
  return resourceStatements(value).filter(({ Effect, Principal, Condition }) => {
    if (Effect === 'Deny') return false;
    const { AWS, Service, ...others } = isJsonObject(Principal) ? Principal : { '*': Principal };
    const isOwnAccount = AWS === undefined || AWS === 'arn:aws:iam::AWS::AccountId:root';
    const isBound =
      Service === undefined ||
      Service === 'lambda.amazonaws.com' ||
      /"(aws:Source(Account|Arn)|sts:ExternalId)"/.test(JSON.stringify(Condition));
    return !isOwnAccount || !isBound || Object.keys(others).length > 0;
  });
}

it.each([
  ['everybody', { Principal: '*' }],
  ['every account', { Principal: { AWS: '*' } }],
  ['another account', { Principal: { AWS: 'arn:aws:iam::123456789012:root' } }],
  ['a service for whomever', { Principal: { Service: 's3.amazonaws.com' } }],
  ['whoever has signed in', { Principal: { Federated: 'accounts.google.com' } }],
])('%s would be found', (_who, statement) => {
  const document = { Statement: [{ Effect: 'Allow', Action: 'x', ...statement }] };
  expect(openStatements({ PolicyDocument: document })).toHaveLength(1);
});

/** Which functions may do anything at all with what gives most away, or destroys. */
const reach: Record<string, FunctionId[]> = {
  'on TokenKey': [
    ...(['deliver', 'mirror-media', 'save-whatsapp-credentials', 'wa-es-callback'] as const),
    ...(['whatsapp-get-templates', 'whatsapp-graph', 'whatsapp-inbox'] as const),
    ...(['whatsapp-reply-status', 'whatsapp-send-message', 'whatsapp-send-reaction'] as const),
    ...(['whatsapp-send-template', 'whatsapp-templates'] as const),
  ],
  'kms:Encrypt on TokenKey': ['save-whatsapp-credentials', 'wa-es-callback'],
  'on EventsSecret': ['deliver-events'],
  's3:DeleteObject': ['erase'],
  'iam:PassRole': ['voice-transcription-worker'],
  's3:GetObject on MediaBucket': [
    'voice-transcription-worker',
    'whatsapp-media',
    'whatsapp-send-message',
  ],
  'on Table.StreamArn': ['drain', 'publish'],
};

/** Which kinds of things each function that strangers reach, or that calls strangers, must not touch. */
const beyondReach: Partial<Record<FunctionId, string[]>> = {
  'whatsapp-webhook': ['Table', 'TokenKey', 'MediaBucket', 'InboxEventsQueue', 'SendRequestsQueue'],
  'deliver-events': ['Table', 'TokenKey', 'AppSecret', 'MediaBucket', 'RawBucket'],
  'wa-es-callback': ['MediaBucket', 'RawBucket', 'SendRequestsQueue', 'BulkRequestsQueue'],
  'whatsapp-graph': ['MediaBucket', 'RawBucket', 'InboxEventsQueue', 'WebhookEventsQueue'],
  'mirror-media': ['InboxEventsQueue', 'SendRequestsQueue', 'WebhookEventsQueue'],
};

describe.each(templates)('rules of $stage', ({ resources, functions, outputs }) => {
  it('no policy of a resource lets anybody in from outside', () => {
    const open = resources.filter(({ properties }) => openStatements(properties).length > 0);
    expect(open.map(({ name }) => name)).toEqual([]);
  });

  it.each([
    ['AWS::S3::Bucket', 'AWS::S3::BucketPolicy', 'Bucket'],
    ['AWS::SQS::Queue', 'AWS::SQS::QueuePolicy', 'Queues'],
    ['AWS::SNS::Topic', 'AWS::SNS::TopicPolicy', 'Topics'],
  ])('each %s refuses what does not come over TLS', (type, policyType, property) => {
    const policies = ofType(resources, policyType).filter(({ properties }) =>
      resourceStatements(properties).some(
        ({ Effect, Condition }) =>
          Effect === 'Deny' &&
          JSON.stringify(Condition) === '{"Bool":{"aws:SecureTransport":"false"}}',
      ),
    );
    const covered = policies.flatMap(({ properties }) => properties[property]);
    const names = ofType(resources, type).map(({ name }) => name);
    expect(covered.sort()).toEqual(names.sort());
  });

  it('each log group forgets', () => {
    const groups = ofType(resources, 'AWS::Logs::LogGroup');
    expect(groups.filter(({ properties }) => !properties['RetentionInDays'])).toEqual([]);
  });

  it('functions may be called by their own routes and rules, and by nothing else', () => {
    const byName = new Map(resources.map((resource) => [resource.name, resource]));
    const integrationOf = (target: string): Resource | undefined =>
      byName.get(target.replace('integrations/', ''));
    const routed = ofType(resources, 'AWS::ApiGatewayV2::Route').flatMap((resource) => {
      const { ApiId, RouteKey, Target } = parsed(resource, routeSchema);
      const integration = integrationOf(Target);
      const [, path] = RouteKey.split(' ');
      return integration
        ? `${parsed(integration, integrationSchema).IntegrationUri} by ${ApiId}/*/*${path}`
        : `${RouteKey} leads nowhere`;
    });
    const ruled = ofType(resources, 'AWS::Events::Rule').flatMap((resource) =>
      parsed(resource, ruleSchema).Targets.map(({ Arn }) => `${Arn} by ${resource.name}.Arn`),
    );
    const permitted = ofType(resources, 'AWS::Lambda::Permission').map((resource) => {
      const { FunctionName, SourceArn } = parsed(resource, permissionSchema);
      return `${FunctionName} by ${SourceArn.replace(/^arn:.*:/, '')}`;
    });
    expect([...new Set(permitted)].sort()).toEqual([...new Set([...routed, ...ruled])].sort());
    for (const type of ['AWS::Lambda::Url', 'AWS::Lambda::EventInvokeConfig']) {
      expect(ofType(resources, type)).toEqual([]);
    }
  });

  const permissions = functions.flatMap((fn) =>
    permissionsOf(fn, resources).map(({ action, resource }) => ({
      id: fn.id,
      text: `${action} on ${resource}`,
    })),
  );

  it.each(Object.entries(reach))('%s: by %j alone', (what, ids) => {
    const found = permissions.filter(({ text }) => text.includes(what));
    const expected = ids.filter((id) => id !== 'deliver-events' || 'EventsSecretArn' in outputs);
    expect([...new Set(found.map(({ id }) => id))].sort()).toEqual(expected.sort());
  });

  it.each(Object.entries(beyondReach))('%s touches nothing of %j', (fn, names) => {
    const on = new RegExp(` on (${names.join('|')})\\b`);
    const touched = permissions.filter(({ id, text }) => id === fn && on.test(text));
    expect(touched).toEqual([]);
  });
});
