const signUpAgain = 'Go through Embedded Signup again.';
const resume = 'Resume the connection.';

/**
 * What to do about each reason for which connecting stops, as docs/connect-reasons.md lists them. Words are
 * added, never changed.
 */
const cures: Readonly<Record<string, string>> = {
  'meta-unreachable': `Meta could not be reached, or has not answered. ${resume}`,
  'meta-unavailable': `Meta has an error of its own. ${resume}`,
  'meta-unreadable': `Meta's answer cannot be read. ${resume} If it stays so, tell the operator of this service.`,
  'out-of-time': `It took too long for one request; what is done is kept. ${resume}`,
  'service-error': `Something failed on our side; what is done is kept. ${resume}`,
  'token-of-another-app':
    'The token is for another Meta app. Make one for the app that this service uses.',
  'token-invalid': `Meta refuses the token. ${signUpAgain}`,
  'token-expired': `The token has expired. ${signUpAgain}`,
  'scope-missing': `The token lacks whatsapp_business_management or whatsapp_business_messaging. ${signUpAgain} Leave both permissions on.`,
  'account-not-granted': `The token does not reach this WhatsApp Business Account. ${signUpAgain} Choose this account.`,
  'account-unknown': `The token names no WhatsApp Business Account. ${signUpAgain} Choose or create one.`,
  'number-not-in-account':
    'The account has no such number. Name a number of this account, or none.',
  'number-taken': 'The number belongs to another organisation here. It has to disconnect first.',
  'number-cooling': `Another organisation has just disconnected the number. ${resume} A minute from now it can be claimed.`,
  'webhooks-elsewhere':
    "The Meta app's webhooks go to another callback URL. Set this service's URL in the app's dashboard, WhatsApp, Configuration.",
  'pin-mismatch':
    'The number has two-step verification with another PIN. Resume with "pin", or turn it off in WhatsApp Manager.',
  'registration-budget-used':
    'Meta takes 10 registrations of a number in 72 hours, and these are used up. Resume after that.',
  'registration-rate-limited':
    'Meta takes 10 registrations of a number in 72 hours, and these are used up. Resume after that.',
  'number-not-verified': 'Verify the number in WhatsApp Manager, then resume.',
  'pin-guesses-exhausted':
    'Too many wrong PINs. Wait for the time that Meta asks for, then resume with "pin".',
  'permission-missing': `The token lacks a permission. ${signUpAgain}`,
  'number-not-found': `The token does not reach this any more. ${signUpAgain}`,
  'account-rate-limited': `Meta takes no more calls at the moment. ${resume} Wait for a while before.`,
  'app-rate-limited': `Meta takes no more calls at the moment. ${resume} Wait for a while before.`,
  'webhook-overridden':
    'Webhooks of the account or of a number go to another URL. Resume with "clearOverrides": true to lead them here.',
  'disconnected-by-organization':
    'The organisation has disconnected the account. Go through Embedded Signup to connect it again.',
  'app-removed': `Whoever has signed up has removed this app from their Meta login. ${signUpAgain}`,
  'login-checkpoint': `Meta wants to see the person who has signed up: they log in at facebook.com. ${signUpAgain}`,
  'login-unconfirmed': `The person who has signed up has to confirm their Meta login at facebook.com. ${signUpAgain}`,
  'access-denied': `The token lacks a permission. ${signUpAgain}`,
  'object-not-found': `The token does not reach this any more. ${signUpAgain}`,
  'account-locked':
    'Meta has locked the account: appeal in WhatsApp Manager, Account quality, then resume.',
  'account-blocked-for-policy':
    'Meta has blocked the account for its policy: appeal in WhatsApp Manager, Account quality, then resume.',
  'pin-guessed-too-fast':
    'Too many PINs at once. Wait for the time that Meta asks for, then resume with "pin".',
  'registration-too-soon':
    'The number was taken off the platform just now. Wait for five minutes, then resume.',
  'credential-missing': `There is no access token for this account. ${signUpAgain}`,
};

const repeatable = [
  'meta-unreachable',
  'meta-unreadable',
  'out-of-time',
  'service-error',
  'number-cooling',
];

/** Every reason with a cure of its own. */
export const connectionReasons: readonly string[] = Object.keys(cures);

/** For a person: what to do about a reason. */
export function whatToDo(reason: string): string {
  return Object.hasOwn(cures, reason)
    ? (cures[reason] ?? '')
    : `Meta has refused it (${reason}): see docs/error-reasons.md, then resume the connection.`;
}

/** Tells whether the same may be tried again as it is. */
export function isRepeatable(reason: string): boolean {
  return repeatable.includes(reason);
}
