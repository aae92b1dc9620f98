import type { RequestProblem } from '../../../shared/http/problem.ts';
import type { Address } from '../message/address.ts';
import type { TemplateDefinition } from './template-definition.schema.ts';
import { templateProblem } from './template-problem.ts';

/** Meta's wording for a template that it does not have, or does not let anybody send yet. */
export function doesNotExist(name: string, language: string): string {
  return `template name (${name}) does not exist in ${language}`;
}

/**
 * Why nobody can send a template now; undefined where it can be sent.
 * Source: Meta, "Template status"; only APPROVED can be sent.
 */
export function statusProblem({
  name,
  language,
  status,
}: TemplateDefinition): RequestProblem | undefined {
  const path = 'message.template.name';
  switch (status.toUpperCase()) {
    case 'APPROVED':
      return undefined;
    case 'PAUSED':
      return templateProblem(
        path,
        132015,
        'Meta has paused the template because of its quality rating. It is resumed after some hours, or can be edited in WhatsApp Manager.',
      );
    case 'DISABLED':
      return templateProblem(
        path,
        132016,
        'Meta has disabled the template for good because of its quality rating. Create another one.',
      );
    default:
      return templateProblem(
        path,
        132001,
        `The template's status is ${status || 'not known'}: only an approved template can be sent.`,
        doesNotExist(name, language),
      );
  }
}

const commerceButtons: readonly string[] = ['CATALOG', 'MPM', 'SPM'];

/**
 * Why a template cannot go to this kind of recipient.
 * Source: Meta, "Business-scoped user IDs" (131062), "Groups API" (130501).
 */
export function recipientProblem(
  { category, components }: TemplateDefinition,
  recipientKind: Address['kind'],
): RequestProblem | undefined {
  const isAuthentication = category.toUpperCase() === 'AUTHENTICATION';
  if (recipientKind === 'user' && isAuthentication) {
    return templateProblem(
      'message.recipient',
      131062,
      'An authentication template needs a phone number in `to`: Meta sends none to a business-scoped user id.',
    );
  }
  const sells = components.some(
    ({ format, buttons = [] }) =>
      format?.toUpperCase() === 'PRODUCT' ||
      buttons.some(({ type }) => commerceButtons.includes(type.toUpperCase())),
  );
  if (recipientKind === 'group' && (isAuthentication || sells)) {
    return templateProblem(
      'message.to',
      130501,
      'A group takes templates of text and media only. Send this one to a person.',
    );
  }
  return undefined;
}
