import type { TranscribeRequest, Transcript } from '../../shared/media/transcript.schema.ts';

/** What is known of the transcripts of a message. */
export interface MessageTranscripts {
  organizationId: string;
  transcripts: Transcript[];
  /** The revisions that somebody has asked for. */
  asked: number[];
}

/** The transcripts that messages have, and those that are wished for. */
export interface Transcripts {
  /** Of one message; undefined where it is not known. Consistent. */
  find(phoneNumberId: string, messageId: string): Promise<MessageTranscripts | undefined>;
  /**
   * Asks for one more revision. @returns whether it was free; the table's stream makes a job of it
   */
  ask(phoneNumberId: string, messageId: string, request: TranscribeRequest): Promise<boolean>;
}
