import { styleText } from 'node:util';
import { type ConnectionStep, connectionSteps } from '../shared/connections/connection.schema.ts';

/** What each step does, for a person. */
const titles: Readonly<Record<ConnectionStep, string>> = {
  grants: 'Asks Meta what the token may do, and stores it encrypted',
  numbers: "Reads the account's numbers",
  claim: 'Claims each number for the organisation',
  webhooks: "Checks the app's callback URL and webhook fields",
  subscribe: "Subscribes the app to the account's webhooks",
  register: 'Registers each number, so that it can send',
  sync: 'Asks for the data of the WhatsApp Business app, where it is used',
  templates: 'Marks the message templates to be read',
  activate: 'Opens the routes; parked messages begin to arrive',
};

type Mark = 'done' | 'FAIL' | '...' | '';

const styles = { done: 'green', FAIL: 'red', '...': 'cyan', '': 'gray' } as const;

/** How far connecting has come. */
export interface StepsSoFar {
  /** When each was done. */
  steps: Readonly<Record<string, string>>;
  /** The step that has failed, also where later ones were done. */
  failedStep?: string | undefined;
  isRunning: boolean;
}

/** The list of steps on a screen or in a log. */
export interface ProgressDisplay {
  show(soFar: StepsSoFar): void;
}

/**
 * The nine steps, each with its mark. A terminal has the list in place; anything else gets a line for
 * each step that is done, once, and for each that has failed.
 * @param options.columns how wide the terminal is; undefined where it is none
 */
export function progressDisplay(
  write: (text: string) => void,
  { columns, colours }: { columns: number | undefined; colours: boolean },
): ProgressDisplay {
  const nameWidth = Math.max(...connectionSteps.map(({ length }) => length));
  const line = (step: ConnectionStep, mark: Mark): string => {
    const shown = mark.padEnd(4);
    const painted = colours ? styleText(styles[mark], shown, { validateStream: false }) : shown;
    // A line that is broken in two would move the list.
    const room = (columns ?? Number.POSITIVE_INFINITY) - shown.length - 5;
    return `  ${painted}  ${`${step.padEnd(nameWidth)}  ${titles[step]}`.slice(0, Math.max(0, room))}`;
  };
  let linesAbove = 0;
  const told = new Set<ConnectionStep>();
  return {
    show(soFar) {
      if (columns !== undefined) {
        const lines = connectionSteps.map((step) => `${line(step, markOf(step, soFar))}\u001b[K\n`);
        write((linesAbove === 0 ? '' : `\u001b[${linesAbove}A`) + lines.join(''));
        linesAbove = soFar.isRunning ? lines.length : 0;
        return;
      }
      for (const step of connectionSteps) {
        const mark = markOf(step, soFar);
        if (mark === 'FAIL' || (mark === 'done' && !told.has(step))) {
          write(`${line(step, mark)}\n`);
        }
        if (mark === 'done') told.add(step);
      }
    },
  };
}

function markOf(step: ConnectionStep, { steps, failedStep, isRunning }: StepsSoFar): Mark {
  if (step === failedStep) return 'FAIL';
  if (steps[step] !== undefined) return 'done';
  const next = connectionSteps.find((open) => steps[open] === undefined);
  return isRunning && step === next ? '...' : '';
}
