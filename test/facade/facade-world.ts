import { type GraphApiPorts, graphApi } from '../../lambdas/send/facade/graph-api.ts';
import { graphTokenMethods } from '../../lambdas/send/facade/graph-tokens.ts';
import type { Graph } from '../../shared/graph/graph.port.ts';
import { type HttpAnswer, jsonApi } from '../../shared/http/api.ts';
import { MemoryMediaUpload, MemoryMetaMedia } from '../fakes/memory-outgoing-media.ts';
import { type Scenario, SendWorld, sender } from '../send/send-world.ts';
import { MemoryGraphTokens } from './memory-graph-tokens.ts';

/** A request to the façade; what is left out is as clients have it. */
export interface FacadeRequest {
  method?: string;
  path?: string;
  body?: unknown;
  query?: Record<string, string>;
  headers?: Record<string, string>;
}

/** An answer with its JSON read. */
export interface FacadeAnswer {
  status: number;
  headers: HttpAnswer['headers'];
  body: unknown;
}

/** The façade over the fakes of sending, with a token of the sender's organisation. */
export class FacadeWorld {
  readonly sends: SendWorld;
  readonly tokens = new MemoryGraphTokens();
  readonly upload = new MemoryMediaUpload();
  readonly metaMedia = new MemoryMetaMedia();
  /** The codes of what was refused. */
  readonly refusals: string[] = [];
  readonly #graph: Graph | undefined;

  constructor(scenario: Scenario = {}, graph?: Graph) {
    this.sends = new SendWorld(scenario);
    this.#graph = graph;
  }

  get ports(): GraphApiPorts {
    const { queue: _, ...ports } = this.sends.ports();
    return {
      ...ports,
      ...(this.#graph && { graph: this.#graph }),
      tokens: this.tokens,
      upload: this.upload,
      metaMedia: this.metaMedia,
      onRefusal: (code) => this.refusals.push(code),
    };
  }

  /** Asks for a token of an organisation. */
  async issue(organizationId = sender.organizationId, name = 'client'): Promise<string> {
    const { body } = await this.manage('POST', { organizationId, name });
    return /"token":"([^"]+)"/.exec(JSON.stringify(body))?.[1] ?? '';
  }

  /** A call of `/graph-tokens`. */
  async manage(method: 'GET' | 'POST' | 'DELETE', input: Record<string, string>) {
    const api = jsonApi(graphTokenMethods(this.ports), {
      organizationsClaim: undefined,
      onError: (error) => this.sends.reports.push(error),
    });
    return answerOf(
      await api(
        eventOf(
          method === 'POST'
            ? { method, path: '/graph-tokens', body: input }
            : { method, path: '/graph-tokens', query: input },
        ),
      ),
    );
  }

  /** A call of the façade. */
  async call(request: FacadeRequest): Promise<FacadeAnswer> {
    return answerOf(await graphApi(this.ports)(eventOf(request)));
  }

  /** Posts a message under a new token. */
  async post(body: unknown, headers: Record<string, string> = {}): Promise<FacadeAnswer> {
    const authorization = `Bearer ${await this.issue()}`;
    return this.call({ body, headers: { authorization, ...headers } });
  }
}

function eventOf({
  method = 'POST',
  path = `/graph/v23.0/${sender.phoneNumberId}/messages`,
  body,
  query,
  headers = {},
}: FacadeRequest): unknown {
  const isBytes = Buffer.isBuffer(body);
  return {
    rawPath: path,
    requestContext: { requestId: 'request-1', domainName: 'api.example', http: { method } },
    headers: { 'content-type': 'application/json', ...headers },
    ...(query && { queryStringParameters: query }),
    ...(body !== undefined && { body: isBytes ? body.toString('base64') : textOf(body) }),
    isBase64Encoded: isBytes,
  };
}

function textOf(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function answerOf({ statusCode, headers, body }: HttpAnswer): FacadeAnswer {
  return { status: statusCode, headers, body: JSON.parse(body) };
}
