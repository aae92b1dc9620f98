import type { MediaRecord } from '../../../shared/media/media-record.schema.ts';

/** A message that came in with a file. */
export interface ReceivedFile {
  organizationId: string;
  /** What is known of the file; undefined while it is on its way. */
  record?: MediaRecord | undefined;
}

/** The files of messages that came in. */
export interface ReceivedFiles {
  /** The file of a message; undefined where there is no such message. */
  find(phoneNumberId: string, messageId: string): Promise<ReceivedFile | undefined>;
}
