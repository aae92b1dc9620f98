/** A place where things wait that could not be worked: dead letters, quarantined objects. */
export interface SetAside<Thing> {
  /** The next of them, at most `count`, in their order; none at the end. */
  take(count: number): Promise<Thing[]>;
  /** What has this in common goes back one after the other. */
  orderOf(thing: Thing): string;
  /**
   * Puts a thing where it came from. It may be there twice where that was interrupted.
   * @returns why it cannot be put there, as a person reads it; undefined where it is there
   * @throws where it may not be there
   */
  sendBack(thing: Thing): Promise<string | undefined>;
  /** Takes a thing away for good. */
  remove(thing: Thing): Promise<void>;
  /** Puts things that were taken, and are still here, at others' disposal again. */
  release(things: readonly Thing[]): Promise<void>;
}
