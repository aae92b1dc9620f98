import { Stack } from 'aws-cdk-lib';
import { HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Construct } from 'constructs';
import type { StageConfig } from '../config.ts';
import { defaultStage } from './default-stage.ts';
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
  readonly api: HttpApi;

  constructor(scope: Construct, id: string, { config, webhook }: WebhookApiProps) {
    super(scope, id);
    this.api = new HttpApi(this, 'Api', {
      apiName: `${Stack.of(this).stackName}-webhook`,
      createDefaultStage: false,
    });
    const stage = defaultStage(this, {
      httpApi: this.api,
      rateLimit: config.webhookRateLimit,
      logRetentionDays: config.logRetentionDays,
    });
    const integration = new HttpLambdaIntegration('Webhook', webhook);
    for (const path of paths) {
      this.api.addRoutes({ path, methods: [HttpMethod.GET, HttpMethod.POST], integration });
    }
    this.url = `${stage.url}${paths[0]?.slice(1)}`;
  }
}
