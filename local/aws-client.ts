import * as z from 'zod';

/** What X-Amz-Target starts with, by service, for the services that speak the JSON protocol. */
const targetPrefixes: Record<string, string> = {
  dynamodb: 'DynamoDB_20120810',
  'dynamodb-streams': 'DynamoDBStreams_20120810',
  sqs: 'AmazonSQS',
  secretsmanager: 'secretsmanager',
  kms: 'TrentService',
  transcribe: 'Transcribe',
  firehose: 'Firehose_20150804',
  events: 'AWSEvents',
  logs: 'Logs_20140328',
  monitoring: 'GraniteServiceVersion20100801',
};

/** Calls an action of a service with its input as JSON. Throws `AwsError`, or fetch's own errors. */
export type AwsClient = (
  service: string,
  action: string,
  input: unknown,
  signal?: AbortSignal,
) => Promise<unknown>;

const errorSchema = z.object({
  __type: z.string().default('UnknownError'),
  message: z.string().optional(),
  Message: z.string().optional(),
});

/** An AWS service's refusal, by the error code that its documentation lists. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/**
 * A client of the JSON protocol for an endpoint that checks no signatures. The SDK would do, but its
 * import takes longer than the engines take to start, and streams need a further client.
 */
export function createAwsClient(
  addressOf: (service: string) => Promise<string>,
  region: string,
): AwsClient {
  return async (service, action, input, signal) => {
    const prefix = targetPrefixes[service];
    if (!prefix) throw new Error(`${service} does not speak the JSON protocol here`);
    const scope = `20260101/${region}/${service.replace('-streams', '')}/aws4_request`;
    const answer = await fetch(await addressOf(service), {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `${prefix}.${action}`,
        'x-amz-date': new Date().toISOString().replace(/[-:]|\.\d+/g, ''),
        authorization: `AWS4-HMAC-SHA256 Credential=operator/${scope}, SignedHeaders=host, Signature=none`,
      },
      body: JSON.stringify(input),
      ...(signal && { signal }),
    });
    const text = await answer.text();
    const body: unknown = JSON.parse(text || '{}');
    if (answer.ok) return body;
    const { __type, message, Message } = errorSchema.parse(body);
    throw new AwsError(__type.replace(/^.*#/, ''), message ?? Message ?? text, answer.status);
  };
}
