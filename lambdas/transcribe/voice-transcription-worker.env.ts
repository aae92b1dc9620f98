import * as z from 'zod/mini';

const arn = z.string().check(z.startsWith('arn:'));

/** What `voice-transcription-worker` is configured with. */
export const transcribeEnvSchema = z.object({
  TABLE_NAME: z.string().check(z.minLength(3)),
  LISTING_INDEX: z.string().check(z.minLength(3)),
  MEDIA_BUCKET: z.string().check(z.minLength(1)),
  RAW_BUCKET: z.string().check(z.minLength(1)),
  /** What Transcribe encrypts its output with. */
  DATA_KEY_ARN: arn,
  /** Transcribe reads and writes as this role, also when a job's turn comes only later. */
  DATA_ACCESS_ROLE_ARN: arn,
  TRANSCRIBE_JOBS_QUEUE_URL: z.string().check(z.minLength(1)),
  /** `nexus-whatsapp-<stage>-`: the rule for Transcribe's events matches by it. */
  JOB_NAME_PREFIX: z.string().check(z.regex(/^[0-9A-Za-z._-]{1,100}$/)),
});

/** The variables as infra has to set them. */
export type TranscribeEnv = z.input<typeof transcribeEnvSchema>;
