/** One line of a measurement: a case, and its figures with their units in the names. */
export type Row = Readonly<Record<string, string | number>>;

/** What a figure must reach, and whether it does. */
export interface Goal {
  goal: string;
  /** The figure, with its unit. */
  reached: string;
  met: boolean;
}

/** What a measurement found. */
export interface Findings {
  rows: Row[];
  goals: Goal[];
}

/** What whoever measures may choose. */
export interface MeasurementOptions {
  /** How long a measurement that lasts as long as one likes goes on. */
  seconds?: number;
}

/** Something that can be measured by one command. */
export interface Measurement {
  title: string;
  /** How long it takes, about. */
  minutes: number;
  /** Rows alone where no goal is set. */
  run(options: MeasurementOptions): Promise<Row[] | Findings>;
}

/** A goal for a figure that must not be above `most`. */
export function atMost(goal: string, most: number, reached: number, unit = ''): Goal {
  return { goal: `${goal} <= ${most}${unit}`, reached: `${reached}${unit}`, met: reached <= most };
}
