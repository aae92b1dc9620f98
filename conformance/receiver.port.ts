import type { Delivered } from './delivered.schema.ts';
import type { KnownNumber } from './fill-in.ts';

/** A receiver of webhooks that is put to the test. */
export interface Receiver {
  /** With its version. */
  name: string;
  webhookUrl: string;
  appSecret: string;
  verifyToken?: string | undefined;
  numbers: { north: KnownNumber; south: KnownNumber };
  /** What it does not say that it does, by area or by name of a case, and how one knows. */
  notClaimed: Readonly<Record<string, string>>;
  /** How long after the last new record nothing more is to be expected, in ms. */
  idleMs: number;
  /** Everything that it has delivered so far. @throws CommandError where it cannot be learnt */
  report(): Promise<Delivered[]>;
  stop(): Promise<void>;
}
