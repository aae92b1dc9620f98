import type { MetaSays, RequestProblem } from '../../../shared/http/problem.ts';

/** Meta's titles of what can be wrong with a template message. Source: Meta, "Error codes". */
const titles = {
  100: 'Invalid parameter',
  130501: 'Message type is not currently supported',
  131008: 'Required parameter is missing',
  131009: 'Parameter value is not valid',
  131062: 'Business-scoped user id as recipient is not supported',
  132000: 'Template Param Count Mismatch',
  132001: 'Template does not exist',
  132005: 'Template Hydrated Text Too Long',
  132012: 'Template Parameter Format Mismatch',
  132015: 'Template is Paused',
  132016: 'Template is Disabled',
  132018: 'Template validation error',
} as const;

/** The codes that Meta refuses template messages with. */
export type TemplateErrorCode = keyof typeof titles;

/** What Meta would say; its own wording only where that is known. */
export function metaSays(code: TemplateErrorCode, details?: string): MetaSays {
  return { code, title: titles[code], ...(details === undefined ? {} : { details }) };
}

/**
 * A problem of a template message.
 * @param detail what is wrong and what to do, without anything of the message's text
 * @param details Meta's wording, where it is known
 */
export function templateProblem(
  path: string,
  code: TemplateErrorCode,
  detail: string,
  details?: string,
): RequestProblem {
  return { path, detail, meta: metaSays(code, details) };
}

/** Meta's words for a number of parameters that is not the template's. */
export function countProblem(path: string, part: string, sent: number, expected: number) {
  const detail = `The template's ${part} takes ${expected} parameters, the request has ${sent}.`;
  return templateProblem(
    path,
    132000,
    detail,
    `${part}: number of localizable_params (${sent}) does not match the expected number of params (${expected})`,
  );
}

/** Meta's words for a parameter of the wrong kind; kinds in upper case, `UNKNOWN` for none at all. */
export function formatProblem(path: string, part: string, expected: string, received: string) {
  const have = received === 'UNKNOWN' ? 'has none' : `has ${received}`;
  return templateProblem(
    path,
    132012,
    `The template's ${part} takes a parameter of the kind ${expected}, the request ${have}.`,
    `${part}: Format mismatch, expected ${expected}, received ${received}`,
  );
}
