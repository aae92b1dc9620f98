import { Stack } from 'aws-cdk-lib';
import { HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { StageConfig } from '../config.ts';
import { customDomain } from '../custom-domain.ts';
import { defaultStage } from './default-stage.ts';

/** Where Meta may call: the main path, an alternative one, and one for statuses alone. */
const paths = ['/whatsapp-webhook', '/wa-webhook', '/whatsapp-status-webhook'];

/** What the API in front of the webhook function needs. */
export interface WebhookApiProps {
  config: Pick<StageConfig, 'webhookDomain' | 'webhookRateLimit' | 'logRetentionDays'>;
  webhook: IFunction;
}

/** The public HTTP API that Meta posts to. It has no authorizer: the function checks Meta's signature. */
export class WebhookApi extends Construct {
  /** The address to give Meta as callback URL. */
  readonly url: string;
  /** Where the DNS record of the stage's own domain leads. */
  readonly domainTarget: string | undefined;
  readonly api: HttpApi;

  constructor(scope: Construct, id: string, { config, webhook }: WebhookApiProps) {
    super(scope, id);
    const { webhookDomain: domain } = config;
    this.api = new HttpApi(this, 'Api', {
      apiName: `${Stack.of(this).stackName}-webhook`,
      createDefaultStage: false,
      // Else a client could go round the certificate that the domain asks for.
      ...(domain?.truststore && { disableExecuteApiEndpoint: true }),
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
    this.domainTarget =
      domain && customDomain(this, { api: this.api, stage, domain }).regionalDomainName;
    this.url = `${domain ? `https://${domain.name}/` : stage.url}${paths[0]?.slice(1)}`;
  }
}
