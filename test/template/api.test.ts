import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import type { FunctionId } from '../../infra/bundle.ts';
import { stages } from '../../infra/config.ts';
import { named, ofType, parsed, templates } from './template.ts';

const routeSchema = z.object({
  ApiId: z.string(),
  RouteKey: z.string(),
  AuthorizationType: z.string().default('NONE'),
  AuthorizerId: z.string().optional(),
  Target: z.string(),
});

const stageSchema = z.object({
  ApiId: z.string(),
  AccessLogSettings: z.object({ DestinationArn: z.string(), Format: z.string() }),
  DefaultRouteSettings: z.object({
    ThrottlingRateLimit: z.number(),
    ThrottlingBurstLimit: z.number(),
    DataTraceEnabled: z.boolean().optional(),
  }),
});

const permissionSchema = z.object({
  Action: z.string(),
  FunctionName: z.string(),
  Principal: z.string(),
  SourceArn: z.string(),
});

/** What an access log may say. A path and a query hold the verify token, an address tells of a person. */
const loggable = [
  '$context.integrationErrorMessage',
  '$context.requestId',
  '$context.requestTime',
  '$context.responseLatency',
  '$context.routeKey',
  '$context.status',
];

const paths = ['/wa-webhook', '/whatsapp-status-webhook', '/whatsapp-webhook'];

/** Which function answers what of SendApi. */
const sendRoutes = {
  'DELETE /graph-tokens': 'whatsapp-graph',
  'DELETE /graph/{path+}': 'whatsapp-graph',
  'DELETE /save-whatsapp-credentials': 'save-whatsapp-credentials',
  'GET /graph-tokens': 'whatsapp-graph',
  'GET /graph/{path+}': 'whatsapp-graph',
  'GET /save-whatsapp-credentials': 'save-whatsapp-credentials',
  'GET /wa-data-deletion': 'wa-es-callback',
  'GET /wa-es-callback': 'wa-es-callback',
  'GET /whatsapp-conversation': 'whatsapp-inbox',
  'GET /whatsapp-erasure': 'whatsapp-inbox',
  'GET /whatsapp-get-templates': 'whatsapp-get-templates',
  'GET /whatsapp-health': 'whatsapp-inbox',
  'GET /whatsapp-media': 'whatsapp-media',
  'GET /whatsapp-messages': 'whatsapp-inbox',
  'GET /whatsapp-reply-status': 'whatsapp-reply-status',
  'GET /whatsapp-republish': 'whatsapp-inbox',
  'GET /whatsapp-settings': 'whatsapp-inbox',
  'GET /whatsapp-templates': 'whatsapp-templates',
  'POST /graph-tokens': 'whatsapp-graph',
  'POST /graph/{path+}': 'whatsapp-graph',
  'POST /save-whatsapp-credentials': 'save-whatsapp-credentials',
  'POST /wa-data-deletion': 'wa-es-callback',
  'POST /wa-deauthorize': 'wa-es-callback',
  'POST /wa-es-callback': 'wa-es-callback',
  'POST /wa-es-callback/resume': 'wa-es-callback',
  'POST /wa-es-start': 'wa-es-callback',
  'POST /wa-send': 'whatsapp-send-message',
  'POST /whatsapp-erasure': 'whatsapp-inbox',
  'POST /whatsapp-media': 'whatsapp-media',
  'POST /whatsapp-media/retry': 'whatsapp-media',
  'POST /whatsapp-media/transcribe': 'whatsapp-media',
  'POST /whatsapp-reply-status': 'whatsapp-reply-status',
  'POST /whatsapp-republish': 'whatsapp-inbox',
  'POST /whatsapp-send-message': 'whatsapp-send-message',
  'POST /whatsapp-send-reaction': 'whatsapp-send-reaction',
  'POST /whatsapp-send-template': 'whatsapp-send-template',
  'PUT /whatsapp-settings': 'whatsapp-inbox',
} satisfies Record<string, FunctionId>;

/** Whom browsers, Meta and its clients call without credentials: a state, a signed request, a code or a token says for whom. */
const publicRoutes = [
  'DELETE /graph/{path+}',
  'GET /graph/{path+}',
  'GET /wa-data-deletion',
  'GET /wa-es-callback',
  'POST /graph/{path+}',
  'POST /wa-data-deletion',
  'POST /wa-deauthorize',
];

