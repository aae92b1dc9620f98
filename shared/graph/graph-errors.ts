/**
 * What an error of Meta's asks for: `retry` later by itself, `throttle` until its scope has room,
 * `permanent` never again, `reconnect` by the organisation's admin, `operator` by whoever runs the
 * account or the app. `unknown` is a code that nobody has described.
 */
export type GraphErrorClass =
  | 'retry'
  | 'throttle'
  | 'permanent'
  | 'reconnect'
  | 'operator'
  | 'unknown';

/** What an error concerns. */
export type GraphErrorScope =
  | 'app'
  | 'flow'
  | 'group'
  | 'media'
  | 'message'
  | 'pair'
  | 'phone'
  | 'platform'
  | 'recipient'
  | 'template'
  | 'token'
  | 'waba';

/** An error by its code. Never by its HTTP status, which Meta does not keep to. */
export interface GraphErrorKind {
  class: GraphErrorClass;
  scope: GraphErrorScope;
  /** A stable word that an inbox can translate. Words are added, never changed. */
  reason: string;
}

type Row = readonly [
  code: string,
  errorClass: GraphErrorClass,
  scope: GraphErrorScope,
  reason: string,
];

/**
 * Every described error: a code, `code/subcode`, or a range of codes.
 * Source: Meta, "Error codes" of the Cloud API, of Business Management and of the Graph API.
 */
