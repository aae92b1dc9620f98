import { textTable } from './text-table.ts';

/** What the commands call the table's stream, as if it were a queue. */
export const streamName = 'stream';

/** What is dead of a queue, or of the stream, and what is not. */
export interface DeadLetterRow {
  queue: string;
  /** Dead letters; of the stream: batches. */
  dead: number;
  /** RFC 3339. */
  oldestAt: string | undefined;
  /** To be worked now. */
  waiting?: number;
  /** Being worked, or put off. */
  held?: number;
}

/** The rows as a table, and what to do next. */
export function deadLetterTable(rows: readonly DeadLetterRow[], now: Date): string {
  const table = textTable([
    ['QUEUE', 'DEAD', 'OLDEST', 'WAITING', 'HELD'],
    ...rows.map(({ queue, dead, oldestAt, waiting = '', held = '' }) => [
      ...[queue, String(dead)],
      oldestAt === undefined ? '' : age(now.getTime() - Date.parse(oldestAt)),
      ...[String(waiting), String(held)],
    ]),
  ]);
  const worst = rows.toSorted((one, other) => other.dead - one.dead)[0];
  const next =
    worst && worst.dead > 0
      ? `Look at them with: npm run dlq -- show --queue ${worst.queue}`
      : 'Nothing is dead.';
  return `${table}\n\n${next}`;
}

const units = [
  ['d', 24 * 60 * 60_000],
  ['h', 60 * 60_000],
  ['min', 60_000],
] as const;

function age(ms: number): string {
  const [name, unitMs] = units.find(([, length]) => ms >= length) ?? ['s', 1000];
  return `${Math.max(0, Math.floor(ms / unitMs))} ${name}`;
}