describe.each(templates)('APIs of $stage', ({ stage, resources, functions }) => {
  const routes = ofType(resources, 'AWS::ApiGatewayV2::Route').map((resource) =>
    parsed(resource, routeSchema),
  );
  const functionNames = new Map(functions.map(({ id, name }) => [id, name]));
  /** Which function a route leads to. */
  const functionOf = ({ ApiId, RouteKey }: z.infer<typeof routeSchema>): string =>
    ApiId === 'WebhookApi'
      ? 'whatsapp-webhook'
      : (Object.entries(sendRoutes).find(([key]) => key === RouteKey)?.[1] ?? 'none');

  it("WebhookApi takes Meta's handshakes and webhooks, and nothing else", () => {
    const keys = routes
      .filter(({ ApiId }) => ApiId === 'WebhookApi')
      .map(({ RouteKey }) => RouteKey);
    expect(keys.sort()).toEqual(
      ['GET', 'POST'].flatMap((verb) => paths.map((p) => `${verb} ${p}`)),
    );
  });

  it('SendApi takes what the inbox backend sends and asks', () => {
    const keys = routes.filter(({ ApiId }) => ApiId === 'SendApi').map(({ RouteKey }) => RouteKey);
    expect(keys.sort()).toEqual(Object.keys(sendRoutes));
  });

  describe.each(routes)('$RouteKey', (route) => {
    it('is open only where its function checks who calls, else for signed requests', () => {
      const { ApiId, RouteKey, AuthorizationType, AuthorizerId } = route;
      expect({ ApiId, AuthorizationType, AuthorizerId }).toEqual(
        ApiId === 'WebhookApi' || publicRoutes.includes(RouteKey)
          ? { ApiId, AuthorizationType: 'NONE' }
          : { ApiId: 'SendApi', AuthorizationType: 'AWS_IAM' },
      );
    });

    it('goes to its function', () => {
      expect(named(resources, route.Target.replace('integrations/', '')).properties).toMatchObject({
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: `${functionNames.get(functionOf(route))}.Arn`,
        PayloadFormatVersion: '2.0',
      });
    });

    it('may call it', () => {
      const [, path] = route.RouteKey.split(' ');
      const granted = ofType(resources, 'AWS::Lambda::Permission')
        .map((resource) => parsed(resource, permissionSchema))
        .filter(({ SourceArn }) => SourceArn.endsWith(`:${route.ApiId}/*/*${path}`));
      expect(granted).toContainEqual({
        Action: 'lambda:InvokeFunction',
        FunctionName: `${functionNames.get(functionOf(route))}.Arn`,
        Principal: 'apigateway.amazonaws.com',
        SourceArn: expect.any(String),
      });
    });
  });

  describe.each(ofType(resources, 'AWS::ApiGatewayV2::Stage'))('$name', (resource) => {
    const { ApiId, AccessLogSettings, DefaultRouteSettings } = parsed(resource, stageSchema);

    it('has a throttle of its own', () => {
      const { ThrottlingRateLimit, ThrottlingBurstLimit } = DefaultRouteSettings;
      expect(ThrottlingRateLimit).toBeGreaterThan(0);
      expect(ThrottlingBurstLimit).toBeGreaterThanOrEqual(ThrottlingRateLimit);
      const { webhookRateLimit, sendRateLimit } = stages[stage];
      expect(ThrottlingRateLimit).toBe(ApiId === 'WebhookApi' ? webhookRateLimit : sendRateLimit);
    });

    it('logs each request as JSON without its path, its query, its sender or its body', () => {
      const format = z.record(z.string(), z.string()).parse(JSON.parse(AccessLogSettings.Format));
      expect(loggable).toEqual(expect.arrayContaining(Object.values(format)));
      expect(Object.values(format)).toContain('$context.status');
      expect(DefaultRouteSettings.DataTraceEnabled ?? false).toBe(false);
    });

    it('keeps its log for a limited time', () => {
      const logGroup = named(resources, AccessLogSettings.DestinationArn.replace('.Arn', ''));
      expect(logGroup).toMatchObject({
        type: 'AWS::Logs::LogGroup',
        properties: { RetentionInDays: stages[stage].logRetentionDays },
      });
    });
  });

  it.each(ofType(resources, 'AWS::Lambda::Permission'))(
    '$name is for one API or one rule',
    (resource) => {
      const { Principal, SourceArn } = parsed(resource, permissionSchema);
      const source =
        Principal === 'events.amazonaws.com'
          ? /^(Sweep|Settling|TranscriptionEnd|TranscriptionSweep)\.Arn$/
          : /:(WebhookApi|SendApi)\/\*\/\*\/[\w-]+(\/([\w-]+|\{\w+\+\}))?$/;
      expect(['apigateway.amazonaws.com', 'events.amazonaws.com']).toContain(Principal);
      expect(SourceArn).toMatch(source);
    },
  );

  it('no managed firewall rule judges what people write to each other', () => {
    const judging = resources.filter(({ properties }) =>
      JSON.stringify(properties).includes('ManagedRuleGroupStatement'),
    );
    expect(judging.map(({ name }) => name)).toEqual([]);
  });
});
