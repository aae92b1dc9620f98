import * as z from 'zod/mini';

/** Empty is as good as missing: so the SDK has it. */
const url = z.optional(z.union([z.literal(''), z.url()]));

/** What Lambda, and who stands in for AWS, tells a function of AWS. */
export const awsEnvSchema = z.object({
  AWS_REGION: z.string(),
  AWS_ACCESS_KEY_ID: z.string(),
  AWS_SECRET_ACCESS_KEY: z.string(),
  AWS_SESSION_TOKEN: z.optional(z.string()),
  AWS_USE_FIPS_ENDPOINT: z.optional(z.string()),
  AWS_ENDPOINT_URL: url,
  AWS_ENDPOINT_URL_DYNAMODB: url,
  AWS_ENDPOINT_URL_FIREHOSE: url,
  AWS_ENDPOINT_URL_KMS: url,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: url,
  AWS_ENDPOINT_URL_SQS: url,
  AWS_ENDPOINT_URL_TRANSCRIBE: url,
});

/** See `awsEnvSchema`. */
export type AwsEnv = z.output<typeof awsEnvSchema>;

/** Another at every invocation. */
export const traceEnvSchema = z.object({ _X_AMZN_TRACE_ID: z.optional(z.string()) });
