import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';

/** A function's log: JSON lines, its name from POWERTOOLS_SERVICE_NAME. Never a token, phone number or text. */
export const logger = new Logger();

/**
 * A function's metrics, written as EMF lines when the handler ends; the namespace, from
 * POWERTOOLS_METRICS_NAMESPACE, is the stack's name: stages of one account do not mix.
 */
export const metrics = new Metrics();

/** What a log line says of an error. */
export type ErrorFields = {
  errorName: string;
  errorMessage?: string;
  stack?: string[];
  cause?: ErrorFields;
};

/**
 * What may be logged of an error: long numbers and tokens masked, since a message may repeat the data
 * that caused it; none of a SyntaxError, since it quotes the text that did not parse.
 */
export function errorFields(error: unknown): ErrorFields {
  if (!(error instanceof Error)) {
    return { errorName: typeof error };
  }
  const stack = error.stack?.split('\n').filter((line) => line.startsWith('    at ')) ?? [];
  return {
    errorName: error.name,
    ...(error instanceof SyntaxError ? {} : { errorMessage: masked(error.message) }),
    stack,
    ...(error.cause === undefined ? {} : { cause: errorFields(error.cause) }),
  };
}

function masked(message: string): string {
  return message.replace(/\d{6,}|[\w+/=-]{40,}/g, '*');
}
