import * as z from 'zod';
import type { ConnectPorts } from '../../lambdas/connect/connect.port.ts';
import { connectionMethods } from '../../lambdas/connect/connection-methods.ts';
import type { SignupPorts } from '../../lambdas/connect/signup.ts';
import { type SignupApiOptions, signupApis } from '../../lambdas/connect/signup-apis.ts';
import { AccessToken } from '../../shared/credentials/access-token.ts';
import type { AppGraph, Graph, GraphAnswer } from '../../shared/graph/graph.port.ts';
import { apiByPath, jsonApi } from '../../shared/http/api.ts';
import { parseJson } from '../../shared/json.ts';
import { MemoryConnections } from '../fakes/memory-connections.ts';
import {
  MemoryCredentialStore,
  MemoryMetaPeople,
  MemoryRouteClaims,
  MemorySignupStates,
  MemoryTemplateMarks,
} from '../fakes/memory-onboarding.ts';
import { MemorySettings } from '../fakes/memory-settings.ts';
import { FaultSeam, Invocation } from '../pipeline/faults.ts';
import { callerNow } from '../pipeline/struck-sites.ts';
import { app, MetaInProcess } from './meta-in-process.ts';

/** A page that the tests' signups return to. */
export const page = 'https://inbox.example/connected?tab=whatsapp';

/** The address that Meta's dialog redirects to. */
export const callbackUrl = 'https://hooks.example/wa-es-callback';

/** Where the app's webhooks go. */
export const webhookUrl = 'https://hooks.example/whatsapp-webhook';

/** Ports with something in them changed: how a bug is planted. */
export type Sabotage = (ports: ConnectPorts) => Partial<ConnectPorts>;

class MemoryApp {
  readonly appId = app.appId;
  readonly webhookUrl = webhookUrl;

  async verifyToken(): Promise<AccessToken> {
    return new AccessToken('verify-me');
  }
}

/** Connecting over fakes, with the simulator for Meta, and everything that can die dying. */
export class ConnectWorld {
  nowMs = Date.parse('2026-11-22T10:00:00.000Z');
  readonly seam: FaultSeam;
  readonly meta = new MetaInProcess(() => this.nowMs);
  readonly store = new MemoryCredentialStore();
  readonly connections = new MemoryConnections();
  readonly claims = new MemoryRouteClaims();
  readonly states = new MemorySignupStates();
  readonly people = new MemoryMetaPeople();
  readonly settings = new MemorySettings();
  readonly templates = new MemoryTemplateMarks();
  /** What went wrong beside the answers. */
  readonly reports: unknown[] = [];
  /** Every PIN that was made up. */
  readonly pins: string[] = [];
  readonly #sabotage: Sabotage;
  #states = 0;

  constructor(seam = new FaultSeam(), sabotage: Sabotage = () => ({})) {
    this.seam = seam;
    this.#sabotage = sabotage;
  }

  /** What the use-cases need from outside; all that one invocation does dies with it. */
  ports(invocation = new Invocation(this.seam)): SignupPorts {
    const store = invocation.through(this.store);
    const { graph, appGraph } = this.#graphs(invocation);
    const ports: ConnectPorts = {
      ...{ graph, appGraph, store, credentials: store },
      connections: invocation.through(this.connections),
      claims: invocation.through(this.claims),
      people: invocation.through(this.people),
      settings: invocation.through(this.settings),
      templates: invocation.through(this.templates),
      app: invocation.through(new MemoryApp()),
      // Each look at the clock is later than the one before: no two tokens come at the same time.
      now: () => new Date(this.nowMs++),
      newPin: () => {
        const pin = String(104_729 * (this.pins.length + 1)).slice(-6);
        this.pins.push(pin);
        return new AccessToken(pin);
      },
      report: (error) => {
        this.reports.push(error);
      },
    };
    return {
      ...ports,
      ...this.#sabotage(ports),
      states: invocation.through(this.states),
      signup: {
        configurationId: '1234',
        graphVersion: 'v25.0',
        dialogUrl: 'https://www.facebook.com',
        callbackUrl,
        redirectUris: [page],
      },
      newState: () => `s${String(this.#states++).padStart(42, '0')}`,
    };
  }

  /** Meta, through the seam: a call can also fail without anybody knowing what came of it. */
  #graphs(invocation: Invocation): { graph: Graph; appGraph: AppGraph } {
    const struck = async (
      { method, path }: { method: string; path: string },
      call: () => Promise<GraphAnswer>,
    ): Promise<GraphAnswer> => {
      const caller = callerNow();
      await Promise.resolve();
      if (invocation.crashed) {
        throw new Error('The process is gone');
      }
      const fault = this.seam.next(`Meta ${method} ${path.replace(/^\d+/, 'id')}`, caller);
      const answer =
        fault === 'fail' || fault === 'crash-before'
          ? ({ kind: 'unsent', problem: fault } as const)
          : await call();
      if (fault === 'crash-before' || fault === 'crash-after') {
        invocation.crashed = true;
        throw new Error(fault);
      }
      return fault === 'fail-after' ? { kind: 'ambiguous', problem: fault } : answer;
    };
    return {
      graph: { call: (request) => struck(request, () => this.meta.call(request)) },
      appGraph: {
        callAsApp: (request) => struck(request, () => this.meta.callAsApp(request)),
      },
    };
  }

  /** A request to one of the addresses; `undefined` where its process died. */
  async request(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    given: { body?: object; query?: Record<string, string>; form?: Record<string, string> },
  ): Promise<Answer | undefined> {
    const invocation = new Invocation(this.seam);
    const options: SignupApiOptions = {
      organizationsClaim: undefined,
      dataDeletionUrl: 'https://hooks.example/wa-data-deletion',
      appSecret: invocation.through({
        read: async () => ({ appSecrets: [app.appSecret], verifyTokens: ['verify-me'] }),
      }),
      onError: (error) => {
        this.reports.push(error);
      },
    };
    const ports = this.ports(invocation);
    const apis = {
      ...signupApis(ports, options),
      '/save-whatsapp-credentials': jsonApi(connectionMethods(ports), options),
    };
    const answer = await apiByPath(apis)(eventOf(method, path, given));
    if (invocation.crashed) {
      return undefined;
    }
    const json = parseJson(answer.body);
    return { ...answer, json: json.ok ? json.value : undefined };
  }

  /** Starts a signup, again where that fails, and gives its state. */
  async start(organizationId: string, redirectUri?: string): Promise<string> {
    const body = { organizationId, userId: 'agent-1', ...(redirectUri && { redirectUri }) };
    for (;;) {
      const answer = await this.request('POST', '/wa-es-start', { body });
      if (answer?.statusCode === 200) {
        return startedSchema.parse(answer.json).state;
      }
    }
  }
}

const startedSchema = z.object({ state: z.string() });

/** An answer over HTTP, its body read. */
export interface Answer {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
  json: unknown;
}

/** A request as API Gateway hands it over. */
export function eventOf(
  method: string,
  rawPath: string,
  given: { body?: object; query?: Record<string, string>; form?: Record<string, string> },
): object {
  const { body, query, form } = given;
  const contentType = form ? 'application/x-www-form-urlencoded' : 'application/json';
  const text = form ? new URLSearchParams(form).toString() : body && JSON.stringify(body);
  return {
    rawPath,
    requestContext: { requestId: 'request-1', http: { method } },
    headers: { 'content-type': contentType },
    queryStringParameters: query ?? {},
    body: text ?? '',
  };
}
