import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { redactor } from '../../ops/redaction.ts';

const fixtures = path.resolve(import.meta.dirname, '../fixtures/inbound');

/** All strings in a value that a person has written, or that lead to one. */
function personal(value: unknown): string[] {
  if (typeof value === 'string') return /\d{7}|[^!-~]/.test(value) ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(personal) : [];
}

describe('redacted', () => {
  it('no fixture shows a text or a number', () => {
    let looked = 0;
    for (const name of readdirSync(fixtures).filter((file) => file.endsWith('.json'))) {
      const { webhook } = JSON.parse(readFileSync(path.join(fixtures, name), 'utf8'));
      const shown = JSON.stringify(redactor()({ ...webhook, nested: JSON.stringify(webhook) }));
      for (const text of personal(webhook)) {
        looked++;
        expect(shown).not.toContain(JSON.stringify(text).slice(1, -1));
      }
    }
    expect(looked).toBeGreaterThan(1000);
  });

  it('structure, vocabulary and equality are left', () => {
    const redact = redactor();
    const value = { type: 'text', from: '966500000001', to: ['966500000001', '1', '2', '3', '4'] };
    const mark = expect.stringMatching(/^text\(12\)#[\w-]{6}$/);
    const shown = redact(value);
    expect(shown).toEqual({
      type: 'text',
      from: mark,
      to: [mark, expect.anything(), expect.anything(), 'and 2 more'],
    });
    expect(redact(value)).toEqual(shown);
    expect(redactor()(value)).not.toEqual(shown);
  });

  it.each([
    { '+966500000001': 1 },
    { type: '966500000001' },
    { reason: 'Call me: it is urgent' },
    { price: 966500000001 },
    '966500000001',
    'EAAGtoken',
  ])('nothing of %j', (value) => {
    expect(JSON.stringify(redactor()(value))).not.toMatch(/966500000001|urgent|EAAG/);
  });
});
