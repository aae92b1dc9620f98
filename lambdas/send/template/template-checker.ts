import { Problem } from '../../../shared/http/problem.ts';
import type { Address } from '../message/address.ts';
import type { TemplateContent } from '../message/template.schema.ts';
import { type RenderedTemplate, renderTemplate } from './render-template.ts';
import { type TemplatePorts, templateLibrary, type WabaOwner } from './template-library.ts';
import { metaSays } from './template-problem.ts';
import { doesNotExist, recipientProblem, statusProblem } from './template-status.ts';
import { checkTemplate } from './validate-template.ts';

/** A template message that Meta would take. */
export interface CheckedTemplate {
  /** What the customer will see. */
  rendered: RenderedTemplate;
  /** Meta's: `MARKETING`, `UTILITY`, `AUTHENTICATION`, or another yet. */
  category: string;
}

/** Checks template messages before Meta is called. */
export interface TemplateChecker {
  /** @throws Problem with what Meta would refuse, or that the template is not known and Meta cannot be asked */
  check(
    sender: WabaOwner,
    content: TemplateContent,
    recipientKind: Address['kind'],
  ): Promise<CheckedTemplate>;
}

/** Checks template messages against what Meta says of its templates. */
export function templateChecker(ports: TemplatePorts): TemplateChecker {
  const library = templateLibrary(ports);
  return {
    async check({ organizationId, wabaId }, content, recipientKind) {
      const { name, language } = content;
      const { definition } = await library.find({ organizationId, wabaId }, name, language.code);
      if (!definition) {
        const detail = `The account has no template ${name} in the language ${language.code}.`;
        const meta = metaSays(132001, doesNotExist(name, language.code));
        const problems = [{ path: 'message.template.name', detail, meta }];
        throw new Problem('not-found', { detail, problems, meta });
      }
      const unsendable = statusProblem(definition) ?? recipientProblem(definition, recipientKind);
      if (unsendable) {
        const { detail, meta } = unsendable;
        throw new Problem('template-not-sendable', { detail, problems: [unsendable], meta });
      }
      const problems = checkTemplate(definition, content);
      if (problems.length > 0) {
        throw new Problem('template-parameters-invalid', {
          detail: 'The message does not fit its template: Meta would refuse it.',
          problems,
          meta: problems[0]?.meta,
        });
      }
      return { rendered: renderTemplate(definition, content), category: definition.category };
    },
  };
}
