import type { AwsEnv } from './aws.env.ts';

/** Where a service is. */
export interface Endpoint {
  /** In its host name, and what its requests are signed for. */
  name: string;
  /** In the host name of its FIPS endpoint. */
  fipsName: string;
  endpointVariable: Extract<keyof AwsEnv, `AWS_ENDPOINT_URL_${string}`>;
}

/** What is not below `amazonaws.com`, by how its regions begin. */
const suffixes = [
  ['cn-', 'amazonaws.com.cn'],
  ['eusc-', 'amazonaws.eu'],
] as const;

/** In GovCloud these have FIPS endpoints alone, under their plain names. */
const alwaysFips = ['dynamodb', 'sqs'];

/** A service's address: what the environment says, else AWS's own. Source: AWS SDKs Reference Guide, "Service-specific endpoints". */
export function endpointOf({ name, fipsName, endpointVariable }: Endpoint, env: AwsEnv): URL {
  const region = env.AWS_REGION;
  const isNamed = !(region.startsWith('us-gov-') && alwaysFips.includes(name));
  const host = env.AWS_USE_FIPS_ENDPOINT === 'true' && isNamed ? fipsName : name;
  const [, suffix = 'amazonaws.com'] = suffixes.find(([prefix]) => region.startsWith(prefix)) ?? [];
  const ours = `https://${host}.${region}.${suffix}`;
  return new URL(env[endpointVariable] || env.AWS_ENDPOINT_URL || ours);
}
