import type { AwsEnv } from './aws.env.ts';

/** Where a service is. */
export interface Endpoint {
  /** In its host name, and what its requests are signed for. */
  name: string;
  /** In the host name of its FIPS endpoint. */
  fipsName: string;
  endpointVariable: Extract<keyof AwsEnv, `AWS_ENDPOINT_URL_${string}`>;
}

/** A service's address: what the environment says, else AWS's own. Source: AWS SDKs Reference Guide, "Service-specific endpoints". */
export function endpointOf({ name, fipsName, endpointVariable }: Endpoint, env: AwsEnv): URL {
  const host = env.AWS_USE_FIPS_ENDPOINT === 'true' ? fipsName : name;
  const suffix = env.AWS_REGION.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const ours = `https://${host}.${env.AWS_REGION}.${suffix}`;
  return new URL(env[endpointVariable] ?? env.AWS_ENDPOINT_URL ?? ours);
}
