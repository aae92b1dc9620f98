/** A conversation, with the business number that it is held from. */
export interface NumberConversation {
  conversationId: string;
  organizationId: string;
  phoneNumberId: string;
}

/** Whose number a file of Meta's came to. */
export interface ReceivedMedia {
  /** Meta's id of the file. */
  mediaId: string;
  organizationId: string;
  phoneNumberId: string;
}

/** What sends are checked against, as `normalise` learns it. All of it may be said again. */
export interface SendFacts {
  /** Lets nobody take a customer service window for closed before this time (RFC 3339). Never goes back. */
  openWindow(conversation: NumberConversation, expiresAt: string): Promise<void>;
  /** Keeps what a person has said of marketing messages (`stop`, `resume`), unless something newer is kept. */
  recordMarketing(
    conversation: NumberConversation,
    marketing: { value: string; at: string },
  ): Promise<void>;
  /** Notes that templates of a WABA have changed: what was fetched before now is old. */
  noteTemplateChange(wabaId: string): Promise<void>;
  /** Keeps whose a file is for as long as Meta knows its id. Who was first stays. */
  claimMedia(media: ReceivedMedia): Promise<void>;
}
