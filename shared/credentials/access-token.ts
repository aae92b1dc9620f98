import { inspect } from 'node:util';

const redacted = '[access token]';

/** A Meta access token. It shows itself to nobody who does not ask for it by name. */
export class AccessToken {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The token: for the Authorization header and the proof, and nothing else. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return redacted;
  }

  toJSON(): string {
    return redacted;
  }

  [inspect.custom](): string {
    return redacted;
  }
}
