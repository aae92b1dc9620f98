import type * as z from 'zod';
import { AccessToken } from '../../shared/credentials/access-token.ts';
import type { AppGraph, Graph, GraphRequest } from '../../shared/graph/graph.port.ts';
import { bodyOf, ConnectFailure } from './connect-failure.ts';
import {
  appSubscriptionsSchema,
  debugTokenSchema,
  exchangeSchema,
  type MetaNumber,
  numberFields,
  numbersPageSchema,
  subscribedAppsSchema,
} from './meta-answers.schema.ts';

/** What a token is good for. */
export interface Grants {
  scopes: string[];
  /** Newest first; undefined: all that the token reaches. */
  wabaIds: string[] | undefined;
  expiresAt: string | undefined;
  dataAccessExpiresAt: string | undefined;
  /** The app-scoped id of who has granted it. */
  metaUserId: string | undefined;
}

/** Source: Meta, "Embedded Signup", Permissions. */
const wantedScopes = ['whatsapp_business_management', 'whatsapp_business_messaging'];

const pageSize = 100;
/** More than a business may have: Meta's limit is 20 unless it raises it. */
const maxPages = 20;

/** The app's webhook object that WhatsApp's fields belong to. */
const webhookObject = 'whatsapp_business_account';

/**
 * Exchanges a code, which lives 30 seconds and works once: never to be repeated.
 * Source: Meta, "Embedded Signup: implementation" and "Onboarding customers as a Tech Provider".
 * @param redirectUri what the dialog was opened with; none for a code of the JavaScript SDK
 * @throws ConnectFailure
 */
export async function exchangeCode(
  graph: AppGraph,
  code: AccessToken,
  redirectUri: string | undefined,
): Promise<AccessToken> {
  const answer = await graph.callAsApp({
    as: 'client',
    method: 'GET',
    path: 'oauth/access_token',
    ...(redirectUri === undefined ? {} : { query: { redirect_uri: redirectUri } }),
    secretQuery: { code },
  });
  return new AccessToken(read(exchangeSchema, bodyOf(answer)).access_token);
}

/**
 * What a token is good for, as Meta tells the app.
 * @throws ConnectFailure where it is dead, another app's, or lacks a scope
 */
export async function grantsOf(
  graph: AppGraph,
  token: AccessToken,
  appId: string,
): Promise<Grants> {
  const answer = await graph.callAsApp({
    as: 'token',
    method: 'GET',
    path: 'debug_token',
    secretQuery: { input_token: token },
  });
  const { data } = read(debugTokenSchema, bodyOf(answer));
  if (data.app_id !== undefined && data.app_id !== appId) {
    throw new ConnectFailure('token-of-another-app');
  }
  if (!data.is_valid) {
    throw new ConnectFailure(data.error?.subcode === 463 ? 'token-expired' : 'token-invalid');
  }
  if (data.app_id !== appId) {
    throw new ConnectFailure('token-of-another-app');
  }
  if (!wantedScopes.every((scope) => data.scopes.includes(scope))) {
    throw new ConnectFailure('scope-missing');
  }
  return {
    scopes: data.scopes,
    wabaIds: reachedByAll(data.granular_scopes),
    expiresAt: data.expires_at,
    dataAccessExpiresAt: data.data_access_expires_at,
    metaUserId: data.user_id,
  };
}

/** The accounts that every wanted scope reaches. */
function reachedByAll(
  granular: readonly { scope: string; target_ids?: string[] | undefined }[],
): string[] | undefined {
  const lists = wantedScopes.map(
    (wanted) => granular.find(({ scope }) => scope === wanted)?.target_ids,
  );
  const [first, ...others] = lists.filter((ids) => ids !== undefined);
  return first?.filter((id) => others.every((ids) => ids.includes(id)));
}

/** Makes sure that a token reaches an account. @throws ConnectFailure */
export async function assertReaches(
  graph: Graph,
  token: AccessToken,
  wabaId: string,
): Promise<void> {
  bodyOf(await graph.call({ method: 'GET', path: wabaId, query: { fields: 'id' }, token }));
}

/** All numbers of an account. @throws ConnectFailure */
export async function numbersOf(
  graph: Graph,
  token: AccessToken,
  wabaId: string,
): Promise<MetaNumber[]> {
  const numbers: MetaNumber[] = [];
  let after: string | undefined;
  for (let pages = 0; pages < maxPages; pages++) {
    const query = { fields: numberFields, limit: String(pageSize), ...(after && { after }) };
    const path = `${wabaId}/phone_numbers`;
    const body = bodyOf(await graph.call({ method: 'GET', path, query, token }));
    const { data, paging } = read(numbersPageSchema, body);
    numbers.push(...data);
    after = paging?.cursors?.after;
    if (paging?.next === undefined || after === undefined) {
      return numbers;
    }
  }
  throw new ConnectFailure('meta-unreadable');
}

/** The app's subscription to WhatsApp's webhooks, if there is one. @throws ConnectFailure */
export async function appSubscription(
  graph: AppGraph,
  appId: string,
): Promise<{ callbackUrl: string; fields: string[] } | undefined> {
  const path = `${appId}/subscriptions`;
  const answer = await graph.callAsApp({ as: 'token', method: 'GET', path });
  const found = read(appSubscriptionsSchema, bodyOf(answer)).data.find(
    ({ object, active }) => object === webhookObject && active,
  );
  return found && { callbackUrl: found.callback_url, fields: found.fields.map(({ name }) => name) };
}

/**
 * Subscribes the app to fields: Meta asks the callback for its challenge meanwhile.
 * Source: Graph API reference, Application, subscriptions. @throws ConnectFailure
 */
export async function subscribeFields(
  graph: AppGraph,
  appId: string,
  wanted: { callbackUrl: string; verifyToken: AccessToken; fields: readonly string[] },
): Promise<void> {
  const answer = await graph.callAsApp({
    as: 'token',
    method: 'POST',
    path: `${appId}/subscriptions`,
    query: {
      object: webhookObject,
      callback_url: wanted.callbackUrl,
      fields: wanted.fields.join(),
    },
    secretQuery: { verify_token: wanted.verifyToken },
  });
  bodyOf(answer);
}

/** How the app of a token is subscribed to an account; undefined: not at all. @throws ConnectFailure */
export async function accountSubscription(
  graph: Graph,
  token: AccessToken,
  { wabaId, appId }: { wabaId: string; appId: string },
): Promise<{ override: string | undefined } | undefined> {
  const path = `${wabaId}/subscribed_apps`;
  const body = bodyOf(await graph.call({ method: 'GET', path, token }));
  const found = read(subscribedAppsSchema, body).data.find(
    ({ whatsapp_business_api_data: app }) => app.id === appId,
  );
  return found && { override: found.override_callback_uri };
}

/** A call that changes something and answers nothing worth reading. @throws ConnectFailure */
export async function act(graph: Graph, request: GraphRequest): Promise<void> {
  bodyOf(await graph.call(request));
}

function read<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const { data, success } = schema.safeParse(body);
  if (!success) {
    throw new ConnectFailure('meta-unreadable');
  }
  return data;
}
