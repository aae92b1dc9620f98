import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import type { SaveCredentialsEnv, SignupEnv } from '../lambdas/connect/connect.env.ts';
import type { ApiEnv, SendApi } from './constructs/send-api.ts';
import type { ServiceFunction } from './constructs/service-function.ts';
import { allowItems, apiFunction, metaEnvironment, type PartProps } from './service-part.ts';

/** What connecting needs to know of the rest of the stack. */
export interface ConnectProps extends PartProps {
  /** The callback URL that Meta posts webhooks to. */
  webhookUrl: string;
}

const paths = { callback: '/wa-es-callback', dataDeletion: '/wa-data-deletion' };

/** Adds to an API what organisations are connected through. */
export function addConnectRoutes(api: SendApi, props: ConnectProps): void {
  const { GET, POST, DELETE } = HttpMethod;
  const signup = signupFunction(api, props);
  api
    .addRoutes(signup, [POST], ['/wa-es-start', paths.callback, `${paths.callback}/resume`])
    // Browsers and Meta come here: a state that was issued, a signature or a code says for whom.
    .addPublicRoutes(signup, [GET], [paths.callback])
    .addPublicRoutes(signup, [POST], ['/wa-deauthorize'])
    .addPublicRoutes(signup, [GET, POST], [paths.dataDeletion])
    .addRoutes(saveCredentials(props), [GET, POST, DELETE], ['/save-whatsapp-credentials']);
}

function signupFunction(api: SendApi, props: ConnectProps) {
  const { signupConfigurationId, signupRedirectUris, signupDialogUrl } = props.config.metaApp;
  const fn = apiFunction<ApiEnv<SignupEnv>>('EsCallback', props, {
    id: 'wa-es-callback',
    description: 'Connects organisations by Embedded Signup',
    environment: {
      ...connectEnvironment(props),
      SIGNUP_CONFIGURATION_ID: signupConfigurationId,
      SIGNUP_DIALOG_URL: signupDialogUrl,
      SIGNUP_REDIRECT_URIS: signupRedirectUris.join(' '),
      SIGNUP_CALLBACK_URL: `${api.url}${paths.callback}`,
      DATA_DELETION_URL: `${api.url}${paths.dataDeletion}`,
    },
  });
  return allowConnecting(fn, props);
}

function saveCredentials(props: ConnectProps) {
  const fn = apiFunction<ApiEnv<SaveCredentialsEnv>>('SaveCredentials', props, {
    id: 'save-whatsapp-credentials',
    description: "An organisation's connections: stored by hand, listed, taken apart",
    environment: connectEnvironment(props),
  });
  return allowConnecting(fn, props);
}

function connectEnvironment(props: ConnectProps) {
  return {
    TABLE_NAME: props.state.table.tableName,
    ...metaEnvironment(props),
    APP_ID: props.config.metaApp.appId,
    WEBHOOK_URL: props.webhookUrl,
  };
}

/** Connecting alone writes tokens and PINs: each is encrypted for its purpose and its organisation. */
function allowConnecting(fn: ServiceFunction, props: ConnectProps): ServiceFunction {
  const { appSecret, tokenKey } = props.state;
  allowItems(fn, props, [
    'dynamodb:GetItem',
    'dynamodb:BatchGetItem',
    'dynamodb:Query',
    'dynamodb:PutItem',
    'dynamodb:UpdateItem',
    'dynamodb:DeleteItem',
  ]);
  return fn
    .allow(['secretsmanager:GetSecretValue'], [appSecret.secretArn])
    .allow(['kms:Encrypt', 'kms:Decrypt'], [tokenKey.keyArn], {
      StringEquals: { 'kms:EncryptionContext:purpose': ['waba-token', 'number-pin'] },
      Null: { 'kms:EncryptionContext:organizationId': 'false' },
    });
}
