/**
 * Who may call SendApi: AWS principals with a signature (SigV4), or holders of a token of an OpenID
 * Connect issuer. A token's claim `organizationsClaim` lists the organisations that it acts for.
 */
export type SendAuthorizer =
  | { type: 'iam' }
  | { type: 'jwt'; issuer: string; audience: string[]; organizationsClaim: string };

/** The Meta app that organisations connect to. */
export interface MetaApp {
  /** "App ID" on the app's dashboard. */
  appId: string;
  /** Of the app's Facebook Login for Business, with the Embedded Signup variant. */
  signupConfigurationId: string;
  /** The pages of the inbox that a browser may be sent to after signing up. */
  signupRedirectUris: readonly string[];
  /** Where Meta's login dialog is. */
  signupDialogUrl: string;
}

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
  sendAuthorizer: SendAuthorizer;
  /** Requests per second that SendApi accepts before API Gateway answers 429. */
  sendRateLimit: number;
  /**
   * Environments that `deliver` may run at once for each of its queues, at least 2: agents' replies do
   * not wait for bulk to leave one free.
   */
  deliverConcurrency: { agent: number; bulk: number };
  /** Environments that `mirror-media` may run at once, each with one file; at least 2. */
  mediaConcurrency: number;
  /** Environments that `voice-transcription-worker` may run at once for its queue, at least 2. */
  transcribeConcurrency: number;
  /** Where browsers may upload files from and download them to: `https://inbox.example.com`. */
  mediaOrigins: readonly string[];
  metaApp: MetaApp;
  /** Meta's Graph API, and the version of it that is called. */
  graphUrl: string;
  graphVersion: string;
}

/** Until the stage has an app of its own, nobody can connect. */
const noMetaApp: MetaApp = {
  appId: '0',
  signupConfigurationId: '0',
  signupRedirectUris: [],
  signupDialogUrl: 'https://www.facebook.com',
};

const graph = { graphUrl: 'https://graph.facebook.com', graphVersion: 'v25.0' };

/** The stages, by the name that `-c stage=<name>` takes. */
export const stages = {
  dev: {
    region: 'eu-west-1',
    retainData: false,
    logRetentionDays: 7,
    messageRetentionDays: 30,
    webhookRateLimit: 100,
    normaliseConcurrency: 5,
    sendAuthorizer: { type: 'iam' },
    sendRateLimit: 50,
    deliverConcurrency: { agent: 2, bulk: 5 },
    mediaConcurrency: 5,
    transcribeConcurrency: 2,
    mediaOrigins: [],
    metaApp: noMetaApp,
    ...graph,
  },
  staging: {
    region: 'eu-west-1',
    retainData: false,
    logRetentionDays: 30,
    messageRetentionDays: 90,
    webhookRateLimit: 1000,
    normaliseConcurrency: 20,
    sendAuthorizer: { type: 'iam' },
    sendRateLimit: 500,
    deliverConcurrency: { agent: 5, bulk: 20 },
    mediaConcurrency: 20,
    transcribeConcurrency: 2,
    mediaOrigins: [],
    metaApp: noMetaApp,
    ...graph,
  },
  prod: {
    region: 'eu-west-1',
    retainData: true,
    logRetentionDays: 90,
    messageRetentionDays: 730,
    webhookRateLimit: 4000,
    normaliseConcurrency: 100,
    sendAuthorizer: { type: 'iam' },
    sendRateLimit: 2000,
    deliverConcurrency: { agent: 20, bulk: 50 },
    mediaConcurrency: 100,
    transcribeConcurrency: 5,
    mediaOrigins: [],
    metaApp: noMetaApp,
    ...graph,
  },
} as const satisfies Record<string, StageConfig>;

/** A stage's name. */
export type StageName = keyof typeof stages;

/** Tells whether `name` is a configured stage. */
export function isStageName(name: unknown): name is StageName {
  return typeof name === 'string' && Object.hasOwn(stages, name);
}
