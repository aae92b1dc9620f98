import type { Finding } from './check.ts';
import type { Template } from './meta-answers.schema.ts';

const manager = 'WhatsApp Manager, Message templates';

/** These are as they should be: of them the number says enough. */
const unremarkable = ['APPROVED', 'PENDING'];

const maxNamed = 5;

/**
 * Which templates somebody has to do something about: a template that Meta has disabled was in use and
 * stays so. A paused one is resumed by itself, and of a rejected one nobody expects that it works; both
 * are among the details. Source: Meta, "Template status", "Template pausing".
 */
export function templateFindings(templates: readonly Template[]): Finding[] {
  const disabled = templates.filter(({ status }) => status === 'DISABLED');
  const isNoneApproved =
    templates.length > 0 && !templates.some(({ status }) => status === 'APPROVED');
  const findings: Finding[] = [];
  if (disabled.length > 0) {
    findings.push({
      status: 'warn',
      cause: `DISABLED: ${named(disabled)}.`,
      cure: `A disabled template stays so. ${manager}: create another one.`,
    });
  }
  if (isNoneApproved) {
    findings.push({
      status: 'warn',
      cause: 'No template can be sent: none is APPROVED.',
      cure: `${manager}: see why each is not. A paused one is resumed after some hours; a rejected one can be edited or appealed.`,
    });
  }
  return findings;
}

/** How many templates there are of each status, and which cannot be sent, as text. */
export function templateDetails(templates: readonly Template[]): Record<string, string> {
  const byStatus = Object.groupBy(templates, ({ status }) => status);
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, found = []]) => [
      status,
      unremarkable.includes(status) ? `${found.length}` : `${found.length}: ${named(found)}`,
    ]),
  );
}

function named(templates: readonly Template[]): string {
  const names = templates.slice(0, maxNamed).map(({ name, language }) => `${name} (${language})`);
  const more = templates.length > maxNamed ? ` and ${templates.length - maxNamed} more` : '';
  return `${names.join(', ')}${more}`;
}
