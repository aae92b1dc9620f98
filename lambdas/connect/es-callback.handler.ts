import { randomBytes } from 'node:crypto';
import { apiByPath } from '../../shared/http/api.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { connectAdapters } from './connect.composition.ts';
import { signupEnvSchema } from './connect.env.ts';
import { countedHandler, report } from './counted.composition.ts';
import { countedStates } from './counted-ports.composition.ts';
import { signupApis } from './signup-apis.ts';
import { signupStatesInDynamoDb } from './signup-states.dynamodb.ts';

const env = readEnv(signupEnvSchema);
const { client, tableName, appSecret, ports } = await connectAdapters(env);

const apis = signupApis(
  {
    ...ports,
    states: countedStates(signupStatesInDynamoDb(client, tableName)),
    signup: {
      configurationId: env.SIGNUP_CONFIGURATION_ID,
      graphVersion: env.GRAPH_VERSION,
      dialogUrl: env.SIGNUP_DIALOG_URL,
      callbackUrl: env.SIGNUP_CALLBACK_URL,
      redirectUris: env.SIGNUP_REDIRECT_URIS.split(' ').filter((uri) => uri !== ''),
    },
    newState: () => randomBytes(32).toString('base64url'),
  },
  {
    organizationsClaim: env.ORGANIZATIONS_CLAIM,
    dataDeletionUrl: env.DATA_DELETION_URL,
    appSecret,
    onError: report,
  },
);

/** `wa-es-callback`: Embedded Signup from its start to its end, and what else Meta calls an app for. */
export const handler = countedHandler(apiByPath(apis));
