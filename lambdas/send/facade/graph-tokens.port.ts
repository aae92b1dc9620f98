/** A bearer token of the façade, without what it is. */
export interface GraphToken {
  organizationId: string;
  tokenId: string;
  /** What its owner calls it. */
  name: string;
  /** RFC 3339. */
  createdAt: string;
  /** RFC 3339, to the hour; absent while nobody has used it. */
  lastUsedAt?: string | undefined;
}

/** The bearer tokens of the façade. Of a token's secret only the SHA-256 is kept. */
export interface GraphTokens {
  add(token: GraphToken, secret: string): Promise<void>;
  /** The token with this secret; undefined where there is none, or none any more. Consistent. */
  find(secret: string): Promise<GraphToken | undefined>;
  /** An organisation's tokens, oldest first. */
  ofOrganization(organizationId: string): Promise<GraphToken[]>;
  /** Revokes a token, from this moment on. @returns whether there was one */
  remove(organizationId: string, tokenId: string): Promise<boolean>;
  /** Keeps when a token was used. Brings none back that was revoked. */
  noteUse(secret: string, at: string): Promise<void>;
}
