import { describe, expect, it } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { SendAuthorizer } from '../../infra/config.ts';
import { SendApi } from '../../infra/constructs/send-api.ts';

const tokens: SendAuthorizer = {
  type: 'jwt',
  issuer: 'https://issuer.example',
  audience: ['inbox', 'console'],
  organizationsClaim: 'organizations',
};

/** The template of a stack with one function behind the API. */
function synthesised(sendAuthorizer: SendAuthorizer): Template {
  const stack = new Stack(new App());
  const fn = new LambdaFunction(stack, 'Function', {
    code: Code.fromInline('exports.handler = () => {};'),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_24_X,
  });
  const { GET, POST } = HttpMethod;
  new SendApi(stack, 'SendApi', { sendAuthorizer, sendRateLimit: 10, logRetentionDays: 7 })
    .addRoutes(fn, [GET, POST], ['/one'])
    .addRoutes(fn, [POST], ['/two', '/three']);
  return Template.fromStack(stack);
}

function routesOf(template: Template): unknown[] {
  return Object.values(template.findResources('AWS::ApiGatewayV2::Route')).map(
    ({ Properties }) => Properties,
  );
}

describe('SendApi for signed requests', () => {
  const template = synthesised({ type: 'iam' });

  it('lets nobody use a route without a signature', () => {
    expect(routesOf(template)).toHaveLength(4);
    for (const route of routesOf(template)) {
      expect(route).toMatchObject({ AuthorizationType: 'AWS_IAM' });
    }
  });

  it('tells its functions of no claim', () => {
    const [fn] = Object.values(template.findResources('AWS::Lambda::Function'));
    expect(JSON.stringify(fn)).not.toContain('ORGANIZATIONS_CLAIM');
  });
});

describe('SendApi for tokens', () => {
  const template = synthesised(tokens);
  const [authorizerId] = Object.keys(template.findResources('AWS::ApiGatewayV2::Authorizer'));

  it('checks issuer and audience', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Issuer: 'https://issuer.example', Audience: ['inbox', 'console'] },
    });
  });

  it('lets nobody use a route without a token', () => {
    expect(routesOf(template)).toHaveLength(4);
    for (const route of routesOf(template)) {
      expect(route).toMatchObject({
        AuthorizationType: 'JWT',
        AuthorizerId: { Ref: authorizerId },
      });
    }
  });

  it('tells its functions which claim lists the organisations', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { ORGANIZATIONS_CLAIM: 'organizations' } },
    });
  });
});
