import type { Transcript } from '../../shared/media/transcript.schema.ts';
import type { TranscriptEvent } from './transcript-event.ts';
import type { Note, Transcription } from './transcription.schema.ts';

/** A transcription as it was read. */
export interface StoredTranscription {
  record: Transcription;
  version: number;
}

/** What is counted against an organisation's cap. */
export interface Usage {
  /** In seconds. */
  seconds: number;
  /** For the month together, in seconds; null: no cap. */
  capSeconds: number | null;
}

/** The transcriptions, the notes that wait for them, and their transcripts. Every read sees every write. */
export interface Transcriptions {
  /** Tells whether a note's message is there and has no transcript of the note's revision yet. */
  isWanted(note: Note): Promise<boolean>;
  /**
   * Gives a message its transcript, together with the event that tells of it.
   * @returns false where the message has one of this revision, or is gone
   */
  tell(note: Note, transcript: Transcript, event: TranscriptEvent): Promise<boolean>;
  /** @returns false where the note waits for this transcription already */
  addNote(name: string, note: Note): Promise<boolean>;
  /** Every note that waits, or has waited. */
  notes(name: string): Promise<Note[]>;
  find(name: string): Promise<StoredTranscription | undefined>;
  /** Creates a transcription and counts its time in the month of `startedAt`, both or nothing. */
  create(
    record: Transcription,
    usage: Usage,
  ): Promise<StoredTranscription | 'exists' | 'cap-reached'>;
  /** @returns undefined where it has changed since it was read */
  replace(
    stored: StoredTranscription,
    next: Transcription,
  ): Promise<StoredTranscription | undefined>;
  /** Names of transcriptions that are due, the longest first. They may have changed since. */
  due(now: string, limit: number): Promise<string[]>;
}
