import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * Stands in for `@aws-sdk/credential-provider-node` in the bundles (infra/bundle.ts): Lambda puts a
 * function's credentials into its environment and nowhere else.
 */
export const defaultProvider = fromEnv;
