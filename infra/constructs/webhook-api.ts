import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi,
  HttpMethod,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { StageConfig } from '../config.ts';
import type { ServiceFunction } from './service-function.ts';

/** Where Meta may call: the main path, an alternative one, and one for statuses alone. */
const paths = ['/whatsapp-webhook', '/wa-webhook', '/whatsapp-status-webhook'];

/** What the API in front of the webhook function needs. */
export interface WebhookApiProps {
  config: StageConfig;
  webhook: ServiceFunction;
}

/** The public HTTP API that Meta posts to. It has no authorizer: the function checks Meta's signature. */
export class WebhookApi extends Construct {
  /** The address to give Meta as callback URL. */
  readonly url: string;

  constructor(scope: Construct, id: string, { config, webhook }: WebhookApiProps) {
    super(scope, id);
    const api = new HttpApi(this, 'Api', {
      apiName: `${Stack.of(this).stackName}-webhook`,
      createDefaultStage: false,
    });
    const accessLogs = new LogGroup(this, 'AccessLogs', {
      retention: config.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const stage = new HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      // Without its own throttle one API can use up the account's limit for all of them.
      throttle: { rateLimit: config.webhookRateLimit, burstLimit: config.webhookRateLimit },
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLogs),
        // No path and no query: the handshake's verify token stands there.
        format: AccessLogFormat.custom(
          JSON.stringify({
            requestId: '$context.requestId',
            time: '$context.requestTime',
            routeKey: '$context.routeKey',
            status: '$context.status',
            responseLatencyMs: '$context.responseLatency',
            integrationError: '$context.integrationErrorMessage',
          }),
        ),
      },
    });
    const integration = new HttpLambdaIntegration('Webhook', webhook);
    for (const path of paths) {
      api.addRoutes({ path, methods: [HttpMethod.GET, HttpMethod.POST], integration });
    }
    this.url = `${stage.url}${paths[0]?.slice(1)}`;
  }
}