const rows: readonly Row[] = [
  ['0', 'reconnect', 'token', 'token-invalid'],
  ['3', 'operator', 'app', 'permission-missing'],
  ['10', 'reconnect', 'token', 'permission-missing'],
  ['102', 'reconnect', 'token', 'token-invalid'],
  ['104', 'operator', 'app', 'token-missing'],
  ['190', 'reconnect', 'token', 'token-invalid'],
  ['190/458', 'reconnect', 'token', 'app-removed'],
  ['190/459', 'reconnect', 'token', 'login-checkpoint'],
  ['190/460', 'reconnect', 'token', 'token-invalid'],
  ['190/463', 'reconnect', 'token', 'token-expired'],
  ['190/464', 'reconnect', 'token', 'login-unconfirmed'],
  ['190/467', 'reconnect', 'token', 'token-invalid'],
  ['190/492', 'reconnect', 'token', 'token-invalid'],
  ['200', 'reconnect', 'token', 'permission-missing'],
  ['200-299', 'reconnect', 'token', 'permission-missing'],
  ['368', 'operator', 'waba', 'account-blocked-for-policy'],
  ['130497', 'permanent', 'recipient', 'country-not-allowed'],
  ['131031', 'operator', 'waba', 'account-locked'],
  ['4', 'throttle', 'app', 'app-rate-limited'],
  ['17', 'throttle', 'token', 'user-rate-limited'],
  ['341', 'throttle', 'app', 'app-rate-limited'],
  ['613', 'throttle', 'phone', 'rate-limited'],
  ['80007', 'throttle', 'waba', 'account-rate-limited'],
  ['130429', 'throttle', 'phone', 'rate-limited'],
  ['131048', 'operator', 'phone', 'spam-limited'],
  ['131056', 'throttle', 'pair', 'pair-rate-limited'],
  ['131064', 'operator', 'waba', 'template-classification-limited'],
  ['133016', 'throttle', 'phone', 'registration-rate-limited'],
  ['1', 'retry', 'platform', 'meta-unavailable'],
  ['2', 'retry', 'platform', 'meta-unavailable'],
  ['33', 'reconnect', 'phone', 'number-not-found'],
  ['100', 'permanent', 'message', 'invalid-parameter'],
  ['100/33', 'reconnect', 'token', 'object-not-found'],
  ['100/36007', 'permanent', 'token', 'code-expired'],
  ['506', 'permanent', 'message', 'duplicate-post'],
  ['803', 'reconnect', 'token', 'object-not-found'],
  ['130403', 'permanent', 'recipient', 'recipient-blocked'],
  ['130472', 'permanent', 'recipient', 'recipient-in-experiment'],
  ['130501', 'permanent', 'group', 'group-type-not-supported'],
  ['131000', 'retry', 'platform', 'meta-failed'],
  ['131005', 'reconnect', 'token', 'access-denied'],
  ['131008', 'permanent', 'message', 'parameter-missing'],
  ['131009', 'permanent', 'message', 'parameter-invalid'],
  ['131016', 'retry', 'platform', 'meta-unavailable'],
  ['131020', 'permanent', 'group', 'group-invalid'],
  ['131021', 'permanent', 'message', 'recipient-is-sender'],
  ['131026', 'permanent', 'recipient', 'recipient-unreachable'],
  ['131030', 'permanent', 'recipient', 'recipient-not-in-test-list'],
  ['131037', 'operator', 'phone', 'display-name-not-approved'],
  ['131041', 'permanent', 'group', 'group-not-found'],
  ['131042', 'operator', 'waba', 'payment-required'],
  ['131043', 'permanent', 'message', 'message-expired'],
  ['131044', 'operator', 'waba', 'payment-required'],
  ['131045', 'operator', 'phone', 'certificate-invalid'],
  ['131047', 'permanent', 'pair', 'window-closed'],
  ['131049', 'permanent', 'recipient', 'frequency-limited'],
  ['131050', 'permanent', 'recipient', 'recipient-opted-out'],
  ['131051', 'permanent', 'message', 'type-not-supported'],
  ['131052', 'permanent', 'media', 'media-download-failed'],
  ['131053', 'permanent', 'media', 'media-upload-failed'],
  ['131055', 'permanent', 'message', 'method-not-allowed'],
  ['131057', 'retry', 'waba', 'account-in-maintenance'],
  ['131059', 'permanent', 'group', 'group-cursor-invalid'],
  ['131060', 'permanent', 'message', 'message-unavailable'],
  ['131062', 'permanent', 'message', 'recipient-needs-phone-number'],
  ['131063', 'operator', 'waba', 'marketing-disabled'],
  ['131201', 'permanent', 'group', 'group-partly-changed'],
  ['131202', 'permanent', 'group', 'group-participants-duplicate'],
  ['131204', 'permanent', 'group', 'group-full'],
  ['131207', 'operator', 'group', 'group-suspended'],
  ['131208', 'throttle', 'phone', 'group-rate-limited'],
  ['131209', 'permanent', 'group', 'group-picture-invalid'],
  ['131210', 'permanent', 'group', 'group-picture-too-small'],
  ['131211', 'operator', 'group', 'group-creation-limited'],
  ['131212', 'permanent', 'group', 'group-participant-unknown'],
  ['131213', 'permanent', 'group', 'group-join-request-unknown'],
  ['131214', 'operator', 'group', 'group-creation-disabled'],
  ['131215', 'operator', 'group', 'groups-not-eligible'],
  ['132000', 'permanent', 'template', 'template-parameter-count'],
  ['132001', 'permanent', 'template', 'template-not-found'],
  ['132005', 'permanent', 'template', 'template-too-long'],
  ['132007', 'permanent', 'template', 'template-policy-violated'],
  ['132008', 'permanent', 'template', 'template-parameter-invalid'],
  ['132012', 'permanent', 'template', 'template-parameter-format'],
  ['132015', 'operator', 'template', 'template-paused'],
  ['132016', 'operator', 'template', 'template-disabled'],
  ['132018', 'permanent', 'template', 'template-invalid'],
  ['132068', 'operator', 'flow', 'flow-blocked'],
  ['132069', 'throttle', 'flow', 'flow-throttled'],
  ['133000', 'operator', 'phone', 'deregistration-incomplete'],
  ['133004', 'retry', 'platform', 'meta-unavailable'],
  ['133005', 'operator', 'phone', 'pin-mismatch'],
  ['133006', 'operator', 'phone', 'number-not-verified'],
  ['133008', 'throttle', 'phone', 'pin-guesses-exhausted'],
  ['133009', 'throttle', 'phone', 'pin-guessed-too-fast'],
  ['133010', 'operator', 'phone', 'number-not-registered'],
  ['133015', 'throttle', 'phone', 'registration-too-soon'],
  ['134011', 'operator', 'waba', 'payment-terms-not-accepted'],
  ['134100', 'permanent', 'message', 'marketing-only'],
  ['134101', 'throttle', 'template', 'template-syncing'],
  ['134102', 'operator', 'template', 'template-unavailable'],
  ['135000', 'permanent', 'message', 'invalid-request'],
  ['136025', 'operator', 'phone', 'verification-failed'],
  ['137000', 'permanent', 'recipient', 'recipient-identity-changed'],
  ['138000', 'operator', 'phone', 'calling-disabled'],
  ['138001', 'permanent', 'recipient', 'recipient-uncallable'],
  ['138002', 'throttle', 'phone', 'calls-limited'],
  ['138003', 'permanent', 'pair', 'call-duplicate'],
  ['138004', 'permanent', 'message', 'call-connection-failed'],
  ['138005', 'throttle', 'phone', 'call-rate-limited'],
  ['138006', 'permanent', 'pair', 'call-not-permitted'],
  ['138007', 'retry', 'message', 'call-timed-out'],
  ['138009', 'throttle', 'pair', 'call-permission-limited'],
  ['138012', 'throttle', 'pair', 'calls-limited'],
  ['138013', 'throttle', 'phone', 'call-permission-rate-limited'],
  ['138018', 'operator', 'phone', 'calling-not-available'],
  ['138024', 'operator', 'phone', 'sip-disabled'],
  ['138025', 'operator', 'app', 'sip-not-configured'],
  ['139000', 'operator', 'waba', 'flow-blocked'],
  ['139001', 'permanent', 'flow', 'flow-update-failed'],
  ['139002', 'permanent', 'flow', 'flow-publish-failed'],
  ['139003', 'permanent', 'flow', 'flow-deprecation-failed'],
  ['139004', 'permanent', 'flow', 'flow-deletion-failed'],
  ['139100', 'permanent', 'recipient', 'blocking-failed'],
  ['139101', 'operator', 'phone', 'blocklist-full'],
  ['139102', 'retry', 'phone', 'blocklist-busy'],
  ['139103', 'retry', 'platform', 'meta-failed'],
  ['139200', 'operator', 'waba', 'direct-send-blocked'],
  ['141002', 'operator', 'template', 'template-not-approved'],
  ['147001', 'operator', 'phone', 'username-taken'],
  ['147002', 'operator', 'phone', 'username-not-eligible'],
  ['147003', 'operator', 'phone', 'facebook-page-missing'],
  ['147004', 'operator', 'phone', 'instagram-account-missing'],
  ['147005', 'operator', 'phone', 'username-transfer-required'],
  ['2388019', 'permanent', 'template', 'template-limit-reached'],
  ['2388023', 'permanent', 'template', 'template-being-deleted'],
  ['2388024', 'permanent', 'template', 'template-exists'],
  ['2388039', 'permanent', 'template', 'template-not-changeable'],
  ['2388040', 'permanent', 'template', 'template-too-long'],
  ['2388047', 'permanent', 'template', 'template-header-invalid'],
  ['2388072', 'permanent', 'template', 'template-body-invalid'],
  ['2388073', 'permanent', 'template', 'template-footer-invalid'],
  ['2388293', 'permanent', 'template', 'template-too-many-variables'],
  ['2388299', 'permanent', 'template', 'template-variable-at-edge'],
  ['2388318', 'permanent', 'template', 'template-not-changeable'],
  ['2388330', 'permanent', 'template', 'template-not-deletable'],
  ['2388012', 'operator', 'phone', 'number-already-listed'],
  ['2388091', 'operator', 'phone', 'verification-not-eligible'],
  ['2388093', 'operator', 'phone', 'verification-not-eligible'],
  ['2388103', 'operator', 'phone', 'number-not-movable'],
  ['2494100', 'retry', 'phone', 'account-in-maintenance'],
  ['2593107', 'operator', 'phone', 'sync-too-often'],
  ['2593108', 'operator', 'phone', 'sync-too-late'],
  ['2593109', 'permanent', 'waba', 'history-declined'],
  ['200005', 'operator', 'waba', 'template-insights-unavailable'],
  ['200006', 'permanent', 'waba', 'template-insights-required'],
  ['200007', 'operator', 'waba', 'template-insights-disabled'],
  ['1752041', 'permanent', 'waba', 'onboarding-duplicate'],
];

