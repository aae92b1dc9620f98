/**
 * Something that will never work, however often it is tried: the data are set aside (quarantine)
 * instead of being tried again. Every other error is taken for passing and its work is repeated.
 */
export class PermanentError extends Error {
  override readonly name = 'PermanentError';
}
