/** Notes on the stored message templates. */
export interface TemplateMarks {
  /** What was fetched of a WABA's templates before now is old: who needs them next fetches them. */
  markChanged(wabaId: string): Promise<void>;
}