const kinds: ReadonlyMap<string, GraphErrorKind> = new Map(
  rows.map(([code, errorClass, scope, reason]) => [code, { class: errorClass, scope, reason }]),
);

const undescribed: GraphErrorKind = { class: 'unknown', scope: 'message', reason: 'unknown' };

/** Tells what an error is: by code and subcode, else by code, else by the range of permission errors. */
export function graphErrorKind(code: number, subcode?: number): GraphErrorKind {
  return (
    kinds.get(`${code}/${subcode}`) ??
    kinds.get(String(code)) ??
    (code >= 200 && code <= 299 ? kinds.get('200-299') : undefined) ??
    undescribed
  );
}

/** Every reason there is, each once: what an inbox has to have words for. */
export const graphErrorReasons: readonly string[] = [
  ...new Set([...kinds.values(), undescribed].map(({ reason }) => reason)),
].sort();

const stillUsable = ['permission-missing', 'access-denied', 'object-not-found'];

/**
 * Tells whether an error means that a token is good for nothing any more. One that lacks a right, or does
 * not see one object, may go on to be used for the rest of its account.
 * Source: Graph API, "Handle errors".
 */
export function isTokenDead({
  class: errorClass,
  scope,
  reason,
}: Pick<GraphErrorKind, 'class' | 'scope' | 'reason'>): boolean {
  return errorClass === 'reconnect' && scope === 'token' && !stillUsable.includes(reason);
}
