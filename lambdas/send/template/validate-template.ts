import type { RequestProblem } from '../../../shared/http/problem.ts';
import type { TemplateContent } from '../message/template.schema.ts';
import {
  isSentPart,
  type Placed,
  parameterName,
  parametersOf,
  parameterText,
  placedAll,
  type SentCard,
  type SentComponent,
  type SentParameter,
  type SentPart,
} from './sent-template.ts';
import type { TemplateDefinition } from './template-definition.schema.ts';
import { countProblem, formatProblem, templateProblem } from './template-problem.ts';
import { type ButtonShape, type PartShape, shapeOf, type TextShape } from './template-shape.ts';
import { doesNotExist, statusProblem } from './template-status.ts';
import {
  expirationProblems,
  lengthProblems,
  maxBodyLength,
  maxCardBodyLength,
  valueProblems,
} from './template-values.ts';

const componentsPath = 'message.template.components';

/** A part of a template, and what a send carries for it. */
interface Part {
  shape: PartShape;
  isNamed: boolean;
  sent: Placed<SentPart>[];
  /** The list that a missing component is missing in. */
  path: string;
  maxBody: number;
}

/**
 * Everything that Meta would refuse a template message for, in the order in which Meta looks, with its
 * codes and, where they are known, its words. Empty where the message fits.
 * Source: Meta, "Template messages", "Components", "Error codes".
 */
export function checkTemplate(
  definition: TemplateDefinition,
  { name, language, components = [] }: TemplateContent,
): RequestProblem[] {
  if (definition.name !== name || definition.language !== language.code) {
    return [
      templateProblem(
        'message.template.language.code',
        132001,
        `The template is there in the language ${definition.language}: write it exactly so.`,
        doesNotExist(name, language.code),
      ),
    ];
  }
  const unsendable = statusProblem(definition);
  if (unsendable) {
    return [unsendable];
  }
  const shape = shapeOf(definition);
  const placed = placedAll(components, componentsPath);
  const part: Part = {
    shape,
    isNamed: shape.isNamed,
    sent: placed.flatMap(({ value, path }) => (isSentPart(value) ? [{ value, path }] : [])),
    path: componentsPath,
    maxBody: maxBodyLength,
  };
  const cards = cardParts(shape.cards ?? [], shape.isNamed, placed);
  const parts = [part, ...cards.parts];
  return [
    ...structureProblems(part),
    ...offerProblems(shape.offer, placed),
    ...cards.problems,
    ...cards.parts.flatMap(structureProblems),
    ...unknownProblems(shape.types, placed),
    ...parts.flatMap(({ shape, sent }) => valueProblems(shape, sent)),
    ...parts.flatMap(({ shape, sent, maxBody }) => lengthProblems(shape, sent, maxBody)),
  ];
}

function structureProblems(part: Part): RequestProblem[] {
  return [...headerProblems(part), ...bodyProblems(part), ...buttonProblems(part)];
}

/** The component of a type and its parameters; where it is missing, the list that it should be in. */
function single({ sent, path }: Part, type: 'header' | 'body') {
  const [component, ...repeated] = sent.filter(({ value }) => value.type === type);
  return {
    path: component?.path ?? path,
    parameters: component ? parametersOf(component) : [],
    repeated: repeated.map(({ path }) =>
      templateProblem(path, 100, `There is a ${type} already: remove this one.`),
    ),
  };
}

function headerProblems(part: Part): RequestProblem[] {
  const { path, parameters, repeated } = single(part, 'header');
  const { header } = part.shape;
  if (!header || header.text) {
    return [...repeated, ...textProblems('header', header?.text, path, parameters, part.isNamed)];
  }
  const [parameter, ...more] = parameters;
  const received = parameter?.value.type.toUpperCase() ?? 'UNKNOWN';
  // A GIF is sent as a video. Source: Meta, "Marketing Messages API".
  const accepted = header.format === 'GIF' ? ['GIF', 'VIDEO'] : [header.format];
  const expected = [
    ...(accepted.includes(received)
      ? []
      : [formatProblem(parameter?.path ?? path, 'header', header.format, received)]),
    ...(more.length > 0 ? [countProblem(path, 'header', parameters.length, 1)] : []),
  ];
  return [...repeated, ...(knownFormats.includes(header.format) ? expected : [])];
}

