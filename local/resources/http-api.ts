import * as z from 'zod';
import {
  type Assembly,
  type AttributesOf,
  parseProperties,
  type Resource,
  resourcesOfType,
  unsupported,
} from '../template/assembly.ts';

const apiSchema = z.object({ ProtocolType: z.literal('HTTP') });
const stageSchema = z.object({ StageName: z.literal('$default', 'only $default is supported') });
const integrationSchema = z.object({
  IntegrationType: z.literal('AWS_PROXY'),
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.literal('2.0'),
  TimeoutInMillis: z.number().default(30_000),
});
const routeSchema = z.object({
  ApiId: z.string(),
  RouteKey: z
    .string()
    .regex(
      /^(?!ANY )[A-Z]+ (\/([^/{}]*|\{\w+\}))*(\/\{\w+\+\})?$/,
      'must be one method and a path, with {name+} only at its end',
    ),
  Target: z.string(),
  AuthorizationType: z.string().default('NONE'),
});

/** One route of one of the HTTP APIs. */
export interface ApiRoute {
  apiId: string;
  /** `<method> <path>` */
  routeKey: string;
  functionArn: string;
  /** How long API Gateway waits for the function. */
  timeoutMs: number;
  /** NONE, AWS_IAM, JWT or CUSTOM. None of them is enforced locally. */
  authorization: string;
}

/** An API's references. Its id is lower case, as in the API's address. */
export const apiAttributes: AttributesOf = ({ logicalId, endpoints }) => {
  const id = logicalId.toLowerCase();
  return { Ref: id, ApiId: id, ApiEndpoint: endpoints.api };
};

/** The references of an API's routes, integrations and authorizers. */
export const apiPartAttributes: AttributesOf = ({ logicalId }) => ({
  Ref: logicalId,
  AuthorizerId: logicalId,
});

/** A stage's reference is its name. */
export const stageAttributes: AttributesOf = (stage) => ({
  Ref: String(stage.property('StageName')),
});

/** Reads the routes of every HTTP API. All APIs share one address, so two of them may not share a route. */
export function readRoutes(assembly: Assembly): ApiRoute[] {
  const resources = (type: string): Resource[] =>
    resourcesOfType(assembly, `AWS::ApiGatewayV2::${type}`);
  for (const api of resources('Api')) parseProperties(api, apiSchema);
  for (const stage of resources('Stage')) parseProperties(stage, stageSchema);
  const integrations = new Map(
    resources('Integration').map((resource) => [
      `integrations/${resource.logicalId}`,
      parseProperties(resource, integrationSchema),
    ]),
  );
  const seen = new Set<string>();
  return resources('Route').map((resource) => {
    const { ApiId, RouteKey, Target, AuthorizationType } = parseProperties(resource, routeSchema);
    const integration = integrations.get(Target);
    if (!integration) throw unsupported(resource, `there is no integration ${Target}`);
    if (seen.has(RouteKey)) throw unsupported(resource, `${RouteKey} is a route of another API`);
    seen.add(RouteKey);
    return {
      apiId: ApiId,
      routeKey: RouteKey,
      functionArn: integration.IntegrationUri.match(/arn:aws:lambda:[^/]+/)?.[0] ?? Target,
      timeoutMs: integration.TimeoutInMillis,
      authorization: AuthorizationType,
    };
  });
}

/** A route that a request is for, and what its path has in the place of each `{name}`. */
export interface RouteMatch {
  route: ApiRoute;
  pathParameters: Record<string, string>;
}

/**
 * The route that is closest to a request: fixed words before `{name}`, `{name+}` last.
 * Source: API Gateway Developer Guide, "Create routes for HTTP APIs".
 */
export function routeOf(
  routes: readonly ApiRoute[],
  method: string,
  path: string,
): RouteMatch | undefined {
  const matches = routes.flatMap((route) => {
    const pathParameters = parametersOf(route.routeKey, `${method} ${path}`);
    return pathParameters ? [{ route, pathParameters }] : [];
  });
  const [closest] = matches.sort((one, other) =>
    vagueness(one.route) < vagueness(other.route) ? -1 : 1,
  );
  return closest;
}

/** For each segment of a route how little it says: sorts the closest route first. */
function vagueness({ routeKey }: ApiRoute): string {
  return routeKey
    .split('/')
    .map((segment) => (segment.endsWith('+}') ? '2' : segment.startsWith('{') ? '1' : '0'))
    .join('');
}

function parametersOf(routeKey: string, request: string): Record<string, string> | undefined {
  const wanted = routeKey.split('/');
  const given = request.split('/');
  const parameters: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    const [, name, greedy] = /^\{(\w+)(\+?)\}$/.exec(segment) ?? [];
    const value = greedy ? given.slice(index).join('/') : given[index];
    if (name === undefined ? value !== segment : !value) return undefined;
    if (name !== undefined) parameters[name] = decoded(value ?? '');
    if (greedy) return parameters;
  }
  return given.length === wanted.length ? parameters : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
