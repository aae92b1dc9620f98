import * as z from 'zod';

/**
 * What is used of API Gateway's event: names of headers are in lower case.
 * Source: API Gateway Developer Guide, "AWS Lambda proxy integrations for HTTP APIs", payload format 2.0.
 */
export const apiEventSchema = z.object({
  rawPath: z.string().default('/'),
  requestContext: z.object({
    requestId: z.string().default('unknown'),
    http: z.object({ method: z.string() }),
    /** `jwt` is there where a JWT authorizer has let the request in. */
    authorizer: z
      .object({ jwt: z.object({ claims: z.record(z.string(), z.unknown()).nullish() }).optional() })
      .nullish(),
  }),
  headers: z.record(z.string(), z.string()).default({}),
  queryStringParameters: z.record(z.string(), z.string()).default({}),
  body: z.string().default(''),
  isBase64Encoded: z.boolean().default(false),
});

/** A request as API Gateway hands it over. */
export type ApiEvent = z.output<typeof apiEventSchema>;
