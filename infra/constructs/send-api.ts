import { Stack } from 'aws-cdk-lib';
import {
  HttpApi,
  type HttpMethod,
  HttpNoneAuthorizer,
  type IHttpRouteAuthorizer,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer, HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { SendAuthorizer, StageConfig } from '../config.ts';
import { defaultStage } from './default-stage.ts';

/** A function's variables without the one that SendApi sets. */
export type ApiEnv<Environment> = Omit<Environment, 'ORGANIZATIONS_CLAIM'>;

/** What of a stage's configuration concerns the API. */
export type SendApiProps = Pick<
  StageConfig,
  'sendAuthorizer' | 'sendRateLimit' | 'logRetentionDays'
>;

/** The HTTP API of the inbox backend. Every route that is not said to be public has the stage's authorizer. */
export class SendApi extends Construct {
  /** Without a slash at its end. */
  readonly url: string;
  readonly api: HttpApi;
  private readonly authorizer: SendAuthorizer;

  constructor(scope: Construct, id: string, props: SendApiProps) {
    super(scope, id);
    this.authorizer = props.sendAuthorizer;
    this.api = new HttpApi(this, 'Api', {
      apiName: `${Stack.of(this).stackName}-send`,
      createDefaultStage: false,
      defaultAuthorizer: routeAuthorizer(props.sendAuthorizer),
    });
    const stage = defaultStage(this, {
      httpApi: this.api,
      rateLimit: props.sendRateLimit,
      logRetentionDays: props.logRetentionDays,
    });
    this.url = stage.url.replace(/\/$/, '');
  }

  /**
   * Lets a function answer these methods of these paths. Where a token says which organisations it acts
   * for, the function is told by which claim.
   */
  addRoutes(fn: LambdaFunction, methods: HttpMethod[], paths: readonly string[]): this {
    return this.route(fn, methods, paths);
  }

  /** Lets a function answer whoever calls these: it checks itself who that is. */
  addPublicRoutes(fn: LambdaFunction, methods: HttpMethod[], paths: readonly string[]): this {
    return this.route(fn, methods, paths, new HttpNoneAuthorizer());
  }

  private route(
    fn: LambdaFunction,
    methods: HttpMethod[],
    paths: readonly string[],
    authorizer?: IHttpRouteAuthorizer,
  ): this {
    if (this.authorizer.type === 'jwt') {
      fn.addEnvironment('ORGANIZATIONS_CLAIM', this.authorizer.organizationsClaim);
    }
    const integration = new HttpLambdaIntegration(fn.node.id, fn);
    for (const path of paths) {
      this.api.addRoutes({ path, methods, integration, ...(authorizer && { authorizer }) });
    }
    return this;
  }
}

function routeAuthorizer(authorizer: SendAuthorizer): IHttpRouteAuthorizer {
  return authorizer.type === 'iam'
    ? new HttpIamAuthorizer()
    : new HttpJwtAuthorizer('Tokens', authorizer.issuer, { jwtAudience: authorizer.audience });
}
