/** How thoroughly a step of `npm run verify` looks. */
export interface VerifyOptions {
  /** Less of it, for every change; else all there is. */
  quick: boolean;
  /** How long the soak lasts. */
  soakMinutes: number;
  /** Says that the step is to end: it then rejects, with nothing of its own left running. */
  signal: AbortSignal;
  /** Tells how far the step has got. */
  onProgress(done: number, of: number): void;
}

/** What a step has found. */
export interface StepResult {
  /** What was counted, for the table: `50,000 sequences, 0 lost`. */
  counted: string;
  /** A line for everything that does not hold: none is a proof. */
  violations: readonly string[];
}

/** A part of the proof. */
export interface Step {
  /** The name by which `--only` asks for it. */
  name: string;
  /** What it proves, in one line. */
  proves: string;
  /** Too long for the quick run, or part of `npm test` at the length that it would have there. */
  isLong?: true;
  /** Throws only where it could not look. */
  run(options: VerifyOptions): Promise<StepResult>;
}
