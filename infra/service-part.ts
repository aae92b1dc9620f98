import { Duration, type Stack } from 'aws-cdk-lib';
import type { StageConfig } from './config.ts';
import { ServiceFunction, type ServiceFunctionProps } from './constructs/service-function.ts';
import type { StateStack } from './state-stack.ts';

/** What a part of the service stack is made in, of and with. */
export interface PartProps {
  stack: Stack;
  config: StageConfig;
  state: StateStack;
}

/** A function behind SendApi. */
export function apiFunction<Environment extends Record<string, string>>(
  constructId: string,
  { stack, config }: PartProps,
  props: Pick<ServiceFunctionProps<Environment>, 'id' | 'description' | 'environment'>,
): ServiceFunction<Environment> {
  return new ServiceFunction<Environment>(stack, constructId, {
    ...props,
    // CPU comes with memory, and an agent waits.
    memorySizeMb: 512,
    // API Gateway waits for 30 seconds.
    timeout: Duration.seconds(25),
    logRetentionDays: config.logRetentionDays,
  });
}

/** The variables of a function that calls Meta. */
export function metaEnvironment({ config, state }: PartProps) {
  return {
    GRAPH_URL: config.graphUrl,
    GRAPH_VERSION: config.graphVersion,
    APP_SECRET_ARN: state.appSecret.secretArn,
    TOKEN_KEY_ARN: state.tokenKey.keyArn,
  };
}

/**
 * What DynamoDB does with a table's customer managed key in the name of who works on items.
 * Source: AWS KMS Developer Guide, "How Amazon DynamoDB uses AWS KMS", its wildcards written out.
 */
export const itemKeyActions = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

/** Lets a function do this with items of the table, which its data key encrypts. */
export function allowItems(
  fn: ServiceFunction,
  { state: { table, dataKey } }: PartProps,
  actions: string[],
): void {
  fn.allow(actions, [table.tableArn]).allow(itemKeyActions, [dataKey.keyArn]);
}

/** Lets a function call Meta for an organisation: decrypt the token of one, and prove it by the app's secret. */
export function allowMeta(
  fn: ServiceFunction,
  { state: { appSecret, tokenKey } }: PartProps,
): ServiceFunction {
  return fn
    .allow(['secretsmanager:GetSecretValue'], [appSecret.secretArn])
    .allow(['kms:Decrypt'], [tokenKey.keyArn], {
      StringEquals: { 'kms:EncryptionContext:purpose': 'waba-token' },
      Null: { 'kms:EncryptionContext:organizationId': 'false' },
    });
}
