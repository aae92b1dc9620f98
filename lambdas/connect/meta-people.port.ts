import type { ConnectionOwner } from '../../shared/connections/connection.schema.ts';

/** A request of a person to be forgotten. */
export interface Deletion {
  /** RFC 3339. */
  requestedAt: string;
  completedAt?: string | undefined;
}

/** Which people, by Meta's app-scoped user id, have connected what. Only the id's hash is stored. */
export interface MetaPeople {
  /** Notes that a person has granted the token of a connection. */
  remember(metaUserId: string, owner: ConnectionOwner): Promise<void>;
  /** The connections whose token a person has granted. */
  connectionsOf(metaUserId: string): Promise<ConnectionOwner[]>;
  /** Forgets a person. */
  forget(metaUserId: string, owners: readonly ConnectionOwner[]): Promise<void>;
  /** Keeps where a deletion stands, for a year. */
  keepDeletion(code: string, deletion: Deletion): Promise<void>;
  /** Where a deletion stands. */
  deletion(code: string): Promise<Deletion | undefined>;
}
