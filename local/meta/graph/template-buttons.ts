import { isJsonObject, type JsonObject } from '../../../shared/json.ts';
import { invalid, malformed, type Refusal } from './field-rules.ts';
import { type SentComponent, upper, variablesIn } from './template-components.ts';

/** What a button of a template takes of a send. */
interface ButtonRule {
  /** As `sub_type`. */
  subType: string;
  /** The one type that its parameters have. */
  parameter: string;
  required: (button: JsonObject) => boolean;
}

const always = () => true;
const never = () => false;
const maxCodeLength = 15;

const rules = new Map<string, ButtonRule>([
  ['QUICK_REPLY', { subType: 'quick_reply', parameter: 'payload', required: never }],
  [
    'URL',
    { subType: 'url', parameter: 'text', required: ({ url }) => variablesIn(url).length > 0 },
  ],
  ['OTP', { subType: 'url', parameter: 'text', required: always }],
  ['COPY_CODE', { subType: 'copy_code', parameter: 'coupon_code', required: always }],
  ['FLOW', { subType: 'flow', parameter: 'action', required: never }],
  ['CATALOG', { subType: 'catalog', parameter: 'action', required: never }],
  ['MPM', { subType: 'mpm', parameter: 'action', required: always }],
  ['VOICE_CALL', { subType: 'voice_call', parameter: 'ttl_minutes', required: never }],
]);

/** `COPY_CODE` as Meta writes it in an error: `CopyCode`. */
function spelled(type: string): string {
  return type
    .toLowerCase()
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

/**
 * Why a send's button components do not fit a template's buttons: first what is missing, then what is
 * not wanted. Source: Meta, "Template components" (buttons).
 */
export function checkButtons(buttons: JsonObject[], sent: SentComponent[]): Refusal | undefined {
  for (const [index, button] of buttons.entries()) {
    const type = upper(button['type']);
    const rule = rules.get(type);
    const given = sent.find((each) => each.index === index && each.subType === rule?.subType);
    if (rule?.required(button) && !given?.parameters.length) {
      const details = `buttons: Button at index ${index} of type ${spelled(type)} requires a parameter`;
      return { code: 131008, details };
    }
  }
  for (const component of sent) {
    const problem = checkSentButton(buttons[component.index], component);
    if (problem) return problem;
  }
  return undefined;
}

function checkSentButton(
  button: JsonObject | undefined,
  { index, subType, parameters }: SentComponent,
): Refusal | undefined {
  const rule = rules.get(upper(button?.['type']));
  if (!button || rule?.subType !== subType) {
    return malformed(`Template has no button of type ${subType} at index ${index}.`);
  }
  if (rule.subType === 'url' && !rule.required(button) && parameters.length > 0) {
    return countMismatch('buttons', parameters.length, 0);
  }
  const wrong = parameters.find(({ type }) => type !== rule.parameter);
  if (wrong && rule.parameter !== 'ttl_minutes') {
    return invalid(
      `buttons: Button at index ${index} takes a parameter of type ${rule.parameter}.`,
    );
  }
  const [variable] = variablesIn(button['url']);
  const name = parameters[0]?.['parameter_name'];
  if (variable !== undefined && name !== undefined && name !== variable) {
    return {
      code: 132012,
      details: `buttons: There is no variable of that name at index ${index}.`,
    };
  }
  return checkValue(upper(button['type']), parameters[0] ?? {});
}

function checkValue(type: string, parameter: JsonObject): Refusal | undefined {
  const { coupon_code: code, action, text } = parameter;
  const tooLong = `Code must be 1 to ${maxCodeLength} characters long.`;
  if (type === 'COPY_CODE') {
    const fits = typeof code === 'string' && code !== '' && code.length <= maxCodeLength;
    return fits ? undefined : invalid(tooLong);
  }
  if (type === 'OTP') {
    return String(text).length <= maxCodeLength ? undefined : invalid(tooLong);
  }
  if (type === 'MPM') {
    const whole =
      isJsonObject(action) && action['thumbnail_product_retailer_id'] && action['sections'];
    return whole ? undefined : invalid('Param action must have a thumbnail and sections.');
  }
  return undefined;
}

/** The refusal of a wrong number of parameters. */
export function countMismatch(place: string, given: number, expected: number): Refusal {
  return {
    code: 132000,
    details: `${place}: number of localizable_params (${given}) does not match the expected number of params (${expected})`,
  };
}
