import type { ProblemCode } from '../shared/http/problem.ts';

/** What to do about each problem, for who builds against the API. */
export const problemCures: Readonly<Record<ProblemCode, string>> = {
  'invalid-request':
    'Correct what `problems` names, each with its path. Do not repeat it as it is.',
  'idempotency-key-required':
    'Send the header Idempotency-Key: a new UUID for each message, the same for each repeat.',
  'not-found':
    'The id is not known, belongs to another organisation, or the token is not for this organisation. `problems` says which.',
  'method-not-allowed': 'Use a method of the header Allow.',
  'send-in-flight': 'Repeat it with the same key after Retry-After: then it is known how it ended.',
  'connection-invalid':
    'Meta refuses the access token, or there is none any more. An admin of the organisation connects the account again; then repeat it with the same key.',
  'still-connected':
    'Disconnect every account of the organisation: DELETE `/save-whatsapp-credentials`. Then repeat it.',
  'request-too-large': 'A body has at most 256 KiB. Files go through POST `/whatsapp-media`.',
  'unsupported-media-type': 'Send the Content-Type that the route asks for.',
  'idempotency-key-reused':
    'The key was used for another request. Take a new one for each message.',
  'window-closed':
    'The customer wrote more than 24 hours ago: refused only where that is certain. Send a template, or wait until the customer writes. Where it is not known, Meta decides, and the send may end as `failed` with 131047.',
  'recipient-opted-out':
    'The customer has stopped marketing messages. Send none until they resume.',
  'reaction-target-invalid': 'The message is older than 30 days, or a reaction itself.',
  'template-not-sendable':
    'The template is not approved, or it is paused or disabled: GET `/whatsapp-get-templates` says why.',
  'template-parameters-invalid':
    'Correct the parameters that `problems` names: GET `/whatsapp-get-templates` lists what the template takes.',
  'media-unusable':
    'WhatsApp does not take this file: `problems` says why. A file that is not there is 404.',
  'media-expired': 'Meta keeps a file for 7 days. Ask the customer to send it again.',
  'meta-refused': 'Meta has refused it for good: `meta` has its error. Do not repeat it as it is.',
  'send-failed': 'The send failed before Meta was asked. Send it again with a new key.',
  throttled:
    'Repeat it with the same key after Retry-After, or leave out `delivery` to have it queued.',
  'internal-error':
    'Repeat it, a send with the same key. If it fails again, tell the operator the request id.',
  'meta-error': 'Meta has an error of its own. Nothing was sent: repeat it with the same key.',
  unavailable:
    'Repeat it after Retry-After, a send with the same key: it is sent at most once, and the answer says how it ended.',
};
