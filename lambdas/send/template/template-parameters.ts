import * as z from 'zod';
import { countCharacters } from '../message/fields.schema.ts';
import type {
  ButtonDefinition,
  ComponentDefinition,
  TemplateDefinition,
} from './template-definition.schema.ts';
import { type ButtonShape, type PartShape, shapeOf, type TextShape } from './template-shape.ts';
import { statusProblem } from './template-status.ts';
import {
  maxBodyLength,
  maxCardBodyLength,
  maxCodeLength,
  maxHeaderLength,
} from './template-values.ts';

/** One value that a send of a template fills in. */
export const templateParameterSchema = z.object({
  component: z.enum(['header', 'body', 'button', 'limited_time_offer']),
  /** Of a carousel: the card's `card_index`. */
  card: z.int().optional(),
  /** Of a button its position among all buttons, else the parameter's position; from 0. */
  index: z.int(),
  /** The `parameter_name`, of a template with named parameters. */
  name: z.string().optional(),
  /** The parameter's `type` in the send. */
  kind: z.string(),
  required: z.boolean(),
  /** What its author showed Meta. */
  example: z.string().optional(),
  /** Characters that there is room for while its neighbours are empty. */
  maxLength: z.int().optional(),
});

/** One value that a send of a template fills in. */
export type TemplateParameter = z.output<typeof templateParameterSchema>;

/** The longest URL of a button. Source: Meta, "Components". */
const maxUrlLength = 2000;
/** The longest payload of a quick reply. Source: Meta, "Interactive reply buttons messages". */
const maxPayloadLength = 256;

/** Everything that a send of this template may or must fill in, in the order of its components. */
export function parametersOfTemplate(definition: TemplateDefinition): TemplateParameter[] {
  const shape = shapeOf(definition);
  const carousel = definition.components.find(({ type }) => type.toUpperCase() === 'CAROUSEL');
  return [
    ...parametersOfPart(shape, definition.components, shape.isNamed, maxBodyLength),
    ...(shape.offer?.expires
      ? [
          {
            component: 'limited_time_offer',
            index: 0,
            kind: 'limited_time_offer',
            required: true,
          } as const,
        ]
      : []),
    ...(shape.cards ?? []).flatMap((card, index) =>
      parametersOfPart(
        card,
        carousel?.cards?.[index]?.components ?? [],
        shape.isNamed,
        maxCardBodyLength,
      ).map((parameter) => ({ ...parameter, card: index })),
    ),
  ];
}

/** Whether a template can be sent now, and if not, why. */
export function sendability(definition: TemplateDefinition): {
  sendable: boolean;
  notSendableBecause?: string;
} {
  const problem = statusProblem(definition);
  return problem ? { sendable: false, notSendableBecause: problem.detail } : { sendable: true };
}

function parametersOfPart(
  { header, body, buttons }: PartShape,
  components: readonly ComponentDefinition[],
  isNamed: boolean,
  maxBody: number,
): TemplateParameter[] {
  const find = (type: string) =>
    components.find((component) => component.type.toUpperCase() === type);
  const ofHeader = find('HEADER')?.example;
  const ofBody = find('BODY')?.example;
  const definedButtons = find('BUTTONS')?.buttons ?? [];
  return [
    ...(header?.text
      ? textParameters('header', header.text, maxHeaderLength, isNamed, [
          ...(ofHeader?.header_text ?? []),
          ...(ofHeader?.header_text_named_params ?? []),
        ])
      : []),
    ...(header && !header.text
      ? [
          {
            component: 'header',
            index: 0,
            kind: header.format === 'GIF' ? 'video' : header.format.toLowerCase(),
            required: true,
            ...exampleOf(ofHeader?.header_handle?.[0]),
          } as const,
        ]
      : []),
    ...(body
      ? textParameters('body', body, maxBody, isNamed, [
          ...(ofBody?.body_text?.[0] ?? []),
          ...(ofBody?.body_text_named_params ?? []),
        ])
      : []),
    ...buttons.flatMap((button, index) =>
      buttonParameters(button, index, definedButtons[index], isNamed),
    ),
  ];
}

function textParameters(
  component: 'header' | 'body',
  text: TextShape,
  max: number,
  isNamed: boolean,
  examples: readonly (string | { param_name: string; example: string })[],
): TemplateParameter[] {
  return text.variables.map((variable, index) => {
    const named = examples.find(
      (example) => typeof example !== 'string' && example.param_name === variable,
    );
    const example = isNamed ? named : examples[index];
    return {
      component,
      index,
      ...(isNamed ? { name: variable } : {}),
      kind: 'text',
      required: true,
      ...exampleOf(typeof example === 'string' ? example : example?.example),
      maxLength: room(text, max),
    };
  });
}

function buttonParameters(
  { parameter, url, isOtp }: ButtonShape,
  index: number,
  definition: ButtonDefinition | undefined,
  isNamed: boolean,
): TemplateParameter[] {
  if (typeof parameter === 'string') {
    return [];
  }
  const { type: kind, required } = parameter;
  const [variable = ''] = url?.variables ?? [];
  const maxLength =
    isOtp || kind === 'coupon_code' ? maxCodeLength : url && room(url, maxUrlLength);
  const payload = kind === 'payload' ? maxPayloadLength : undefined;
  const limit = maxLength ?? payload;
  return [
    {
      component: 'button',
      index,
      ...(isNamed && /\D/.test(variable) ? { name: variable } : {}),
      kind,
      required,
      ...exampleOf([definition?.example ?? []].flat()[0]),
      ...(limit === undefined ? {} : { maxLength: limit }),
    },
  ];
}

function exampleOf(example: string | undefined): { example?: string } {
  return example === undefined ? {} : { example };
}

/** The characters that a text's variables may have together. */
function room({ text }: TextShape, max: number): number {
  return Math.max(0, max - countCharacters(text.replace(/\{\{[^{}]*\}\}/g, '')));
}
