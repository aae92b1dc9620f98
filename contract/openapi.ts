import { type ProblemCode, problemStatuses, problemTitles } from '../shared/http/problem.ts';
import { answerSchemas, sharedSchemas } from './answers.schema.ts';
import { eventTypes } from './event-types.ts';
import { eventJsonSchemas, eventSchemaName } from './events.ts';
import { examples } from './examples.ts';
import { isSchema, type JsonSchema, jsonSchemaOf, jsonSchemasOf } from './json-schema.ts';
import { messageSchemas, requestSchemas } from './requests.schema.ts';
import { type ContractRoute, contractRoutes, tags } from './routes.ts';

const base = '#/components/schemas/';

const about = `The inbox backend's side of the WhatsApp integration: it sends, reads and manages here, and is told of everything by events.

Changes are additive: ignore fields and types of events that you do not know. Schemas of answers and events are open for that reason; a value beside those in \`x-extensible-enum\` may come at any time. What would break you gets a path prefix \`/v2\` and a new \`schemaVersion\`.

Our own fields are in camelCase; inside \`message\` stands Meta's own object verbatim in snake_case, both ways. Times are RFC 3339 in UTC.

Errors are problem documents (RFC 9457) with a stable \`code\`; 401, 403 and some 429 and 5xx come from API Gateway itself.`;

/** A field of a query as a parameter. */
export interface QueryParameter {
  name: string;
  required: boolean;
  schema: JsonSchema;
}

/** The parameters of a route's query; none where it takes a body. */
export function queryParameters({ input, operationId }: ContractRoute): QueryParameter[] {
  if (!('query' in input)) {
    return [];
  }
  const { properties, required } = jsonSchemaOf(input.query, operationId);
  return Object.entries(isSchema(properties) ? properties : {}).flatMap(([name, schema]) =>
    isSchema(schema)
      ? [{ name, required: Array.isArray(required) && required.includes(name), schema }]
      : [],
  );
}

/** The codes of a route's problems by HTTP status, ascending. */
export function problemsByStatus({ problems }: ContractRoute): Map<number, ProblemCode[]> {
  const sorted = problems.toSorted((one, other) => problemStatuses[one] - problemStatuses[other]);
  return Map.groupBy(new Set(sorted), (code) => problemStatuses[code]);
}

/**
 * The OpenAPI 3.1 document of the whole API.
 * @param kind `exact`: its answers and events take no field that it does not name, for tests
 */
export function openApiDocument(version: string, kind: 'answer' | 'exact' = 'answer'): JsonSchema {
  const paths = Map.groupBy(contractRoutes, ({ path }) => path);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Nexus WhatsApp',
      version,
      description: about,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    jsonSchemaDialect: 'https://spec.openapis.org/oas/3.1/dialect/base',
    servers: [
      {
        url: '{url}',
        description: "The stack's output SendApiUrl.",
        variables: { url: { default: 'http://127.0.0.1:4000' } },
      },
    ],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    security: [{ sigV4: [] }, { token: [] }],
    paths: Object.fromEntries(
      [...paths].map(([path, routes]) => [
        path,
        Object.fromEntries(routes.map((route) => [route.method.toLowerCase(), operation(route)])),
      ]),
    ),
    webhooks: Object.fromEntries(
      Object.entries(eventTypes).map(([type, { text, from }]) => [type, webhook(type, text, from)]),
    ),
    components: {
      securitySchemes: {
        sigV4: {
          type: 'apiKey',
          in: 'header',
          name: 'Authorization',
          description:
            'AWS Signature Version 4 for the service execute-api, where the stage takes signed requests.',
          'x-amazon-apigateway-authtype': 'awsSigv4',
        },
        token: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description:
            'Where the stage takes tokens. A claim lists the organisations that it is for; another one answers 404.',
        },
      },
      parameters: Object.fromEntries(
        Object.entries(webhookHeaders).map(([name, description]) => [
          name,
          { name, in: 'header', required: true, description, schema: { type: 'string' } },
        ]),
      ),
      schemas: {
        ...jsonSchemasOf({ ...requestSchemas, ...messageSchemas }, { kind: 'request', base }),
        ...jsonSchemasOf({ ...answerSchemas, ...sharedSchemas }, { kind, base }),
        ...eventJsonSchemas({ kind, base }),
      },
    },
  };
}

