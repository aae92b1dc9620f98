/** What Graph says with a code when the edge says nothing else. */
export interface ErrorKind {
  /** HTTP; 400 where Meta's table gives none. */
  status: number;
  title: string;
  /** The code in brackets stands before most messages. */
  prefixed: boolean;
  subcode?: number;
  transient?: boolean;
}

/**
 * HTTP status and title by code. Throttles are 400 as in Meta's table; its OpenAPI description has 429.
 * Source: Meta, "Error codes" of the Cloud API, with the HTTP column of its 2024 edition.
 */
const table = new Map<number, readonly [status: number, title: string]>([
  [0, [401, 'AuthException']],
  [1, [400, 'API Unknown']],
  [2, [503, 'Service temporarily unavailable']],
  [3, [500, 'Application does not have the capability to make this API call.']],
  [4, [400, 'Application request limit reached']],
  [10, [403, 'Application does not have permission for this action']],
  [17, [400, 'User request limit reached']],
  [33, [400, 'Parameter value is not valid']],
  [100, [400, 'Invalid parameter']],
  [102, [401, 'Session key invalid or no longer valid']],
  [104, [401, 'An access token is required to request this resource.']],
  [190, [401, 'Invalid OAuth access token - Cannot parse access token']],
  [200, [403, 'You do not have the necessary permissions required to send messages.']],
  [341, [400, 'Application limit reached']],
  [368, [403, 'Temporarily blocked for policies violations']],
  [613, [400, 'Calls to this api have exceeded the rate limit.']],
  [803, [404, 'Some of the aliases you requested do not exist']],
  [80007, [400, 'Business request limit reached for WhatsApp Business Account']],
  [130429, [400, 'Rate limit hit']],
  [130472, [400, "User's number is part of an experiment"]],
  [130497, [403, 'Business account is restricted from messaging users in this country.']],
  [130501, [400, 'Message type is not currently supported']],
  [131000, [500, 'Something went wrong']],
  [131005, [403, 'Access denied']],
  [131008, [400, 'Required parameter is missing']],
  [131009, [400, 'Parameter value is not valid']],
  [131016, [500, 'Service unavailable']],
  [131021, [400, 'Recipient cannot be sender']],
  [131026, [400, 'Message undeliverable']],
  [131030, [400, 'Recipient phone number not in allowed list']],
  [131031, [403, 'Business Account locked']],
  [131042, [400, 'Business eligibility payment issue']],
  [131045, [500, 'Incorrect certificate']],
  [131047, [400, 'Re-engagement message']],
  [131048, [400, 'Spam rate limit hit']],
  [131049, [400, 'This message was not delivered to maintain healthy ecosystem engagement.']],
  [
    131050,
    [400, 'Unable to deliver the message. This recipient has chosen to stop marketing messages'],
  ],
  [131051, [400, 'Unsupported message type']],
  [131052, [400, 'Media download error']],
  [131053, [400, 'Media upload error']],
  [131056, [400, '(Business Account, Consumer Account) pair rate limit hit']],
  [131057, [500, 'Account in maintenance mode']],
  [131062, [400, 'Business-scoped user id recipients are not supported for this message']],
  [132000, [400, 'Number of parameters does not match the expected number of params']],
  [132001, [404, 'Template name does not exist in the translation']],
  [132005, [400, 'Translated text too long']],
  [132007, [400, 'Template format character policy violated']],
  [132008, [400, 'Template param value invalid']],
  [132012, [400, 'Parameter format does not match format in the created template']],
  [132015, [400, 'Template is Paused']],
  [132016, [400, 'Template is Disabled']],
  [132018, [400, "There's an issue with the parameters in your template"]],
  [132068, [400, 'Flow is blocked']],
  [132069, [400, 'Flow is throttled']],
  [133000, [500, 'Incomplete Deregistration']],
  [133004, [503, 'Server Temporarily Unavailable']],
  [133005, [400, 'Two step verification PIN Mismatch']],
  [133006, [400, 'Phone number re-verification needed']],
  [133008, [400, 'Too Many two step verification PIN Guesses']],
  [133009, [400, 'Two step verification PIN Guessed Too Fast']],
  [133010, [400, 'Account not registered']],
  [133015, [400, 'Please wait a few minutes before attempting to register this phone number']],
  [133016, [400, 'Account register/deregister rate limit exceeded']],
  [137000, [400, 'Recipient identity key hash mismatch']],
]);

const unprefixed = new Set([0, 2, 102, 190, 80007]);
const requestLimitSubcode = new Map([4, 80007].map((code) => [code, 2446079]));
const transient = new Set([2, 4, 80007]);

/** The codes that a client may send again later, which Meta answers with 400 or with 429. */
export const throttleCodes: ReadonlySet<number> = new Set([4, 17, 341, 613, 80007, 130429, 131056]);

/** What goes with a code; a code that is not in the table is a 400 without a title. */
export function errorKindOf(code: number): ErrorKind {
  const permission = code > 200 && code <= 299 ? table.get(200) : undefined;
  const [status, title] = table.get(code) ?? permission ?? [400, ''];
  const subcode = requestLimitSubcode.get(code);
  return {
    status,
    title,
    prefixed: !unprefixed.has(code),
    ...(subcode !== undefined && { subcode }),
    ...(transient.has(code) && { transient: true }),
  };
}
