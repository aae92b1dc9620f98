import * as z from 'zod/mini';

const name = z.string().check(z.minLength(1));

/** What `mirror-media` is configured with. */
export const mirrorMediaEnvSchema = z.object({
  TABLE_NAME: name,
  MEDIA_BUCKET: name,
  RAW_BUCKET: name,
  MEDIA_JOBS_QUEUE_URL: name,
  APP_SECRET_ARN: z.string().check(z.startsWith('arn:')),
  TOKEN_KEY_ARN: z.string().check(z.startsWith('arn:')),
  GRAPH_URL: z.url(),
  GRAPH_VERSION: z.string().check(z.regex(/^v\d+\.\d+$/)),
  /** What has passed through is garbage at once, and little else is: V8 must look more often than by itself. */
  NODE_OPTIONS: z.string().check(z.includes('--max-semi-space-size=1')),
});

/** The variables as infra has to set them. */
export type MirrorMediaEnv = z.input<typeof mirrorMediaEnvSchema>;
