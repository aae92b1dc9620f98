import type { GraphToken, GraphTokens } from '../../lambdas/send/facade/graph-tokens.port.ts';

/** The façade's tokens in memory. */
export class MemoryGraphTokens implements GraphTokens {
  readonly #tokens = new Map<string, GraphToken>();
  /** How often a use was written down. */
  notes = 0;

  async add(token: GraphToken, secret: string): Promise<void> {
    this.#tokens.set(secret, { ...token });
  }

  async find(secret: string): Promise<GraphToken | undefined> {
    const token = this.#tokens.get(secret);
    return token && { ...token };
  }

  async ofOrganization(organizationId: string): Promise<GraphToken[]> {
    return [...this.#tokens.values()]
      .filter((token) => token.organizationId === organizationId)
      .sort((one, other) => (one.createdAt < other.createdAt ? -1 : 1));
  }

  async remove(organizationId: string, tokenId: string): Promise<boolean> {
    const found = [...this.#tokens].find(
      ([, token]) => token.organizationId === organizationId && token.tokenId === tokenId,
    );
    return found !== undefined && this.#tokens.delete(found[0]);
  }

  async noteUse(secret: string, at: string): Promise<void> {
    this.notes += 1;
    const token = this.#tokens.get(secret);
    if (token) {
      this.#tokens.set(secret, { ...token, lastUsedAt: at });
    }
  }
}
