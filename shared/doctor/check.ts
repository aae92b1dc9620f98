import type { GraphError } from '../graph/graph.port.ts';
import type { Asked } from './meta-questions.ts';
import type { Check } from './report.schema.ts';

/** What a check is called, and what it is about. */
export type Row = Pick<Check, 'id' | 'title' | 'subject'>;

/** One thing that is not as it should be. */
export interface Finding {
  status: 'warn' | 'fail';
  cause: string;
  cure: string;
}

/** The check of a row: ok without findings, else as bad as the worst of them, with every cause and cure. */
export function checkOf(
  row: Row,
  findings: readonly Finding[],
  details?: Readonly<Record<string, string>>,
): Check {
  const rest = details && { details: { ...details } };
  if (findings.length === 0) {
    return { ...row, status: 'ok', ...rest };
  }
  const worst = findings.some(({ status }) => status === 'fail') ? 'fail' : 'warn';
  return {
    ...row,
    status: worst,
    cause: joined(findings.map(({ cause }) => cause)),
    cure: joined(findings.map(({ cure }) => cure)),
    ...rest,
  };
}

/** A check that could not be made. @param why a sentence */
export function skipped(row: Row, why: string): Check {
  return { ...row, status: 'skipped', cause: why };
}

/** Makes checks of what is read from AWS; where that fails, the row says so and the others go on. */
export async function attempt(row: Row, make: () => Promise<Check>): Promise<Check> {
  try {
    return await make();
  } catch (error) {
    return skipped(row, `It cannot be read: ${error instanceof Error ? error.name : 'error'}.`);
  }
}

/** The check of what Meta was asked: made of its answer, else of why there is none. */
export function answered<Value>(
  asked: Asked<Value>,
  row: Row,
  check: (value: Value) => Check,
): Check {
  switch (asked.kind) {
    case 'answered':
      return check(asked.value);
    case 'refused':
      return checkOf(row, [refusal(asked.error)]);
    case 'unanswered':
      return skipped(row, 'Meta gave no answer: see "Graph API".');
  }
}

/** Meta's words are left out: they quote tokens at times. */
function refusal({ code, subcode, class: kind, reason }: GraphError): Finding {
  const number = subcode === undefined ? `${code}` : `${code}/${subcode}`;
  return {
    status: 'fail',
    cause: `Meta refuses the question: ${number}, ${reason}.`,
    cure:
      kind === 'reconnect'
        ? `The token does not reach it any more. ${cures.reconnect}`
        : "Look the code up in Meta's error codes.",
  };
}

/** What several checks advise. */
export const cures = {
  reconnect:
    'Connect the organisation again: Embedded Signup, or POST /save-whatsapp-credentials with a new token.',
  resume: 'POST /wa-es-callback/resume repeats the steps of connecting that are missing.',
} as const;

/** Each once: several findings may have the same cure. */
function joined(sentences: readonly string[]): string {
  return [...new Set(sentences)].join(' ');
}
