import type * as z from 'zod';
import type { TemplateContent } from '../message/template.schema.ts';
import type { renderedTemplateSchema } from './rendered-template.schema.ts';
import {
  isSentPart,
  parameterText,
  type SentComponent,
  type SentParameter,
  type SentPart,
  variableValues,
} from './sent-template.ts';
import type { TemplateDefinition } from './template-definition.schema.ts';
import {
  type ButtonShape,
  fillIn,
  type HeaderShape,
  type PartShape,
  shapeOf,
  type TextShape,
} from './template-shape.ts';

/** What the customer will see of a template message. */
export type RenderedTemplate = z.output<typeof renderedTemplateSchema>;

type RenderedPart = NonNullable<RenderedTemplate['cards']>[number];

/**
 * What the customer will see: texts with parameters filled in, and where each button leads.
 * @param content one that fits the definition; what is missing in it stays a variable in the texts
 */
export function renderTemplate(
  definition: TemplateDefinition,
  { components = [] }: TemplateContent,
): RenderedTemplate {
  const shape = shapeOf(definition);
  const carousel = components.find((component) => component.type === 'carousel');
  return {
    ...renderPart(shape, components.filter(isSentPart)),
    ...(shape.footer === undefined ? {} : { footer: shape.footer }),
    ...(shape.offer ? { limitedTimeOffer: renderOffer(shape.offer, components) } : {}),
    ...(shape.cards
      ? {
          cards: shape.cards.map((card, index) =>
            renderPart(
              card,
              carousel?.cards.find(({ card_index }) => card_index === index)?.components ?? [],
            ),
          ),
        }
      : {}),
  };
}

function renderPart(shape: PartShape, parts: readonly SentPart[]): RenderedPart {
  const parametersOf = (type: 'header' | 'body') =>
    parts.find((part) => part.type === type)?.parameters ?? [];
  return {
    ...(shape.header ? { header: renderHeader(shape.header, parametersOf('header')) } : {}),
    ...(shape.body ? { body: renderText(shape.body, parametersOf('body')) } : {}),
    buttons: shape.buttons.map((button, index) => {
      const [parameter] =
        parts.find((part) => part.type === 'button' && Number(part.index) === index)?.parameters ??
        [];
      return renderButton(button, parameter);
    }),
  };
}

function renderText(text: TextShape, parameters: readonly SentParameter[]): string {
  return fillIn(text, variableValues(text, parameters));
}

function renderHeader({ format, text }: HeaderShape, parameters: readonly SentParameter[]) {
  if (text) {
    return { kind: 'text', text: renderText(text, parameters) };
  }
  const [parameter] = parameters;
  if (!parameter) {
    return { kind: format.toLowerCase() };
  }
  const { type: kind, ...content } = parameter;
  return { kind, ...content };
}

function renderButton(
  { type, text, url, phoneNumber, isOtp }: ButtonShape,
  parameter: SentParameter | undefined,
): RenderedPart['buttons'][number] {
  const kind = isOtp ? 'otp' : type.toLowerCase();
  return {
    kind,
    text,
    ...(url && !isOtp ? { url: renderText(url, parameter ? [parameter] : []) } : {}),
    ...(phoneNumber === undefined ? {} : { phoneNumber }),
    // Meta answers a tap with the label where the send names nothing else.
    ...(kind === 'quick_reply'
      ? { payload: parameter?.type === 'payload' ? parameter.payload : text }
      : {}),
    ...codeOf(parameter, isOtp),
  };
}

function codeOf(parameter: SentParameter | undefined, isOtp: boolean): { code?: string } {
  if (parameter?.type === 'coupon_code') {
    return { code: parameter.coupon_code };
  }
  const code = isOtp && parameter ? parameterText(parameter) : undefined;
  return code === undefined ? {} : { code };
}

/** The latest time that a Date can hold, in ms. */
const maxDateMs = 8_640_000_000_000_000;

function renderOffer({ text }: { text: string }, components: readonly SentComponent[]) {
  const offer = components.find(({ type }) => type === 'limited_time_offer');
  const parameters = offer && 'parameters' in offer ? offer.parameters : undefined;
  const end = parameters?.find(({ type }) => type === 'limited_time_offer');
  return end?.type === 'limited_time_offer' &&
    end.limited_time_offer.expiration_time_ms <= maxDateMs
    ? { text, expiresAt: new Date(end.limited_time_offer.expiration_time_ms).toISOString() }
    : { text };
}
