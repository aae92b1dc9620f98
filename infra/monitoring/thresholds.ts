/** Page: somebody is woken. Ticket: somebody looks at it on the next working day. */
export type Severity = 'page' | 'ticket';

/** When an alarm goes off, and for whom. */
export interface AlarmRule {
  severity: Severity;
  /** In the unit of what is measured: a count where the rule names no other. */
  threshold: number;
  /**
   * `above`: most metrics count what goes wrong and come with it alone, so that silence is good.
   * `below`: silence is what the alarm is for.
   */
  goesOff: 'above' | 'below';
  /** What one value is taken of. */
  minutes: number;
  /** Values in a row that have to be beyond the threshold. */
  periods: number;
  enabled: boolean;
}

/** What is different for a kind of alarm, or for one alarm by its id: `queue-age-InboxEvents`. */
export type AlarmOverrides = Readonly<Record<string, Partial<AlarmRule>>>;

const ticket: AlarmRule = {
  severity: 'ticket',
  threshold: 0,
  goesOff: 'above',
  minutes: 5,
  periods: 1,
  enabled: true,
};
const page: AlarmRule = { ...ticket, severity: 'page' };

const hourSeconds = 3600;

/** Every kind of alarm. Each has a section of its name in docs/runbook.md. */
export const alarmRules = {
  'webhook-5xx': page,
  // Anybody can send what is not signed: what Meta sends and is refused shows as `no-webhooks`.
  'webhooks-unsigned': { ...ticket, threshold: 20 },
  // For stages whose customers write around the clock.
  'no-webhooks': { ...page, goesOff: 'below', threshold: 1, minutes: 30, enabled: false },
  /** Seconds. Five minutes of it: a burst is worked off in less. */
  'queue-age': { ...page, threshold: 60, minutes: 1, periods: 5 },
  'dead-letters': ticket,
  /** Milliseconds. */
  'stream-lag': { ...page, threshold: 60_000, periods: 2 },
  'stream-gave-up': page,
  /** Seconds. Firehose writes every five minutes, and gives up after 24 hours, which may be a Sunday. */
  'archive-late': { ...page, threshold: 900 },
  /** Milliseconds. Three values: what was parked for days comes late and together. */
  'publish-lag': { ...page, threshold: 10_000, periods: 3 },
  /** Updates that were stored while nothing was published. Duplicates and parked ones are none. */
  'publish-stopped': { ...page, threshold: 20, periods: 2 },
  /** Failed attempts while none succeeded. One event alone is tried less often. */
  'endpoint-failing': { ...page, threshold: 20 },
  'send-api-5xx': { ...page, threshold: 4 },
  'sends-unknown': { ...ticket, threshold: 5, minutes: 15 },
  'sends-expired': ticket,
  // Retries absorb one or two.
  'function-failing': { ...ticket, threshold: 2, minutes: 15 },
  quarantine: ticket,
  // Four sweeps, five minutes apart, span 15 minutes.
  'parked-updates': { ...ticket, periods: 4 },
  'connection-degraded': ticket,
  /** Signups end early by their users' choice as well. */
  'connecting-stopped': { ...ticket, threshold: 5, minutes: 60 },
  'token-key-throttled': ticket,
  'media-lost': ticket,
  'transcription-stuck': ticket,
  /** Milliseconds. */
  'job-stuck': { ...ticket, threshold: 24 * hourSeconds * 1000 },
  'table-throttled': { ...ticket, threshold: 10 },
  'table-failing': { ...ticket, threshold: 10 },
} as const satisfies Record<string, AlarmRule>;

/** A kind of alarm: the name of its section in docs/runbook.md. */
export type AlarmKind = keyof typeof alarmRules;

/**
 * What is different for one queue or function in every stage.
 *
 * Of a standard queue CloudWatch leaves out what was received three times, so that jobs which come again
 * for hours do not hide how long new ones wait; of a FIFO queue it does not.
 * Source: SQS Developer Guide, "Available CloudWatch metrics for Amazon SQS".
 */
const exceptions: AlarmOverrides = {
  // What a consumer cannot take goes to the dead-letter queue after eight minutes, and tells of itself.
  'queue-age-InboxEvents': { threshold: 600 },
  // An import is large, and nobody waits for it.
  'queue-age-InboxHistory': { severity: 'ticket', threshold: 6 * hourSeconds },
  // Sends wait for Meta's pace. Those that wait too long show as `sends-expired`.
  'queue-age-SendRequests': { severity: 'ticket', threshold: 900 },
  'queue-age-BulkRequests': { enabled: false },
  // The first three attempts, and their back-off.
  'queue-age-MediaJobs': { severity: 'ticket', threshold: 1800 },
  'queue-age-TranscribeJobs': { severity: 'ticket', threshold: 1800 },
  // An erasure comes again after a quarter of an hour, twice at least.
  'queue-age-ErasureJobs': { severity: 'ticket', threshold: 2 * hourSeconds },
  // Two are worked at once, for hours; the third waits.
  'queue-age-RepublishJobs': { severity: 'ticket', threshold: 6 * hourSeconds },
  // Somebody waits for what is in these.
  'dead-letters-WebhookEvents': { severity: 'page' },
  'dead-letters-InboxEvents': { severity: 'page' },
  'dead-letters-SendRequests': { severity: 'page' },
  // A number that is being connected, and not messages.
  'stream-lag-Drain': { severity: 'ticket' },
  'stream-gave-up-Drain': { severity: 'ticket' },
};

/** The rule of one alarm. What its stage says goes before what is said for all, and of itself before its kind. */
export function ruleOf(kind: AlarmKind, id: string, overrides: AlarmOverrides): AlarmRule {
  return { ...alarmRules[kind], ...exceptions[id], ...overrides[kind], ...overrides[id] };
}

/**
 * A name that was misspelt would leave an alarm at a threshold that nobody wants.
 * @param names the kinds and ids of all alarms of a stage
 * @throws where something is said of an alarm that is not there
 */
export function assertOverridesMatch(overrides: AlarmOverrides, names: readonly string[]): void {
  const known = new Set(names);
  for (const name of Object.keys({ ...exceptions, ...overrides })) {
    if (!known.has(name)) {
      throw new Error(
        `There is no alarm "${name}": correct alarms.overrides in infra/config.ts, or exceptions in infra/monitoring/thresholds.ts. There are: ${[...known].sort().join(', ')}`,
      );
    }
  }
}
