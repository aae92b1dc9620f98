import { readFileSync } from 'node:fs';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Reads an HTML file. What comes back gives the page with a text at each `{{name}}`, escaped: none of
 * them becomes markup. Throws where the file cannot be read.
 */
export function htmlPage(file: string): (texts: Readonly<Record<string, string>>) => string {
  const html = readFileSync(file, 'utf8');
  return (texts) =>
    html.replace(/\{\{(\w+)\}\}/g, (_, name: string) =>
      (texts[name] ?? '').replace(/[&<>"']/g, (sign) => entities[sign] ?? ''),
    );
}
