import { describe, expect, it } from '@jest/globals';
import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { stages, type WebhookDomain } from '../../infra/config.ts';
import { WebhookApi } from '../../infra/constructs/webhook-api.ts';

const domain: WebhookDomain = {
  name: 'webhooks.example.com',
  certificateArn: 'arn:aws:acm:eu-west-1:000000000000:certificate/0',
};

function synthesised(webhookDomain?: WebhookDomain) {
  const stack = new Stack();
  const arn = 'arn:aws:lambda:eu-west-1:000000000000:function:webhook';
  const webhook = LambdaFunction.fromFunctionArn(stack, 'Webhook', arn);
  const config = { ...stages.dev, ...(webhookDomain && { webhookDomain }) };
  const api = new WebhookApi(stack, 'WebhookApi', { config, webhook });
  return { api, template: Template.fromStack(stack) };
}

const openEndpoint = { DisableExecuteApiEndpoint: Match.absent() };

describe('the webhook domain', () => {
  it('is not there where the stage names none', () => {
    const { api, template } = synthesised();

    template.resourceCountIs('AWS::ApiGatewayV2::DomainName', 0);
    template.resourcePropertiesCountIs('AWS::ApiGatewayV2::Api', openEndpoint, 1);
    expect(api.url).toMatch(/execute-api.*\/whatsapp-webhook$/);
    expect(api.domainTarget).toBeUndefined();
  });

  it('is the address to give Meta, beside that of API Gateway', () => {
    const { api, template } = synthesised(domain);

    expect(api.url).toBe('https://webhooks.example.com/whatsapp-webhook');
    expect(api.domainTarget).toBeDefined();
    template.hasResourceProperties('AWS::ApiGatewayV2::DomainName', {
      DomainName: 'webhooks.example.com',
      DomainNameConfigurations: [
        { CertificateArn: domain.certificateArn, SecurityPolicy: 'TLS_1_2' },
      ],
      MutualTlsAuthentication: Match.absent(),
    });
    template.hasResourceProperties('AWS::ApiGatewayV2::ApiMapping', { Stage: Match.anyValue() });
    template.resourcePropertiesCountIs('AWS::ApiGatewayV2::Api', openEndpoint, 1);
  });

  it('lets in only clients that the truststore vouches for, with no way round it', () => {
    const truststore = { bucketName: 'certificates', key: 'meta.pem', version: 'v1' };
    const { template } = synthesised({ ...domain, truststore });

    template.hasResourceProperties('AWS::ApiGatewayV2::DomainName', {
      MutualTlsAuthentication: {
        TruststoreUri: 's3://certificates/meta.pem',
        TruststoreVersion: 'v1',
      },
    });
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', { DisableExecuteApiEndpoint: true });
  });
});
