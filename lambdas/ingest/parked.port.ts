import type { ParkedChange } from './ledger.port.ts';

/** A change as it was parked at one time. */
export interface FoundChange extends ParkedChange {
  /** Tells it from the same change parked again. */
  token: string;
}

/** Some of an owner's parked changes. */
export interface ParkedPage {
  changes: FoundChange[];
  /** Where the next page starts; undefined on the last. */
  next: string | undefined;
}

/** The parked changes, as `drain` takes them out again. */
export interface ParkedChanges {
  /** Every owner that may have parked changes. */
  owners(): Promise<string[]>;
  /** An owner's changes page by page, with all whose parking was answered before. */
  page(owner: string, from: string | undefined): Promise<ParkedPage>;
  /** Deletes a change unless it was parked again since it was found. */
  remove(change: FoundChange): Promise<void>;
}
