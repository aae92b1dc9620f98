import { isJsonObject, type JsonObject } from '../../../shared/json.ts';
import type { Refusal } from './field-rules.ts';
import { defined, objectsIn, type SentComponent } from './template-components.ts';

const forbidden = /[\n\r\t]| {5}/;
const maxTextLength = 32_768;

/** Why the text of a parameter is refused, whatever the template. Source: Meta, "Error codes" (132018). */
export function checkTexts(sent: SentComponent[]): Refusal | undefined {
  for (const { type, parameters, cards } of sent) {
    const texts = parameters.filter(({ type: kind }) =>
      /^(text|currency|date_time)$/.test(String(kind)),
    );
    for (const parameter of texts) {
      const text = shown(parameter);
      if (text === '') return { code: 131008, details: `${type}: Param text is empty` };
      if (text.length > maxTextLength) return { code: 132005 };
      if (forbidden.test(text)) {
        const details =
          'Param text cannot have new-line/tab characters or more than 4 consecutive spaces';
        return { code: 132018, details };
      }
    }
    for (const card of cards) {
      const problem = checkTexts(card.components);
      if (problem) return problem;
    }
  }
  return undefined;
}

const maxLengths = [
  ['HEADER', 60],
  ['BODY', 1024],
] as const;

/** Why a text is too long once its variables are filled in. Source: Meta, "Template components". */
export function checkLengths(components: JsonObject[], sent: SentComponent[]): Refusal | undefined {
  for (const [type, max] of maxLengths) {
    const text = defined(components, type)?.['text'];
    const parameters = sent.find((each) => each.type === type.toLowerCase())?.parameters ?? [];
    const { length } = filledIn(String(text ?? ''), parameters);
    if (length > max) {
      const details = `${type.toLowerCase()}: Translated text is ${length} characters long, more than ${max}`;
      return { code: 132005, details };
    }
  }
  return checkCardLengths(components, sent);
}

function checkCardLengths(components: JsonObject[], sent: SentComponent[]): Refusal | undefined {
  const given = sent.find(({ type }) => type === 'carousel')?.cards ?? [];
  for (const [index, card] of objectsIn(defined(components, 'CAROUSEL')?.['cards']).entries()) {
    const sentCard = given.find((each) => each.index === index);
    const problem = checkLengths(objectsIn(card['components']), sentCard?.components ?? []);
    if (problem) return problem;
  }
  return undefined;
}

/** A definition's text with the parameters in the places of its variables. */
function filledIn(text: string, parameters: JsonObject[]): string {
  return text.replace(/\{\{\s*([^{}]+?)\s*\}\}/g, (_, name: string) => {
    const named = parameters.find((parameter) => parameter['parameter_name'] === name);
    const parameter = named ?? parameters[Number(name) - 1];
    return shown(parameter);
  });
}

/** The Cloud API shows a currency or a date as its fallback. */
function shown(parameter: JsonObject | undefined): string {
  const value = parameter?.[String(parameter['type'])];
  return String((isJsonObject(value) ? value['fallback_value'] : value) ?? '');
}
