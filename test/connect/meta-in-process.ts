import * as z from 'zod';
import type { GraphCallIn } from '../../local/meta/graph/edge.ts';
import { onboardingEdges } from '../../local/meta/graph/onboarding/edges.ts';
import { signUp, signupRequest } from '../../local/meta/graph/onboarding/signup.ts';
import { createOnboardingState } from '../../local/meta/graph/onboarding/state.ts';
import { nodeEdges } from '../../local/meta/graph/phone-number/edges.ts';
import { createRouter } from '../../local/meta/graph/router.ts';
import { defaultSettings } from '../../local/meta/graph/settings.ts';
import { createGraphState } from '../../local/meta/graph/state.ts';
import { createThrottles } from '../../local/meta/graph/throttle.ts';
import type {
  AppGraph,
  AppGraphRequest,
  Graph,
  GraphAnswer,
  GraphRequest,
} from '../../shared/graph/graph.port.ts';
import { graphAnswer } from '../../shared/graph/graph-answer.ts';

/** A call that Meta has got. */
export interface MetaCall {
  method: string;
  path: string;
  body: unknown;
  token: string | undefined;
}

/** The app that everybody connects to. */
export const app = { appId: '670843887433847', appSecret: 'the-app-secret-that-nobody-sees' };

const sessionInfo = z.object({ data: z.object({ waba_id: z.string() }) });

/** Meta's onboarding as the simulator plays it, with no network between. */
export class MetaInProcess implements Graph, AppGraph {
  readonly calls: MetaCall[] = [];
  readonly onboarding = createOnboardingState();
  readonly state;
  readonly #route;

  constructor(clock: () => number) {
    this.state = createGraphState(app, clock);
    const edges = [
      ...onboardingEdges(this.state, this.onboarding),
      ...nodeEdges(this.state, this.onboarding),
    ];
    const settings = { ...defaultSettings(), appCallsPerHour: 1e9, wabaCallsPerHour: 1e9 };
    const limits = { state: this.state, settings, throttles: createThrottles() };
    this.#route = createRouter(edges, limits);
  }

  /** What a person does in the popup. */
  signUp(request: object = {}): { code: string; wabaId: string; phoneNumberIds: string[] } {
    const signup = signUp(this.state, this.onboarding, signupRequest.parse(request));
    const wabaId = sessionInfo.parse(signup.sessionInfo).data.waba_id;
    const phoneNumberIds = [...this.state.numbers.values()]
      .filter((number) => number.wabaId === wabaId)
      .map(({ id }) => id);
    return { code: signup.code, wabaId, phoneNumberIds };
  }

  call({ method, path, query = {}, body, token }: GraphRequest): Promise<GraphAnswer> {
    return this.#answer({ method, path, query, body, token: token.reveal() });
  }

  callAsApp(request: AppGraphRequest): Promise<GraphAnswer> {
    const { as, method, path, query = {}, secretQuery = {} } = request;
    const { appId, appSecret } = app;
    const secrets = Object.entries(secretQuery).map(([name, secret]) => [name, secret.reveal()]);
    return this.#answer({
      ...{ method, path, body: undefined },
      query: {
        ...query,
        ...Object.fromEntries(secrets),
        ...(as === 'client' && { client_id: appId, client_secret: appSecret }),
      },
      token: as === 'token' ? `${appId}|${appSecret}` : undefined,
    });
  }

  async #answer(
    call: Pick<GraphCallIn, 'method' | 'body' | 'token'> & {
      path: string;
      query: Record<string, string>;
    },
  ): Promise<GraphAnswer> {
    const { method, path, body, token } = call;
    this.calls.push({ method, path, body, token });
    const { status, body: answer } = await this.#route({
      ...call,
      path: path.split('/'),
      query: new URLSearchParams(call.query),
      headers: {},
      raw: Buffer.alloc(0),
    });
    return graphAnswer({ status, headers: {}, text: JSON.stringify(answer) }, 0);
  }
}
