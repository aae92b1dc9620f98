import type { ConnectionOwner, ConnectionRecord } from './connection.schema.ts';

/** The organisations' connections. */
export interface Connections {
  /** Reads one, consistently. */
  find(owner: ConnectionOwner): Promise<ConnectionRecord | undefined>;
  /** An organisation's connections by WABA id, at most `limit`, behind the WABA `after`. */
  list(
    organizationId: string,
    options: { after?: string | undefined; limit: number },
  ): Promise<{ connections: ConnectionRecord[]; next: string | undefined }>;
  /**
   * Changes what is stored, together with the event that tells of it where state, step or problem have
   * changed. `apply` may be called several times, each time with what is there now; where it gives
   * undefined, or what is there already, nothing is written.
   * @returns what is there afterwards
   * @throws where others keep changing it
   */
  change(
    owner: ConnectionOwner,
    apply: (now: ConnectionRecord | undefined) => ConnectionRecord | undefined,
  ): Promise<ConnectionRecord | undefined>;
}
