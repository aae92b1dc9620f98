import { checkOf, type Finding, type Row } from './check.ts';
import type { QueueDepth } from './queue-depths.port.ts';
import type { Check } from './report.schema.ts';

/** More waiting messages than a busy minute leaves behind. */
const manyWaiting = 1000;

/** Who takes messages from these queues is no function of this service. */
const backendQueues = ['inbox-events', 'inbox-history'];

/** How many messages wait. */
export const waitingRow: Row = { id: 'queues', title: 'Queues' };

/** How many messages were given up. */
export const deadLettersRow: Row = { id: 'dead-letters', title: 'Dead letters' };

/** Whether messages pile up. How old they are SQS does not tell: CloudWatch has that. */
export function waitingCheck(depths: readonly QueueDepth[]): Check {
  const findings = depths
    .filter(({ waiting }) => waiting >= manyWaiting)
    .map(
      ({ name, waiting }): Finding => ({
        status: 'warn',
        cause: `${waiting} messages wait in ${name}.`,
        cure: backendQueues.includes(name)
          ? `The inbox backend has to receive from ${name} faster.`
          : `Look for errors and throttles of the function that works ${name}.`,
      }),
    );
  return checkOf(waitingRow, findings, {
    ...Object.fromEntries(
      depths.map(({ name, waiting, held }) => [name, `${waiting} waiting, ${held} in work`]),
    ),
    age: 'SQS does not tell it: see ApproximateAgeOfOldestMessage in CloudWatch (none in the local run).',
  });
}

/** Whether something was given up. */
export function deadLettersCheck(depths: readonly QueueDepth[]): Check {
  const findings = depths.flatMap(({ name, deadLetters }): Finding[] =>
    deadLetters === 0
      ? []
      : [
          {
            status: 'fail',
            cause: `${name} has given up ${deadLetters} ${deadLetters === 1 ? 'message' : 'messages'}.`,
            cure: 'Look at them with "npm run dlq -- show", correct the cause, then send them again with "npm run dlq -- redrive".',
          },
        ],
  );
  return checkOf(deadLettersRow, findings);
}