function operation(route: ContractRoute): JsonSchema {
  const { operationId, tag, summary, description, access, input } = route;
  const parameters = [
    ...(route.isSend ? [idempotencyKey] : []),
    ...queryParameters(route).map(({ name, required, schema }) => {
      const { description: meaning, ...rest } = schema;
      return { name, in: 'query', required, description: meaning, schema: rest };
    }),
  ];
  const schema = 'body' in input ? input.body : 'form' in input ? input.form : undefined;
  const mediaType = 'form' in input ? 'application/x-www-form-urlencoded' : 'application/json';
  const request = examples[operationId]?.request;
  return {
    operationId,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    ...(access === 'public' && { security: [] }),
    ...(parameters.length > 0 && { parameters }),
    ...(schema !== undefined && {
      requestBody: {
        required: true,
        content: {
          [mediaType]: {
            schema: { $ref: base + schema },
            ...(request !== undefined && { example: request }),
          },
        },
      },
    }),
    responses: {
      ...answersOf(route),
      ...problemsOf(route),
      ...(access === 'authorised' && refusals),
    },
  };
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'Needed unless `validateOnly`: 1 to 255 visible ASCII characters, a new UUID for each message and the same for each of its repeats. One space of keys for an organisation over all sends; good for 30 days.',
  schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,255}$' },
};

function answersOf({ answers, operationId }: ContractRoute): JsonSchema {
  const example = examples[operationId]?.answer;
  return Object.fromEntries(
    Object.entries(answers).map(([status, { description, schema, headers }]) => [
      status,
      {
        description,
        ...(headers && {
          headers: Object.fromEntries(
            Object.entries(headers).map(([name, text]) => [
              name,
              { description: text, schema: { type: 'string' } },
            ]),
          ),
        }),
        content: {
          'application/json': {
            schema: { $ref: base + schema },
            ...(example?.status === Number(status) && { example: example.body }),
          },
        },
      },
    ]),
  );
}

function problemsOf(route: ContractRoute): JsonSchema {
  return Object.fromEntries(
    [...problemsByStatus(route)].map(([status, codes]) => [
      String(status),
      {
        description: codes.map((code) => `\`${code}\`: ${problemTitles[code]}`).join(' '),
        content: { 'application/problem+json': { schema: { $ref: `${base}Problem` } } },
        ...(codes.some((code) => retried.includes(code)) && { headers: retryAfter }),
      },
    ]),
  );
}

const retried: readonly ProblemCode[] = [
  'send-in-flight',
  'throttled',
  'meta-error',
  'unavailable',
];

const retryAfter = {
  'Retry-After': { description: 'When to repeat it, in seconds.', schema: { type: 'integer' } },
};

const refusal = { 'application/json': { schema: { $ref: `${base}GatewayRefusal` } } };

/** What API Gateway answers before a function is asked. */
const refusals = {
  401: { description: 'The token is missing, expired, or not for this API.', content: refusal },
  403: { description: 'The signature is missing or wrong, or the role may not.', content: refusal },
};

/** Source: Standard Webhooks, "Specification". */
const webhookHeaders = {
  'webhook-id': 'The `eventId`: the same for every repeat.',
  'webhook-timestamp': 'When this attempt was made, in seconds since 1970.',
  'webhook-signature': 'Of id, timestamp and body: verify it before anything else.',
};

function webhook(type: string, text: string, from: string): JsonSchema {
  return {
    post: {
      operationId: `on${eventSchemaName(type)}`,
      summary: type,
      description: `${text} From: ${from}. The same document as in the queue.`,
      security: [],
      parameters: Object.keys(webhookHeaders).map((name) => ({
        $ref: `#/components/parameters/${name}`,
      })),
      requestBody: {
        required: true,
        content: { 'application/json': { schema: { $ref: base + eventSchemaName(type) } } },
      },
      responses: { '2XX': { description: 'Taken: it is not delivered again.' } },
    },
  };
}
