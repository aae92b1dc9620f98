import { jsonApi } from '../../shared/http/api.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { connectAdapters } from './connect.composition.ts';
import { saveCredentialsEnvSchema } from './connect.env.ts';
import { connectionMethods } from './connection-methods.ts';
import { countedHandler, report } from './counted.composition.ts';

const env = readEnv(saveCredentialsEnvSchema);
const { ports } = await connectAdapters(env);

/** `save-whatsapp-credentials`: an organisation's connections: stored by hand, listed, taken apart. */
export const handler = countedHandler(
  jsonApi(connectionMethods(ports), {
    organizationsClaim: env.ORGANIZATIONS_CLAIM,
    onError: report,
  }),
);
