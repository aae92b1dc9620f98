import {
  type ElementFacts,
  type Interpretation,
  type Interpreter,
  type NumberFacts,
  notSupported,
} from './interpretation.ts';
import { interpretMessage } from './message.ts';
import { interpretStatus } from './status.ts';

/** What is only understood of a business number. */
function ofNumber(interpret: (facts: NumberFacts) => readonly Interpretation[]): Interpreter {
  return (facts) =>
    facts.phoneNumberId === undefined
      ? [notSupported]
      : interpret({ ...facts, phoneNumberId: facts.phoneNumberId });
}

/**
 * Who understands what, by webhook field and by the array or object of its value; "" is the value
 * itself, where a field has no parts. Source: Meta, Webhooks, fields reference.
 */
export const interpreters: Readonly<Record<string, Readonly<Record<string, Interpreter>>>> = {
  messages: {
    messages: ofNumber(interpretMessage),
    statuses: ofNumber(interpretStatus),
  },
};

/** Tells what an element is, by where it stands. */
export function interpret(facts: ElementFacts): readonly Interpretation[] {
  const { change, collection } = facts;
  const field = Object.hasOwn(interpreters, change.field) ? interpreters[change.field] : undefined;
  const interpreter = field && Object.hasOwn(field, collection) ? field[collection] : undefined;
  return interpreter ? interpreter(facts) : [notSupported];
}
