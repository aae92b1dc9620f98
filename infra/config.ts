import type { AlarmTopics } from './monitoring/alarm-topics.ts';
import type { AlarmOverrides } from './monitoring/thresholds.ts';

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

/** The inbox backend's own address, where it does not consume the queues. */
export interface EventsEndpoint {
  /** `https://`. Where inbox events are posted. */
  url: string;
  /** Where imported history is posted; by default where everything else is. */
  historyUrl?: string;
  /** Requests with events at once at most, at least 2: no two of one conversation. History takes 2 more. */
  concurrency: number;
}

/** An address of WebhookApi's own. Its DNS record is yours to make, from the output `WebhookDomainTarget`. */
export interface WebhookDomain {
  /** Such as `webhooks.example.com`. */
  name: string;
  /** Of a certificate for the name in ACM, in the stage's region. */
  certificateArn: string;
  /**
   * Who may connect: clients with a certificate of a CA in this PEM file, which is in a bucket of yours.
   * API Gateway's own address is then closed. Absent: everybody, and the function checks Meta's signature.
   */
  truststore?: { bucketName: string; key: string; version?: string };
}

/** Days that an organisation may choose for its messages: those of `shared/settings/settings.schema.ts`. */
export const retentionChoices = [30, 60, 90, 180, 365];

/** Whom the alarms tell, and when. */
export interface AlarmConfig {
  /** Absent: they tell nobody. */
  topics?: AlarmTopics;
  /** Where people on call read docs/runbook.md: its address, where the repository has one. */
  runbookUrl: string;
  /** What differs from `alarmRules` (infra/monitoring/thresholds.ts). A name that no alarm has fails the synthesis. */
  overrides: AlarmOverrides;
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
  /** How long verified webhooks are kept as they came, to be worked again, in days: never longer than what dedupes them. */
  archiveDays: 7 | 14 | 30;
  /** Requests per second that WebhookApi accepts before API Gateway answers 429 (Meta then retries). */
  webhookRateLimit: number;
  /** Absent: Meta calls the address that API Gateway gives. */
  webhookDomain?: WebhookDomain;
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
  /** Absent: the inbox backend receives from the queues itself. */
  eventsEndpoint?: EventsEndpoint;
  alarms: AlarmConfig;
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

const alarms: AlarmConfig = { runbookUrl: 'docs/runbook.md', overrides: {} };

/** The stages, by the name that `-c stage=<name>` takes. */
export const stages = {
  dev: {
    region: 'eu-west-1',
    retainData: false,
    logRetentionDays: 7,
    messageRetentionDays: 30,
    archiveDays: 30,
    webhookRateLimit: 100,
    normaliseConcurrency: 5,
    sendAuthorizer: { type: 'iam' },
    sendRateLimit: 50,
    deliverConcurrency: { agent: 2, bulk: 5 },
    mediaConcurrency: 5,
    transcribeConcurrency: 2,
    mediaOrigins: [],
    metaApp: noMetaApp,
    alarms,
    ...graph,
  },
  staging: {
    region: 'eu-west-1',
    retainData: false,
    logRetentionDays: 30,
    messageRetentionDays: 90,
    archiveDays: 30,
    webhookRateLimit: 1000,
    normaliseConcurrency: 20,
    sendAuthorizer: { type: 'iam' },
    sendRateLimit: 500,
    deliverConcurrency: { agent: 5, bulk: 20 },
    mediaConcurrency: 20,
    transcribeConcurrency: 2,
    mediaOrigins: [],
    metaApp: noMetaApp,
    alarms,
    ...graph,
  },
  prod: {
    region: 'eu-west-1',
    retainData: true,
    logRetentionDays: 90,
    messageRetentionDays: 730,
    archiveDays: 30,
    webhookRateLimit: 4000,
    normaliseConcurrency: 100,
    sendAuthorizer: { type: 'iam' },
    sendRateLimit: 2000,
    deliverConcurrency: { agent: 20, bulk: 50 },
    mediaConcurrency: 100,
    transcribeConcurrency: 5,
    mediaOrigins: [],
    metaApp: noMetaApp,
    alarms: { ...alarms, overrides: { 'no-webhooks': { enabled: true } } },
    ...graph,
  },
} as const satisfies Record<string, StageConfig>;

/** A stage's name. */
export type StageName = keyof typeof stages;

/** Tells whether `name` is a configured stage. */
export function isStageName(name: unknown): name is StageName {
  return typeof name === 'string' && Object.hasOwn(stages, name);
}

/** Only this machine itself, in the local run, may be without encryption. */
const allowedUrl = /^(https:\/\/|http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/])/;

/**
 * A stage's configuration with the endpoint that `-c eventsEndpoint=<url>` names.
 * @throws where an endpoint is no https URL
 */
export function withEventsEndpoint(config: StageConfig, url: unknown): StageConfig {
  const configured = config.eventsEndpoint;
  const eventsEndpoint =
    typeof url === 'string' ? { concurrency: 10, ...configured, url } : configured;
  if (!eventsEndpoint) {
    return config;
  }
  for (const address of [eventsEndpoint.url, eventsEndpoint.historyUrl ?? eventsEndpoint.url]) {
    if (!URL.canParse(address) || !allowedUrl.test(address)) {
      throw new Error(`The eventsEndpoint "${address}" is no https URL`);
    }
  }
  return { ...config, eventsEndpoint };
}
