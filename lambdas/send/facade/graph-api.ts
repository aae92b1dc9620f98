import { type HttpAnswer, jsonBody } from '../../../shared/http/api.ts';
import { Problem } from '../../../shared/http/problem.ts';
import { type GraphMediaPorts, postMedia } from './graph-media.ts';
import { type GraphSendPorts, postMessages } from './graph-messages.ts';
import {
  graphAnswer,
  isOfObject,
  refusalOf,
  tokenRefused,
  unsupportedObject,
} from './graph-refusal.ts';
import { type GraphEvent, graphEventSchema } from './graph-request.schema.ts';
import { getTemplates } from './graph-templates.ts';
import { type GraphTokenPorts, organizationOfToken } from './graph-tokens.ts';

/** What the façade needs from outside. */
export interface GraphApiPorts extends GraphSendPorts, GraphMediaPorts, GraphTokenPorts {
  /** Gets the code of each problem that is answered, `token-invalid` or `not-found`. */
  onRefusal(code: string): void;
}

/** With any version or, as some clients leave it out, none: Meta is called with ours. */
const pathFormat = /^\/graph(?:\/v\d+\.\d+)?\/([\w.-]{1,64})(?:\/(\w+))?\/?$/;

/** Where a request leads. */
interface Target {
  organizationId: string;
  /** The object of the path. */
  id: string;
}

const edges = new Map<
  string,
  (event: GraphEvent, target: Target, ports: GraphApiPorts) => Promise<object>
>([
  [
    'POST messages',
    ({ headers, ...event }, { organizationId, id: phoneNumberId }, ports) =>
      postMessages(
        jsonBody(event, headers['content-type']),
        { organizationId, phoneNumberId },
        headers['idempotency-key'],
        ports,
      ),
  ],
  [
    'POST media',
    (event, { organizationId, id: phoneNumberId }, ports) =>
      postMedia(event, { organizationId, phoneNumberId }, ports),
  ],
  [
    'GET message_templates',
    (event, { organizationId, id: wabaId }, ports) =>
      getTemplates(event, { organizationId, wabaId }, ports),
  ],
]);

/**
 * Answers the events of `/graph/…` as Meta's Graph API would, for the organisation whose token the request
 * carries. Rejects nothing that API Gateway sends.
 */
export function graphApi(ports: GraphApiPorts): (event: unknown) => Promise<HttpAnswer> {
  return async (input) => {
    const event = graphEventSchema.parse(input);
    const { requestId, http } = event.requestContext;
    const [, id = '', edge = ''] = pathFormat.exec(event.rawPath) ?? [];
    try {
      const { authorization } = event.headers;
      const organizationId = await organizationOfToken(authorization, ports);
      if (organizationId === undefined) {
        ports.onRefusal('token-invalid');
        return tokenRefused(authorization !== undefined, requestId);
      }
      const answer = /^\d{1,32}$/.test(id) ? edges.get(`${http.method} ${edge}`) : undefined;
      if (!answer) {
        ports.onRefusal('not-found');
        return unsupportedObject(http.method, id, requestId);
      }
      return graphAnswer(200, await answer(event, { organizationId, id }, ports));
    } catch (error) {
      const problem = asProblem(error, ports);
      ports.onRefusal(problem.code);
      return isOfObject(problem)
        ? unsupportedObject(http.method, id, requestId)
        : refusalOf(problem, requestId);
    }
  };
}

function asProblem(error: unknown, { report }: Pick<GraphApiPorts, 'report'>): Problem {
  if (error instanceof Problem) {
    return error;
  }
  report(error);
  return new Problem('internal-error', { detail: 'The request has failed on our side.' });
}
