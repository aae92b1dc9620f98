import type { SettingsTable } from './settings.port.ts';
import type { Settings } from './settings.schema.ts';

/** How many days the messages of an organisation are kept. */
export type RetentionDays = (organizationId: string) => Promise<number>;

/**
 * The retention that organisations have chosen.
 * @param stageDays the stage's own: who has chosen nothing has it, and nobody has more
 */
export function chosenRetention(
  settings: Pick<SettingsTable, 'read'>,
  stageDays: number,
): RetentionDays {
  return async (organizationId) => {
    const { messageDays } = (await settings.read(organizationId)).retention;
    return Math.min(messageDays ?? stageDays, stageDays);
  };
}

/**
 * The tag of a file that is kept for less than the stage's retention, as S3 takes it with the file.
 * The media bucket's lifecycle rules (infra/state-stack.ts) go by it.
 */
export function retentionTag({ retention: { messageDays } }: Settings): string | undefined {
  return messageDays === null ? undefined : `retentionDays=${messageDays}`;
}
