/** A file that Meta has been handed. */
export interface HandedMedia {
  /** Names the file, its number and its organisation: see `outgoing-media.ts`. Absent: nobody will look for it. */
  name?: string;
  mediaId: string;
  organizationId: string;
  phoneNumberId: string;
}

/** The files that Meta has been handed and can still be sent. */
export interface MetaMedia {
  /** Meta's id of a file; undefined where it has none, or not for long enough any more. Consistent. */
  idOf(name: string): Promise<string | undefined>;
  /** Keeps an id, and whose it is: nobody else may send it. */
  remember(media: HandedMedia): Promise<void>;
}
