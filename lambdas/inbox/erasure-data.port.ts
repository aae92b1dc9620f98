import type { Trace } from './erasure-job.schema.ts';
import type { NamePage } from './people.port.ts';

/** What an erasure does to the table. All of it may be done again. */
export interface ErasureData {
  /** The conversation that an alias leads to. Consistent. */
  conversationOf(aliasKey: string): Promise<string | undefined>;
  /** Puts a tombstone in an alias's place, unless it leads to another conversation than these. */
  eraseAlias(key: string, conversationIds: readonly string[], erasedAt: string): Promise<void>;
  /** Puts a tombstone in the place of a message or another event. */
  eraseItem(pk: string, erasedAt: string): Promise<void>;
  /** Removes what is known of a conversation itself. */
  eraseConversation(conversationId: string): Promise<void>;
  /**
   * Leaves of a send that there was one: what waits is not sent, and its key sends nothing again. One in
   * Meta's hands is left alone unless `evenOpen`.
   * @returns whether there was something to erase
   */
  eraseSend(
    organizationId: string,
    sendId: string,
    options: { evenOpen: boolean; at: string },
  ): Promise<boolean>;
  /** Forgets whose a file of Meta's is. */
  eraseMediaOwner(mediaId: string): Promise<void>;
  /** Forgets how often a message's file could not be fetched. */
  eraseStrikes(messageKey: string): Promise<void>;
  /**
   * Forgets a message's transcriptions, but for those that another message shares.
   * @param remove deletes the objects that nobody needs any more
   * @returns `open` where Transcribe is still at one
   */
  eraseVoice(
    messageKey: string,
    remove: (keys: readonly string[]) => Promise<void>,
    now: Date,
  ): Promise<'erased' | 'open'>;
  /** Tells whether a message that is not erased shares the words of a voice note. */
  isShared(wordsKey: string): Promise<boolean>;
  /** Remembers where to look once more. */
  noteTraces(erasureId: string, traces: readonly Trace[]): Promise<void>;
  /** The names of the traces, sorted. Consistent. */
  traces(erasureId: string, after: string | undefined): Promise<NamePage>;
  removeTrace(erasureId: string, name: string): Promise<void>;
  /** Tells that a conversation is erased, once. */
  tellErased(organizationId: string, conversationId: string, at: string): Promise<void>;
  /** Deletes everything that an organisation has of its own, its connections with it. */
  eraseOrganization(organizationId: string, wabaIds: readonly string[]): Promise<void>;
}

/** The objects of a bucket, as an erasure sees them. */
export interface ErasableObjects {
  /** Deletes objects, also those that are not there. @throws where one may still be there */
  remove(keys: readonly string[]): Promise<void>;
  /** Deletes every object whose key begins so. */
  removeAll(prefix: string): Promise<void>;
}
