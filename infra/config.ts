/** What differs between the stages; everything else is the same in each. */
export interface StageConfig {
  /** The AWS region of both stacks. The table's customer managed key needs it known at synthesis. */
  region: string;
  /** Data outlive `cdk destroy`, and the table refuses deletion. */
  retainData: boolean;
  /** How long a function's log lines are kept, in days. */
  logRetentionDays: 7 | 30 | 90;
  /**
   * How long a message item, which is also the record that dedupes it, is kept, in days.
   * At least 30: Meta repeats a webhook for 7 days and a queue holds it for 14.
   */
  messageRetentionDays: number;
  /** Requests per second that WebhookApi accepts before API Gateway answers 429 (Meta then retries). */
  webhookRateLimit: number;
  /** Environments that `normalise` may run at once: what bounds the write rate to the table. */
  normaliseConcurrency: number;
}

/** The stages, by the name that `-c stage=<name>` takes. */
export const stages = {
  dev: {
    region: 'eu-west-1',
    retainData: false,
    logRetentionDays: 7,
    messageRetentionDays: 30,
    webhookRateLimit: 100,
    normaliseConcurrency: 5,
  },
  staging: {
    region: 'eu-west-1',
    retainData: false,
    logRetentionDays: 30,
    messageRetentionDays: 90,
    webhookRateLimit: 1000,
    normaliseConcurrency: 20,
  },
  prod: {
    region: 'eu-west-1',
    retainData: true,
    logRetentionDays: 90,
    messageRetentionDays: 730,
    webhookRateLimit: 4000,
    normaliseConcurrency: 100,
  },
} as const satisfies Record<string, StageConfig>;

/** A stage's name. */
export type StageName = keyof typeof stages;

/** Tells whether `name` is a configured stage. */
export function isStageName(name: unknown): name is StageName {
  return typeof name === 'string' && Object.hasOwn(stages, name);
}
