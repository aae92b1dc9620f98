import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import * as z from 'zod';
import type { GraphEdge } from '../../local/meta/graph/edge.ts';
import { endWithBody } from '../../local/meta/graph/media/answer-body.ts';
import { mediaEdges } from '../../local/meta/graph/media/edges.ts';
import { mediaRoutes } from '../../local/meta/graph/media/media-faults.ts';
import { createMediaState } from '../../local/meta/graph/media/state.ts';
import { onboardingEdges } from '../../local/meta/graph/onboarding/edges.ts';
import { onboardingRoutes } from '../../local/meta/graph/onboarding/routes.ts';
import { createOnboardingState } from '../../local/meta/graph/onboarding/state.ts';
import { nodeEdges } from '../../local/meta/graph/phone-number/edges.ts';
import { readCall } from '../../local/meta/graph/request.ts';
import { createRouter } from '../../local/meta/graph/router.ts';
import { defaultSettings } from '../../local/meta/graph/settings.ts';
import { createGraphState } from '../../local/meta/graph/state.ts';
import { createThrottles } from '../../local/meta/graph/throttle.ts';
import { listenLocally, stopServer } from '../../local/servers.ts';

const signupAnswer = z.object({
  body: z.object({
    code: z.string(),
    sessionInfo: z.object({ data: z.object({ waba_id: z.string() }) }),
  }),
});

/** What Graph answered. */
export interface GraphReply {
  status: number;
  body: {
    [field: string]: unknown;
    error?: { code: number; error_subcode?: number; message: string; error_data?: object };
  };
}

/** An app on a simulated Graph API with the edges of onboarding, nodes and media, and a clock of its own. */
export async function startEdges() {
  const clock = { now: Date.UTC(2026, 10, 22, 10) };
  const app = { appId: '670843887433847', appSecret: 'app-secret' };
  const state = createGraphState(app, () => clock.now);
  const onboarding = createOnboardingState();
  const media = createMediaState();
  const edges: GraphEdge[] = [
    ...onboardingEdges(state, onboarding),
    ...nodeEdges(state, onboarding),
    ...mediaEdges(state, media),
  ];
  const limits = { state, settings: defaultSettings(), throttles: createThrottles() };
  const route = createRouter(edges, limits);
  const server = createServer(async (request, response) => {
    const { status, body, headers } = await route(await readCall(request, await buffer(request)));
    response.writeHead(status, headers);
    endWithBody(response, body);
  });
  const url = await listenLocally(server);
  const routes = [...onboardingRoutes(state, onboarding), ...mediaRoutes(media)];

  async function send(path: string, init: RequestInit = {}): Promise<GraphReply> {
    const response = await fetch(`${url}/v25.0/${path}`, init);
    return { status: response.status, body: JSON.parse(await response.text()) };
  }

  async function local(name: string, body?: unknown) {
    const route = routes.find(({ path }) => path === `/_local/graph/${name}`);
    return await route?.handle({ query: new URLSearchParams(), body });
  }

  const withToken = (token: string) => ({ authorization: `Bearer ${token}` });

  return {
    ...{ url, app, clock, state, onboarding, media, local },
    appToken: `${app.appId}|${app.appSecret}`,
    get: (path: string, token: string) => send(path, { headers: withToken(token) }),
    delete: (path: string, token: string) =>
      send(path, { method: 'DELETE', headers: withToken(token) }),
    post: (path: string, token: string, body?: unknown) =>
      send(path, {
        method: 'POST',
        headers: { ...withToken(token), 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    send,
    exchange: (code: string, rest: Record<string, string> = {}) => {
      const query = { client_id: app.appId, client_secret: app.appSecret, code, ...rest };
      return send(`oauth/access_token?${new URLSearchParams(query)}`);
    },
    stop: () => stopServer(server),
  };
}

/** The simulated Graph API of the tests, while it runs. */
export type EdgeServer = Awaited<ReturnType<typeof startEdges>>;

/** A business that has signed up, and its token. */
export interface Tenant {
  token: string;
  wabaId: string;
  phoneNumberId: string;
}

/** Signs a business with one number up and exchanges its code. */
export async function signUpTenant(graph: EdgeServer, request: object = {}): Promise<Tenant> {
  const ids = new Set(graph.state.numbers.keys());
  const { code, wabaId } = codeOf(await graph.local('signup', request));
  const { body } = await graph.exchange(code);
  const phoneNumberId = [...graph.state.numbers.keys()].find((id) => !ids.has(id)) ?? '';
  return { token: String(body['access_token']), wabaId, phoneNumberId };
}

/** The code and the account id of an answer of `/_local/graph/signup`. */
export function codeOf(answer: unknown): { code: string; wabaId: string } {
  const { body } = signupAnswer.parse(answer);
  return { code: body.code, wabaId: body.sessionInfo.data.waba_id };
}
