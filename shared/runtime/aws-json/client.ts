import { setTimeout as delay } from 'node:timers/promises';
import { isJsonObject } from '../../json.ts';
import type { awsClientConfig } from '../aws-client.ts';
import { readEnv } from '../env.ts';
import { type AwsEnv, awsEnvSchema, traceEnvSchema } from './aws.env.ts';
import { type Endpoint, endpointOf } from './endpoint.ts';
import { type Answer, post } from './exchange.ts';
import { signedHeaders } from './signature.ts';

/** A service that speaks AWS's JSON protocol. Source: Smithy, "AWS JSON 1.0 protocol". */
export interface JsonService extends Endpoint {
  /** Stands before the operation in `X-Amz-Target`. */
  target: string;
  version: '1.0' | '1.1';
  /** What the SDK sends this service besides. */
  headers?: Readonly<Record<string, string>>;
  /** The errors that callers tell by their classes. */
  errors: Readonly<Record<string, typeof ServiceError>>;
  /** The input as JSON has it. */
  encode?(input: unknown): unknown;
  /** The output as the SDK has it. */
  decode?(output: unknown): unknown;
}

type Output = Readonly<Record<string, unknown>>;

/** A request for an operation. */
export interface Operation {
  operation: string;
  input: unknown;
}

/** The class of an operation's requests, as the SDK has one for each. */
export function operation(name: string): new (input: unknown) => Operation {
  return class implements Operation {
    readonly operation = name;
    readonly input: unknown;

    constructor(input: unknown) {
      this.input = input;
    }
  };
}

/** What a service has answered instead of a result, with the fields of its answer. */
export class ServiceError extends Error {
  readonly $metadata: { httpStatusCode: number; requestId: string | undefined };

  constructor(name: string, message: string, { status, requestId }: Answer) {
    super(message);
    this.name = name;
    this.$metadata = { httpStatusCode: status, requestId };
  }
}

/** The waits of the SDK's standard mode, in ms. Source: `@smithy/core`, StandardRetryStrategy. */
const firstWaitMs = { throttled: 1000, other: 50 };
const longestWaitMs = 20_000;

/** The SDK corrects a clock that is further off. AWS takes five minutes. */
const maxSkewMs = 4 * 60 * 1000;

const throttling =
  /Throttl|TooManyRequests|ProvisionedThroughputExceeded|^(Request)?LimitExceeded|TransactionInProgress/;
const wrongTime =
  /RequestTimeTooSkewed|RequestExpired|RequestInTheFuture|InvalidSignature|SignatureDoesNotMatch/;

/**
 * Asks a service. Stands for the SDK's clients in bundles, with what our functions use of them: credentials
 * of the environment, timeouts, repeats. See ADR 0035.
 */
export class JsonClient {
  readonly #service: JsonService;
  readonly #config: ReturnType<typeof awsClientConfig>;
  readonly #env: AwsEnv = readEnv(awsEnvSchema);
  readonly #endpoint: URL;
  #skewMs = 0;

  constructor(service: JsonService, config: ReturnType<typeof awsClientConfig>) {
    this.#service = service;
    this.#config = config;
    this.#endpoint = endpointOf(service, this.#env);
  }

  /**
   * Performs an operation, again where that may help.
   * @throws ServiceError, or where no answer came what Node says of it
   */
  async send({ operation, input }: Operation): Promise<unknown> {
    const { encode = asItIs, decode = asItIs, errors } = this.#service;
    const { maxAttempts } = this.#config;
    const body = JSON.stringify(encode(input));
    for (let attempt = 1; ; attempt++) {
      const skewMs = this.#skewMs;
      const answer = await this.#post(operation, body).catch((error: unknown): undefined => {
        if (attempt >= maxAttempts) throw error;
      });
      const output = answer && outputOf(answer, decode);
      if (output && answer.status === 200) {
        return output;
      }
      const error = answer && errorOf(output, answer, errors);
      if (error && (attempt >= maxAttempts || !this.#mayHelp(error, answer, skewMs))) {
        throw error;
      }
      const first = error && isThrottled(error) ? firstWaitMs.throttled : firstWaitMs.other;
      await delay(Math.random() * Math.min(longestWaitMs, first * 2 ** (attempt - 1)));
    }
  }

  #post(operation: string, body: string): Promise<Answer> {
    const { name, target, version, headers: more } = this.#service;
    const { AWS_REGION: region, ...env } = this.#env;
    const headers = signedHeaders(
      {
        body,
        headers: {
          ...more,
          host: this.#endpoint.host,
          'content-type': `application/x-amz-json-${version}`,
          'x-amz-target': `${target}.${operation}`,
        },
      },
      {
        accessKeyId: env.AWS_ACCESS_KEY_ID,
        secretAccessKey: env.AWS_SECRET_ACCESS_KEY,
        sessionToken: env.AWS_SESSION_TOKEN,
      },
      { region, service: name, now: new Date(Date.now() + this.#skewMs) },
    );
    // By it Lambda notices that functions call each other in circles.
    const { _X_AMZN_TRACE_ID: trace } = readEnv(traceEnvSchema);
    const traced = trace === undefined ? headers : { ...headers, 'x-amzn-trace-id': trace };
    return post(this.#endpoint, { headers: traced, body }, this.#config.requestHandler);
  }

  /** Tells whether the next attempt may end better, and sees to it where our clock was wrong. */
  #mayHelp(error: ServiceError, { status, date }: Answer, signedSkewMs: number): boolean {
    const skewMs = date.getTime() - Date.now();
    if (wrongTime.test(error.name) && Math.abs(skewMs - signedSkewMs) > maxSkewMs) {
      this.#skewMs = skewMs;
      return true;
    }
    return status >= 500 || isThrottled(error) || error.name.startsWith('RequestTimeout');
  }
}

function isThrottled({ name, $metadata }: ServiceError): boolean {
  return $metadata.httpStatusCode === 429 || throttling.test(name);
}

const asItIs = (value: unknown) => value;

/** @returns undefined where it is no JSON object: then a proxy has answered */
function outputOf({ body }: Answer, decode: (output: unknown) => unknown): Output | undefined {
  try {
    const value = decode(JSON.parse(body || '{}'));
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function errorOf(
  { __type: type, message, Message, ...fields }: Output = {},
  answer: Answer,
  classes: JsonService['errors'],
): ServiceError {
  const named = typeof type === 'string' ? type : answer.errorType;
  const name = named?.replace(/^.*#|:.*$/g, '') ?? 'UnreadableAnswer';
  const text = String(message ?? Message ?? `AWS answered ${answer.status}`);
  const Class = classes[name] ?? ServiceError;
  return Object.assign(new Class(name, text, answer), fields);
}
