import * as z from 'zod';
import { AwsError } from './aws-client.ts';
import type { LocalResponse } from './routes.ts';

const faultSchema = z.strictObject({
  service: z.string(),
  action: z.string().optional(),
  function: z.string().optional(),
  error: z.enum(['throttle', 'unavailable', 'timeout', 'accessDenied', 'dropAnswer']),
  count: z.int().min(1).default(1),
});

const requestSchema = z.union([z.strictObject({ clear: z.literal(true) }), faultSchema]);

/**
 * How a call is made to fail. `timeout`: it is not performed and never answered; `dropAnswer`: it is
 * performed, then the connection is cut.
 */
export type FaultKind = z.infer<typeof faultSchema>['error'];

/** The failures that are waiting for a call to hit. */
export interface Faults {
  /** Answers POST `/_local/faults`: 200 with the waiting faults, or those that were ended; 400 for a body that is none. */
  change(body: unknown): LocalResponse;
  /** The failure for a call, if one is waiting; each waits for `count` calls. */
  take(call: { caller: string; service: string; action: string }): FaultKind | undefined;
}

/** Starts without faults. */
export function createFaults(): Faults {
  let faults: z.infer<typeof faultSchema>[] = [];
  return {
    change(body) {
      const { data, error } = requestSchema.safeParse(body);
      if (!data) return { status: 400, body: { problems: z.prettifyError(error) } };
      const waiting = 'clear' in data ? faults : [...faults, data];
      faults = 'clear' in data ? [] : waiting;
      return { status: 200, body: waiting };
    },
    take({ caller, service, action }) {
      const fault = faults.find(
        (waiting) =>
          waiting.service === service &&
          (waiting.action ?? action) === action &&
          (waiting.function ?? caller) === caller,
      );
      if (!fault) return undefined;
      fault.count -= 1;
      faults = faults.filter(({ count }) => count > 0);
      return fault.error;
    },
  };
}

type ErrorKind = 'throttle' | 'unavailable' | 'accessDenied';

/** Status and code by service. Source: Common errors, in each service's API reference. */
const errors: Record<ErrorKind, Record<string, [status: number, code: string]>> = {
  throttle: {
    dynamodb: [400, 'ProvisionedThroughputExceededException'],
    sqs: [400, 'RequestThrottled'],
    s3: [503, 'SlowDown'],
  },
  unavailable: {
    sqs: [503, 'ServiceUnavailable'],
    s3: [503, 'ServiceUnavailable'],
    secretsmanager: [500, 'InternalServiceError'],
  },
  accessDenied: { s3: [403, 'AccessDenied'] },
};

const otherServices: Record<ErrorKind, [status: number, code: string]> = {
  throttle: [400, 'ThrottlingException'],
  unavailable: [500, 'InternalServerError'],
  accessDenied: [400, 'AccessDeniedException'],
};

/** The error by which a service says that it will not, or cannot now. */
export function wireError(kind: ErrorKind, service: string, message: string): AwsError {
  const [status, code] = errors[kind][service] ?? otherServices[kind];
  return new AwsError(code, message, status);
}
