import { AccessToken } from '../../shared/credentials/access-token.ts';
import type { Credential, Credentials } from '../../shared/credentials/credential.port.ts';
export class MemoryCredentials implements Credentials {
  readonly #items: Credential[];
  constructor(own: { organizationId: string; wabaId: string }[]) {
    this.#items = own.map((o) => ({ ...o, state: 'VALID', ciphertext: new Uint8Array([1]) }));
  }
  async find(organizationId: string, wabaId: string) {
    return this.#items.find((c) => c.organizationId === organizationId && c.wabaId === wabaId);
  }
  async wabasOf() {
    return [];
  }
  async open() {
    return new AccessToken('t');
  }
  async invalidate(credential: Credential) {
    const at = this.#items.findIndex((c) => c.wabaId === credential.wabaId);
    const item = this.#items[at];
    if (item?.state !== 'VALID') return false;
    this.#items[at] = { ...item, state: 'INVALID' };
    return true;
  }
}