const knownFormats: readonly string[] = [
  'IMAGE',
  'VIDEO',
  'DOCUMENT',
  'GIF',
  'LOCATION',
  'PRODUCT',
];

function bodyProblems(part: Part): RequestProblem[] {
  const { path, parameters, repeated } = single(part, 'body');
  return [...repeated, ...textProblems('body', part.shape.body, path, parameters, part.isNamed)];
}

function textProblems(
  name: 'header' | 'body',
  text: TextShape | undefined,
  path: string,
  parameters: readonly Placed<SentParameter>[],
  isNamed: boolean,
): RequestProblem[] {
  const variables = text?.variables ?? [];
  const wrongCount = parameters.length !== variables.length;
  return [
    ...(wrongCount ? [countProblem(path, name, parameters.length, variables.length)] : []),
    // Where none belongs, its kind and its name say nothing new.
    ...(variables.length === 0
      ? []
      : [
          ...parameters
            .filter(({ value }) => parameterText(value) === undefined)
            .map(({ value, path }) => formatProblem(path, name, 'TEXT', value.type.toUpperCase())),
          ...(isNamed ? nameProblems(variables, parameters) : []),
        ]),
  ];
}

function nameProblems(
  variables: readonly string[],
  parameters: readonly Placed<SentParameter>[],
): RequestProblem[] {
  const names = parameters.map(({ value }) => parameterName(value));
  return parameters.flatMap(({ path }, index) => {
    const name = names[index];
    const wanted = `Its parameters are named ${variables.join(', ')}.`;
    if (!name) {
      return [
        templateProblem(
          path,
          100,
          `The template has named parameters: add \`parameter_name\`. ${wanted}`,
          'Parameter name is missing or empty',
        ),
      ];
    }
    return variables.includes(name) && names.indexOf(name) === index
      ? []
      : [
          templateProblem(
            `${path}.parameter_name`,
            132012,
            `The template has no such parameter, or it stands here twice. ${wanted}`,
          ),
        ];
  });
}

function buttonProblems({ shape, isNamed, sent, path }: Part): RequestProblem[] {
  const components = sent.flatMap((component) =>
    component.value.type === 'button' ? [{ ...component, value: component.value }] : [],
  );
  const isFirst = (component: (typeof components)[number]) =>
    components.find(({ value }) => Number(value.index) === Number(component.value.index)) ===
    component;
  return [
    ...shape.buttons.flatMap((button, index) => {
      const component = components.find(({ value }) => Number(value.index) === index);
      return component && component.value.sub_type !== button.subType
        ? []
        : ofButton(button, index, component, component?.path ?? path, isNamed);
    }),
    ...components.flatMap((component) => {
      const button = shape.buttons[Number(component.value.index)];
      return button && button.subType === component.value.sub_type && isFirst(component)
        ? []
        : [
            templateProblem(
              component.path,
              100,
              'The template has no button of this type at this index, or it stands here twice. The index counts all buttons from 0.',
            ),
          ];
    }),
  ];
}

