/** How long an AWS call may take before it is tried again, in ms. */
export interface CallBudget {
  requestTimeout: number;
  maxAttempts: number;
}

/**
 * The settings that every AWS client of a function is made with: a hanging connection must end
 * before the function's own timeout does.
 */
export function awsClientConfig({ requestTimeout, maxAttempts }: CallBudget) {
  return {
    maxAttempts,
    requestHandler: { connectionTimeout: 1000, requestTimeout, throwOnRequestTimeout: true },
  };
}

/** For queue and stream work, which is repeated anyway. */
export const backgroundBudget: CallBudget = { requestTimeout: 5000, maxAttempts: 3 };

/** While Meta waits for an answer. */
export const interactiveBudget: CallBudget = { requestTimeout: 2000, maxAttempts: 2 };
