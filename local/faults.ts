import * as z from 'zod';
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
  /** Answers POST `/_local/faults`: 200 with the waiting faults, 400 for a body that is none. */
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
      faults = 'clear' in data ? [] : [...faults, data];
      return { status: 200, body: faults };
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

/** An error as a service answers it. */
export interface WireError {
  code: string;
  status: number;
}

const errors: Record<'throttle' | 'unavailable' | 'accessDenied', Record<string, WireError>> = {
  throttle: {
    dynamodb: { code: 'ProvisionedThroughputExceededException', status: 400 },
    sqs: { code: 'RequestThrottled', status: 400 },
    s3: { code: 'SlowDown', status: 503 },
    other: { code: 'ThrottlingException', status: 400 },
  },
  unavailable: {
    dynamodb: { code: 'InternalServerError', status: 500 },
    sqs: { code: 'ServiceUnavailable', status: 503 },
    s3: { code: 'ServiceUnavailable', status: 503 },
    other: { code: 'InternalServiceError', status: 500 },
  },
  accessDenied: {
    s3: { code: 'AccessDenied', status: 403 },
    other: { code: 'AccessDeniedException', status: 400 },
  },
};

/** The error by which a service says it. Source: Common errors, in the API reference of each service. */
export function wireError(kind: keyof typeof errors, service: string): WireError {
  return errors[kind][service] ?? errors[kind]['other'] ?? { code: kind, status: 500 };
}
