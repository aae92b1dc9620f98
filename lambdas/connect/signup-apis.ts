import type { AppSecretSource } from '../../shared/app-secret/app-secret.port.ts';
import type { ConnectionRecord } from '../../shared/connections/connection.schema.ts';
import { connectionView } from '../../shared/connections/connection-view.ts';
import {
  type ApiAnswer,
  type ApiMethod,
  apiMethod,
  type HttpAnswer,
  jsonApi,
} from '../../shared/http/api.ts';
import { ForgedRequest, stateProblem } from './connect-problems.ts';
import {
  callbackSchema,
  redirectQuerySchema,
  resumeSchema,
  startSchema,
} from './connect-request.schema.ts';
import { formApi } from './form-api.ts';
import { deauthorise, deletePerson, deletionStatus } from './meta-callbacks.ts';
import { readSignedRequest, type SignedRequest } from './signed-request.ts';
import {
  finishByRedirect,
  finishInPopup,
  resume,
  type SignupPorts,
  startSignup,
} from './signup.ts';

/** What the addresses of signing up need besides their use-cases. */
export interface SignupApiOptions {
  organizationsClaim: string | undefined;
  /** The public address of GET `/wa-data-deletion`. */
  dataDeletionUrl: string;
  appSecret: AppSecretSource;
  onError(error: unknown): void;
}

/** Everything that `wa-es-callback` answers, by path. */
export function signupApis(
  ports: SignupPorts,
  { organizationsClaim, dataDeletionUrl, appSecret, onError }: SignupApiOptions,
): Record<string, (event: unknown) => Promise<HttpAnswer>> {
  const start = apiMethod({
    input: { body: startSchema },
    handle: async (request) => ({ status: 200, body: await startSignup(request, ports) }),
  });

  const popup = apiMethod({
    input: { body: callbackSchema },
    handle: async ({ organizationId, state, code, sessionInfo }) =>
      answerOf(
        await finishInPopup(
          {
            ...{ organizationId, state, code },
            wabaHint: sessionInfo?.waba_id ?? sessionInfo?.data?.waba_id,
          },
          ports,
        ),
      ),
  });

  /** Whoever comes here is a browser: the state says for whom. */
  const redirect: ApiMethod = async ({ query }) => {
    const { data } = redirectQuerySchema.safeParse(query);
    if (!data) {
      throw stateProblem('The address has no state that could be of this service.');
    }
    const location = await finishByRedirect(data, ports);
    // The page that the browser comes from has the code in its address.
    return { status: 303, headers: { location, 'referrer-policy': 'no-referrer' }, body: {} };
  };

  const goOn = apiMethod({
    input: { body: resumeSchema },
    handle: async (request) => answerOf(await resume(request, ports)),
  });

  async function signed(form: URLSearchParams): Promise<SignedRequest> {
    const { appSecrets } = await appSecret.read();
    const request = readSignedRequest(form.get('signed_request') ?? '', appSecrets);
    if (!request) {
      const forged = new ForgedRequest();
      onError(forged);
      throw forged;
    }
    return request;
  }

  const status: ApiMethod = async ({ query }) => ({
    status: 200,
    body: await deletionStatus(query['code'] ?? '', ports),
  });

  const options = { organizationsClaim, onError };
  return {
    '/wa-es-start': jsonApi({ POST: start }, options),
    '/wa-es-callback': jsonApi({ GET: redirect, POST: popup }, options),
    '/wa-es-callback/resume': jsonApi({ POST: goOn }, options),
    '/wa-deauthorize': formApi(
      async (form) => {
        await deauthorise(await signed(form), ports);
        return { status: 200, body: {} };
      },
      { onError },
    ),
    '/wa-data-deletion': formApi(
      async (form) => {
        const { confirmationCode } = await deletePerson(await signed(form), ports);
        const url = `${dataDeletionUrl}?code=${confirmationCode}`;
        return { status: 200, body: { url, confirmation_code: confirmationCode } };
      },
      { methods: { GET: status }, onError },
    ),
  };
}

function answerOf(record: ConnectionRecord): ApiAnswer {
  return { status: 200, body: { connection: connectionView(record, undefined) } };
}
