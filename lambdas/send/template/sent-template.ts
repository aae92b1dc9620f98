import type { TemplateContent } from '../message/template.schema.ts';
import type { TextShape } from './template-shape.ts';

/** A component that a send carries. */
export type SentComponent = NonNullable<TemplateContent['components']>[number];

/** A card of a carousel that a send carries. */
export type SentCard = Extract<SentComponent, { type: 'carousel' }>['cards'][number];

/** A header, body or button, of a template or of a card. */
export type SentPart = SentCard['components'][number];

const partTypes: readonly string[] = ['header', 'body', 'button'];

/** Tells whether a template's component is one that cards have too. */
export function isSentPart(component: SentComponent): component is SentPart {
  return partTypes.includes(component.type);
}

/** One parameter of a component. */
export type SentParameter = NonNullable<SentPart['parameters']>[number];

/** Something that a send carries, and its path in the request. */
export interface Placed<Value> {
  value: Value;
  path: string;
}

/** The members of a list with their paths. */
export function placedAll<Value>(values: readonly Value[], path: string): Placed<Value>[] {
  return values.map((value, index) => ({ value, path: `${path}[${index}]` }));
}

/** A component's parameters with their paths. */
export function parametersOf({ value, path }: Placed<SentPart>): Placed<SentParameter>[] {
  return placedAll(value.parameters ?? [], `${path}.parameters`);
}

/**
 * The text that a parameter stands for; undefined where it is of another kind.
 * The Cloud API shows the fallback of amounts and times always. Source: Meta, "Template messages".
 */
export function parameterText(parameter: SentParameter): string | undefined {
  switch (parameter.type) {
    case 'text':
      return parameter.text;
    case 'currency':
      return parameter.currency.fallback_value;
    case 'date_time':
      return parameter.date_time.fallback_value;
    default:
      return undefined;
  }
}

/** The name that a parameter gives itself, of a template with named parameters. */
export function parameterName(parameter: SentParameter): string | undefined {
  return 'parameter_name' in parameter ? parameter.parameter_name : undefined;
}

/** What the variables of a text become: by name where a parameter has one of theirs, else by position. */
export function variableValues(
  { variables }: TextShape,
  parameters: readonly SentParameter[],
): ReadonlyMap<string, string> {
  return new Map(
    parameters.flatMap((parameter, index) => {
      const name = parameterName(parameter);
      const variable = name !== undefined && variables.includes(name) ? name : variables[index];
      const text = parameterText(parameter);
      return variable === undefined || text === undefined ? [] : [[variable, text] as const];
    }),
  );
}
