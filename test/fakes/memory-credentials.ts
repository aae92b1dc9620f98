import { AccessToken } from '../../shared/credentials/access-token.ts';
import type { Credential, Credentials } from '../../shared/credentials/credential.port.ts';
import { tokenContext } from '../../shared/credentials/credential-item.ts';
import { canonicalJson } from '../../shared/json.ts';

/** Credentials in memory. Their ciphertext opens under its own context alone, as that of KMS. */
export class MemoryCredentials implements Credentials {
  /** The WABAs whose tokens were asked for, in order. */
  readonly opened: string[] = [];
  /** Makes every `open` fail while it is there. */
  failure: Error | undefined;

  readonly #credentials = new Map<string, Credential>();
  #connections = 0;

  constructor(connected: readonly Pick<Credential, 'organizationId' | 'wabaId'>[] = []) {
    for (const { organizationId, wabaId } of connected) {
      this.connect(organizationId, wabaId, `token of ${organizationId} for ${wabaId}`);
    }
  }

  /** Stores a token as an organisation's for a WABA, and makes the credential VALID. */
  connect(organizationId: string, wabaId: string, token: string): void {
    const context = canonicalJson(tokenContext(organizationId, wabaId));
    const connection = this.#connections++;
    const ciphertext = Buffer.from(JSON.stringify({ context, token, connection }));
    const credential: Credential = { organizationId, wabaId, state: 'VALID', ciphertext };
    this.#credentials.set(JSON.stringify([organizationId, wabaId]), credential);
  }

  async find(organizationId: string, wabaId: string): Promise<Credential | undefined> {
    const credential = this.#credentials.get(JSON.stringify([organizationId, wabaId]));
    return credential && { ...credential };
  }

  async wabasOf(organizationId: string): Promise<string[]> {
    return [...this.#credentials.values()]
      .filter((credential) => credential.organizationId === organizationId)
      .map(({ wabaId }) => wabaId);
  }

  async open({ organizationId, wabaId, ciphertext }: Credential): Promise<AccessToken> {
    this.opened.push(wabaId);
    const { context, token } = JSON.parse(Buffer.from(ciphertext).toString());
    if (this.failure) {
      throw this.failure;
    }
    if (context !== canonicalJson(tokenContext(organizationId, wabaId))) {
      throw new Error('The ciphertext is of another context');
    }
    return new AccessToken(token);
  }

  async invalidate(credential: Credential, reason: string, _now: string): Promise<boolean> {
    const { organizationId, wabaId, ciphertext } = credential;
    const key = JSON.stringify([organizationId, wabaId]);
    const stored = this.#credentials.get(key);
    if (stored?.state !== 'VALID' || !Buffer.from(ciphertext).equals(stored.ciphertext)) {
      return false;
    }
    this.#credentials.set(key, { ...stored, state: 'INVALID', reason });
    return true;
  }
}
