import type { TranscriptEvent } from '../../lambdas/transcribe/transcript-event.ts';
import type { Note, Transcription } from '../../lambdas/transcribe/transcription.schema.ts';
import type {
  StoredTranscription,
  Transcriptions,
  Usage,
} from '../../lambdas/transcribe/transcriptions.port.ts';
import type { Transcript } from '../../shared/media/transcript.schema.ts';
import { frozen } from './frozen.ts';

/** The transcriptions in memory. */
export class MemoryTranscriptions implements Transcriptions {
  /** Every transcript that a message got, in order, with what the stream carries of it. */
  readonly told: { note: Note; transcript: Transcript; event: TranscriptEvent }[] = [];
  readonly #messages = new Set<string>();
  readonly #jobs = new Map<string, StoredTranscription>();
  readonly #notes = new Map<string, Note[]>();
  readonly #seconds = new Map<string, number>();

  get records(): Transcription[] {
    return [...this.#jobs.values()].map(({ record }) => record);
  }

  /** Whether something is left to be done. */
  get isOpen(): boolean {
    return this.#jobs.values().some(({ record }) => record.dueAt !== undefined);
  }

  /** A message that has come. */
  receive(message: Note['message']): void {
    this.#messages.add(messageOf(message));
  }

  /** A message of which nothing is left. */
  erase(message: Note['message']): void {
    this.#messages.delete(messageOf(message));
  }

  /** What was counted, in seconds, in a month, `yyyy-mm`. */
  usage(organizationId: string, month: string): number {
    return this.#seconds.get(`${organizationId} ${month}`) ?? 0;
  }

  async isWanted(note: Note): Promise<boolean> {
    return this.#isWanted(note);
  }

  async tell(note: Note, transcript: Transcript, event: TranscriptEvent): Promise<boolean> {
    if (!this.#isWanted(note)) {
      return false;
    }
    this.told.push(frozen({ note, transcript, event }));
    return true;
  }

  async addNote(name: string, note: Note): Promise<boolean> {
    const notes = this.#notes.get(name) ?? [];
    if (notes.some((one) => isSame(one, note))) {
      return false;
    }
    this.#notes.set(name, [...notes, frozen(note)]);
    return true;
  }

  async notes(name: string): Promise<Note[]> {
    return [...(this.#notes.get(name) ?? [])];
  }

  async find(name: string): Promise<StoredTranscription | undefined> {
    return this.#jobs.get(name);
  }

  async create(
    record: Transcription,
    { seconds, capSeconds }: Usage,
  ): Promise<StoredTranscription | 'exists' | 'cap-reached'> {
    if (this.#jobs.has(record.name)) {
      return 'exists';
    }
    const month = `${record.organizationId} ${record.startedAt.slice(0, 7)}`;
    const used = (this.#seconds.get(month) ?? 0) + seconds;
    if (capSeconds !== null && used > capSeconds) {
      return 'cap-reached';
    }
    this.#seconds.set(month, used);
    return this.#keep({ record, version: 1 });
  }

  async replace(
    { version }: StoredTranscription,
    next: Transcription,
  ): Promise<StoredTranscription | undefined> {
    return this.#jobs.get(next.name)?.version === version
      ? this.#keep({ record: next, version: version + 1 })
      : undefined;
  }

  async due(now: string, limit: number): Promise<string[]> {
    return [...this.#jobs.values()]
      .flatMap(({ record: { name, dueAt } }) =>
        dueAt !== undefined && dueAt <= now ? [{ name, dueAt }] : [],
      )
      .sort((one, other) => (one.dueAt < other.dueAt ? -1 : 1))
      .slice(0, limit)
      .map(({ name }) => name);
  }

  #isWanted(note: Note): boolean {
    const isTold = this.told.some((one) => isSame(one.note, note));
    return this.#messages.has(messageOf(note.message)) && !isTold;
  }

  #keep(stored: StoredTranscription): StoredTranscription {
    this.#jobs.set(stored.record.name, frozen(stored));
    return stored;
  }
}

function messageOf({ phoneNumberId, messageId }: Note['message']): string {
  return `${phoneNumberId} ${messageId}`;
}

function isSame(one: Note, other: Note): boolean {
  return messageOf(one.message) === messageOf(other.message) && one.revision === other.revision;
}