function ofButton(
  { type, parameter, url, subType }: ButtonShape,
  index: number,
  component: Placed<SentPart> | undefined,
  path: string,
  isNamed: boolean,
): RequestProblem[] {
  const [first, ...more] = component ? parametersOf(component) : [];
  if (parameter === 'unknown') {
    return [];
  }
  if (parameter === 'none') {
    const detail = `The template's button ${index} takes no parameter: remove it.`;
    return first ? [templateProblem(first.path, 132000, detail)] : [];
  }
  if (!first) {
    // Meta calls the button of an authentication template a URL too.
    const details =
      subType === 'url'
        ? `buttons: Button at index ${index} of type Url requires a parameter`
        : undefined;
    const detail = `The template's button ${index} (${type}) needs a parameter of the type ${parameter.type}.`;
    return parameter.required ? [templateProblem(path, 131008, detail, details)] : [];
  }
  if (more.length > 0 || first.value.type !== parameter.type) {
    const detail = `The template's button ${index} (${type}) takes one parameter, of the type ${parameter.type}.`;
    return [templateProblem(first.path, 131009, detail)];
  }
  // Meta's page writes {{1}} in the URL of a template with named parameters as well as a name.
  const names = (url?.variables ?? []).filter((name) => !/^\d+$/.test(name));
  return [
    ...(isNamed && names.length > 0 ? nameProblems(names, [first]) : []),
    ...(type === 'MPM' ? productProblems(first) : []),
  ];
}

function productProblems({ value, path }: Placed<SentParameter>): RequestProblem[] {
  return value.type === 'action' &&
    value.action.sections &&
    value.action.thumbnail_product_retailer_id
    ? []
    : [
        templateProblem(
          `${path}.action`,
          131008,
          'A button that shows several products needs `sections` and `thumbnail_product_retailer_id`.',
        ),
      ];
}

function offerProblems(
  offer: { expires: boolean } | undefined,
  placed: readonly Placed<SentComponent>[],
): RequestProblem[] {
  if (!offer) {
    return [];
  }
  const parameters = placed.flatMap(({ value, path }) =>
    value.type === 'limited_time_offer'
      ? placedAll(value.parameters ?? [], `${path}.parameters`)
      : [],
  );
  const ends = parameters.filter(({ value }) => value.type === 'limited_time_offer');
  return [
    ...(offer.expires && ends.length !== 1
      ? [
          templateProblem(
            componentsPath,
            131009,
            'The offer expires: the request needs one component `limited_time_offer` with `expiration_time_ms`.',
          ),
        ]
      : []),
    ...ends.flatMap(expirationProblems),
  ];
}

/** The cards that can be compared, and what is wrong with which cards there are. */
function cardParts(
  shapes: readonly PartShape[],
  isNamed: boolean,
  placed: readonly Placed<SentComponent>[],
): { parts: Part[]; problems: RequestProblem[] } {
  const carousels = placed.flatMap(({ value, path }) =>
    value.type === 'carousel' ? [placedAll(value.cards, `${path}.cards`)] : [],
  );
  const cards: Placed<SentCard>[] = shapes.length > 0 ? carousels.flat() : [];
  const indexes = new Set(cards.map(({ value }) => value.card_index));
  const isComplete =
    cards.length === shapes.length && shapes.every((_shape, index) => indexes.has(index));
  return {
    problems: isComplete
      ? []
      : [
          templateProblem(
            componentsPath,
            132000,
            `The template's carousel has ${shapes.length} cards, and the request must have each of them once, with its \`card_index\` from 0; it has ${cards.length}.`,
          ),
        ],
    parts: cards.flatMap(({ value, path }) => {
      const shape = shapes[value.card_index];
      const own = `${path}.components`;
      return shape
        ? [
            {
              shape,
              isNamed,
              sent: placedAll(value.components, own),
              path: own,
              maxBody: maxCardBodyLength,
            },
          ]
        : [];
    }),
  };
}

/** Sent with any template: it says what a tap on the message opens. Source: Meta, "Tap target title URL override". */
const alwaysAllowed = 'tap_target_configuration';

function unknownProblems(
  types: ReadonlySet<string>,
  placed: readonly Placed<SentComponent>[],
): RequestProblem[] {
  return placed
    .filter(
      ({ value }) => !isSentPart(value) && value.type !== alwaysAllowed && !types.has(value.type),
    )
    .map(({ value, path }) =>
      templateProblem(path, 100, `The template has no component ${value.type}: remove it.`),
    );
}
