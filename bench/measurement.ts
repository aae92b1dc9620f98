/** One line of a measurement: a case, and its figures with their units in the names. */
export type Row = Readonly<Record<string, string | number>>;

/** Something that can be measured by one command. */
export interface Measurement {
  title: string;
  run(): Promise<Row[]>;
}
