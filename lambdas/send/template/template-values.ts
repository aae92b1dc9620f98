import type { RequestProblem } from '../../../shared/http/problem.ts';
import { countCharacters } from '../message/fields.schema.ts';
import {
  type Placed,
  parametersOf,
  parameterText,
  type SentParameter,
  type SentPart,
  variableValues,
} from './sent-template.ts';
import { templateProblem } from './template-problem.ts';
import { type ButtonShape, fillIn, type PartShape, type TextShape } from './template-shape.ts';

/** How many characters a header has at most. Source: Meta, "Components". */
export const maxHeaderLength = 60;
/** How many characters a body has at most. Source: Meta, "Components". */
export const maxBodyLength = 1024;
/** How many characters a card's body has at most. Source: Meta, "Media card carousel templates". */
export const maxCardBodyLength = 160;
/** How many characters a coupon code or a one-time password has at most. Source: Meta, "Components". */
export const maxCodeLength = 15;
/** Milliseconds reached this in 1973; seconds will in the year 5138. */
const leastMilliseconds = 100_000_000_000;

/** What is wrong with the values of a part's parameters, whatever their number and kind. */
export function valueProblems(
  shape: PartShape,
  parts: readonly Placed<SentPart>[],
): RequestProblem[] {
  return [
    ...parts.flatMap(parametersOf).flatMap(textProblems),
    ...parts.flatMap((part) => codeProblems(shape, part)),
    ...passwordProblems(shape, parts),
  ];
}

/** Texts that are too long once their variables are filled in. */
export function lengthProblems(
  shape: PartShape,
  parts: readonly Placed<SentPart>[],
  maxBody: number,
): RequestProblem[] {
  return parts.flatMap((part) => {
    switch (part.value.type) {
      case 'header':
        return hydratedProblems('header', shape.header?.text, part, maxHeaderLength);
      case 'body':
        return hydratedProblems('body', shape.body, part, maxBody);
      default:
        return [];
    }
  });
}

function hydratedProblems(
  name: string,
  text: TextShape | undefined,
  { value, path }: Placed<SentPart>,
  max: number,
): RequestProblem[] {
  if (!text) {
    return [];
  }
  const length = countCharacters(fillIn(text, variableValues(text, value.parameters ?? [])));
  return length <= max
    ? []
    : [
        templateProblem(
          path,
          132005,
          `The ${name} has ${length} characters with its parameters filled in, and at most ${max} are allowed.`,
        ),
      ];
}

/** Where the text of a parameter stands in it. */
function textPath({ value, path }: Placed<SentParameter>): string {
  return value.type === 'text' ? `${path}.text` : `${path}.${value.type}.fallback_value`;
}

function textProblems(parameter: Placed<SentParameter>): RequestProblem[] {
  const text = parameterText(parameter.value);
  if (text === '') {
    return [
      templateProblem(
        textPath(parameter),
        131008,
        'The text must not be empty.',
        'components: Parameter of type text is missing text value',
      ),
    ];
  }
  return text !== undefined && /[\n\r\t]| {5}/.test(text)
    ? [
        templateProblem(
          textPath(parameter),
          132018,
          'The text has a line break, a tab or more than four spaces in a row. Replace each by one space.',
          'Param text cannot have new-line/tab characters or more than 4 consecutive spaces',
        ),
      ]
    : [];
}

/** The button that a component is for. */
function buttonOf(shape: PartShape, { value }: Placed<SentPart>): ButtonShape | undefined {
  return value.type === 'button' ? shape.buttons[Number(value.index)] : undefined;
}

function codeProblems(shape: PartShape, part: Placed<SentPart>): RequestProblem[] {
  const isOtp = buttonOf(shape, part)?.isOtp === true;
  return parametersOf(part).flatMap(({ value, path }) => {
    const code = codeOf(value, isOtp);
    return code === undefined || (code !== '' && countCharacters(code) <= maxCodeLength)
      ? []
      : [
          templateProblem(
            `${path}.${value.type}`,
            131009,
            `The code must have 1 to ${maxCodeLength} characters.`,
          ),
        ];
  });
}

function codeOf(parameter: SentParameter, isOtp: boolean): string | undefined {
  if (parameter.type === 'coupon_code') {
    return parameter.coupon_code;
  }
  // An empty text has its own problem already.
  return isOtp ? parameterText(parameter) || undefined : undefined;
}

/** The button of an authentication template copies what its body shows. */
function passwordProblems(shape: PartShape, parts: readonly Placed<SentPart>[]): RequestProblem[] {
  const body = parts.find(({ value }) => value.type === 'body');
  const [shown] = body ? parametersOf(body) : [];
  return parts
    .filter((part) => buttonOf(shape, part)?.isOtp === true)
    .flatMap(parametersOf)
    .filter(({ value }) => shown && parameterText(value) !== parameterText(shown.value))
    .map((copied) =>
      templateProblem(
        textPath(copied),
        131009,
        "The button's code is another one than the body's: an authentication template carries one code twice.",
      ),
    );
}

/** An offer's end that is plainly written in seconds. */
export function expirationProblems({ value, path }: Placed<SentParameter>): RequestProblem[] {
  return value.type === 'limited_time_offer' &&
    value.limited_time_offer.expiration_time_ms < leastMilliseconds
    ? [
        templateProblem(
          `${path}.limited_time_offer.expiration_time_ms`,
          131009,
          'The time is in seconds and has to be in milliseconds: multiply it by 1000.',
        ),
      ]
    : [];
}
