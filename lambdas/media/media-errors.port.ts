import type { MediaJob } from '../../shared/media/media-record.schema.ts';

/** What counts against one file: after a few of a kind it is given up. */
export type MediaStrike = 'missing' | 'corrupt' | 'address-refused';

/** How often fetching files has gone wrong. */
export interface MediaErrors {
  /** How often Meta has answered with an error to a number's requests for files, in the clock hour of `at`. */
  ofNumber(phoneNumberId: string, at: Date): Promise<number>;
  /** Counts one more such answer. */
  countOfNumber(phoneNumberId: string, at: Date): Promise<void>;
  /** Counts one more against a file. @returns how many of this kind there are now */
  strike(job: MediaJob, strike: MediaStrike, at: Date): Promise<number>;
}
