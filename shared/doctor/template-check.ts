import type { Finding } from './check.ts';
import type { Template } from './meta-answers.schema.ts';

/** What to do about the states in which somebody expects a template to work. Source: Meta, "Template status". */
const cureByStatus: Readonly<Record<string, string>> = {
  PAUSED:
    'A paused template is resumed after some hours; edit it in WhatsApp Manager, Message templates, if people block it.',
  DISABLED: 'A disabled template stays so: create another one in WhatsApp Manager.',
  REJECTED:
    'Edit a rejected template or appeal in WhatsApp Manager, Message templates: the reason stands there.',
};

const maxNamed = 5;

/** Which templates cannot be sent. They keep nothing else from working: a warning. */
export function templateFindings(templates: readonly Template[]): Finding[] {
  return Object.entries(cureByStatus).flatMap(([status, cure]): Finding[] => {
    const found = templates.filter((template) => template.status.toUpperCase() === status);
    if (found.length === 0) {
      return [];
    }
    const named = found.slice(0, maxNamed).map(({ name, language }) => `${name} (${language})`);
    const more = found.length > maxNamed ? ` and ${found.length - maxNamed} more` : '';
    return [{ status: 'warn', cause: `${status}: ${named.join(', ')}${more}.`, cure }];
  });
}

/** How many templates there are of each status, as text. */
export function templateDetails(templates: readonly Template[]): Record<string, string> {
  const counts = new Map<string, number>();
  for (const { status } of templates) {
    counts.set(status, (counts.get(status) ?? 0) + 1);
  }
  return Object.fromEntries([...counts].map(([status, count]) => [status, String(count)]));
}
