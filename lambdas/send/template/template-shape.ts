import type {
  ButtonDefinition,
  ComponentDefinition,
  TemplateDefinition,
} from './template-definition.schema.ts';

/** A text with variables in it. */
export interface TextShape {
  text: string;
  /** Each once, in the order in which positional parameters stand for them. */
  variables: string[];
}

/** A template's header. */
export interface HeaderShape {
  /** Upper case: `TEXT`, `IMAGE`, `LOCATION`, ... */
  format: string;
  /** Of a TEXT header. */
  text?: TextShape | undefined;
}

/** What a send says of a button. */
export interface ButtonParameter {
  /** The type of its one parameter. */
  type: 'text' | 'payload' | 'coupon_code' | 'action' | 'ttl_minutes';
  required: boolean;
}

/** A template's button. */
export interface ButtonShape {
  /** Upper case: `URL`, `QUICK_REPLY`, ... */
  type: string;
  /** How a send names its type. */
  subType: string;
  text: string;
  /** `none`: a send says nothing of it; `unknown`: nobody here knows. */
  parameter: ButtonParameter | 'none' | 'unknown';
  url?: TextShape | undefined;
  phoneNumber?: string | undefined;
  /** Its parameter is a one-time password. */
  isOtp: boolean;
}

/** What a template and a carousel's card have in common. */
export interface PartShape {
  header?: HeaderShape | undefined;
  body?: TextShape | undefined;
  footer?: string | undefined;
  buttons: ButtonShape[];
}

/** What a template is made of: the one reading of its definition that checking and rendering share. */
export interface TemplateShape extends PartShape {
  /** Parameters are told apart by name and not by position. */
  isNamed: boolean;
  offer?: { text: string; expires: boolean } | undefined;
  cards?: PartShape[] | undefined;
  /** All types of component in it, lower case as a send writes them. */
  types: ReadonlySet<string>;
}

/** Reads a definition. Both forms of an authentication template are understood: as created and as listed. */
export function shapeOf(definition: TemplateDefinition): TemplateShape {
  const { components } = definition;
  const isNamed = definition.parameter_format?.toUpperCase() === 'NAMED';
  const find = (type: string) => components.find((component) => isOf(component, type));
  const offer = find('LIMITED_TIME_OFFER')?.limited_time_offer;
  return {
    ...partOf(components, isNamed),
    isNamed,
    offer: offer && { text: offer.text ?? '', expires: offer.has_expiration === true },
    cards: find('CAROUSEL')?.cards?.map((card) => partOf(card.components, isNamed)),
    types: new Set(components.map(({ type }) => type.toLowerCase())),
  };
}

const isOf = (component: ComponentDefinition, type: string) =>
  component.type.toUpperCase() === type;

function partOf(components: readonly ComponentDefinition[], isNamed: boolean): PartShape {
  const find = (type: string) => components.find((component) => isOf(component, type));
  const header = find('HEADER');
  const body = find('BODY');
  const footer = find('FOOTER');
  const buttons = (find('BUTTONS')?.buttons ?? []).map((button) => buttonOf(button, isNamed));
  const isOtp = buttons.some((button) => button.isOtp);
  return {
    header: header && headerOf(header, isNamed),
    body: body && textShape(body.text ?? (isOtp ? otpBody(body) : ''), isNamed),
    footer: footer?.text ?? otpFooter(footer),
    buttons,
  };
}

function headerOf({ format = 'TEXT', text = '' }: ComponentDefinition, isNamed: boolean) {
  const upperCase = format.toUpperCase();
  return {
    format: upperCase,
    text: upperCase === 'TEXT' ? textShape(text, isNamed) : undefined,
  };
}

/**
 * An authentication template as it was created has no texts: WhatsApp writes them, in the template's
 * language. Source: Meta, "Authentication templates".
 */
function otpBody({ add_security_recommendation }: ComponentDefinition): string {
  const advice = ' For your security, do not share this code.';
  return `*{{1}}* is your verification code.${add_security_recommendation ? advice : ''}`;
}

function otpFooter(footer: ComponentDefinition | undefined): string | undefined {
  const minutes = footer?.code_expiration_minutes;
  return minutes === undefined ? undefined : `This code expires in ${minutes} minutes.`;
}

/** What a send says of a button, by the button's type. Source: Meta, "Components", buttons. */
const buttonParameters: Readonly<Record<string, ButtonParameter | 'none'>> = {
  QUICK_REPLY: { type: 'payload', required: false },
  COPY_CODE: { type: 'coupon_code', required: true },
  OTP: { type: 'text', required: true },
  FLOW: { type: 'action', required: false },
  CATALOG: { type: 'action', required: false },
  MPM: { type: 'action', required: true },
  VOICE_CALL: { type: 'ttl_minutes', required: false },
  SPM: 'none',
  PHONE_NUMBER: 'none',
  REQUEST_CONTACT_INFO: 'none',
};

function buttonOf(button: ButtonDefinition, isNamed: boolean): ButtonShape {
  const type = button.type.toUpperCase();
  const url = type === 'URL' ? textShape(button.url ?? '', isNamed) : undefined;
  const ofUrl = url?.variables.length ? ({ type: 'text', required: true } as const) : 'none';
  return {
    type,
    // The button of an authentication template is listed, and sent, as a URL.
    subType: type === 'OTP' ? 'url' : type.toLowerCase(),
    text: button.text ?? '',
    parameter: url ? ofUrl : (buttonParameters[type] ?? 'unknown'),
    url,
    phoneNumber: button.phone_number,
    isOtp: type === 'OTP' || isOtpUrl(url?.text ?? ''),
  };
}

function isOtpUrl(url: string): boolean {
  return /^https:\/\/(www\.)?whatsapp\.com\/otp\/code/.test(url);
}

const placeholder = /\{\{\s*([^{}\s]+)\s*\}\}/g;

function textShape(text: string, isNamed: boolean): TextShape {
  const variables = [...new Set([...text.matchAll(placeholder)].map(([, name = '']) => name))];
  // {{2}} may stand in the text before {{1}}.
  return { text, variables: isNamed ? variables : variables.sort(byNumber) };
}

function byNumber(one: string, other: string): number {
  return Number(one) - Number(other) || 0;
}

/** A text with each variable replaced that there is a value for. */
export function fillIn({ text }: TextShape, values: ReadonlyMap<string, string>): string {
  return text.replace(placeholder, (whole, name: string) => values.get(name) ?? whole);
}
