/** Whose media are whose: Meta's media ids hold for one business number. */
export interface MediaOwners {
  /** The owner of a file of Meta's; undefined where it came to nobody here. */
  ownerOf(mediaId: string): Promise<MediaOwner | undefined>;
}

/** Whom a file came to, or was uploaded for. */
export interface MediaOwner {
  organizationId: string;
  phoneNumberId: string;
}
