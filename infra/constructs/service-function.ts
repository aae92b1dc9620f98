import { type Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { type Conditions, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { bundleDirectory, type FunctionId } from '../bundle.ts';

/** What a function of the stack decides for itself. */
export interface ServiceFunctionProps<Environment extends Record<string, string>> {
  /** The function's id: names its bundle and its `service` in logs and metrics. */
  id: FunctionId;
  description: string;
  memorySizeMb: number;
  timeout: Duration;
  /** By type the input of the function's `*.env.ts` schema: a missing variable does not compile. */
  environment: Environment;
  logRetentionDays: RetentionDays;
}

/** A Lambda function of this service: Node 24 on arm64, a role and a log group of its own. */
export class ServiceFunction<
  Environment extends Record<string, string> = Record<string, string>,
> extends LambdaFunction {
  /** What its logs and metrics call it. */
  readonly service: FunctionId;

  constructor(scope: Construct, id: string, props: ServiceFunctionProps<Environment>) {
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      retention: props.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // Not AWSLambdaBasicExecutionRole: it may create and write every log group of the account.
    const role = new Role(scope, `${id}Role`, {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: props.description,
    });
    logGroup.grantWrite(role);
    super(scope, id, {
      code: Code.fromAsset(bundleDirectory(props.id)),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      description: props.description,
      memorySize: props.memorySizeMb,
      timeout: props.timeout,
      // A twentieth of the price of a message, for traces of one function's run each.
      tracing: Tracing.PASS_THROUGH,
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      // Three lines for each invocation that went well cost more than our own.
      systemLogLevelV2: SystemLogLevel.WARN,
      environment: {
        ...props.environment,
        POWERTOOLS_SERVICE_NAME: props.id,
        POWERTOOLS_METRICS_NAMESPACE: Stack.of(scope).stackName,
      },
    });
    this.service = props.id;
  }

  /** Adds one statement to the function's own role: exactly these actions on exactly these resources. */
  allow(actions: string[], resources: string[], conditions: Conditions = {}): this {
    this.addToRolePolicy(new PolicyStatement({ actions, resources, conditions }));
    return this;
  }
}
