import { RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { type HttpApi, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/** How the stage of one API differs from the others. */
export interface DefaultStageProps {
  httpApi: HttpApi;
  /** Requests per second before API Gateway answers 429. */
  rateLimit: number;
  logRetentionDays: RetentionDays;
}

/** The stage `$default` of an API: it is throttled, and logs each request without what is private. */
export function defaultStage(
  scope: Construct,
  { httpApi, rateLimit, logRetentionDays }: DefaultStageProps,
): HttpStage {
  const accessLogs = new LogGroup(scope, 'AccessLogs', {
    retention: logRetentionDays,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  return new HttpStage(scope, 'Stage', {
    httpApi,
    stageName: '$default',
    autoDeploy: true,
    // Without its own throttle one API can use up the account's limit for all of them.
    throttle: { rateLimit, burstLimit: rateLimit },
    accessLogSettings: {
      destination: new LogGroupLogDestination(accessLogs),
      // No path and no query: verify tokens and message ids stand there.
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
}
