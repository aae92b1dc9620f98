import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { typesSource } from '../../client/generate-types.ts';
import { byOrderKey, readEvent, textOf } from '../../client/src/event.ts';

const typesFile = path.resolve(import.meta.dirname, '../../client/src/types.ts');

it('the committed types are those that are generated now', async () => {
  expect(readFileSync(typesFile, 'utf8') === (await typesSource())).toBe(true);
});

it.each(['', 'null', '[]', '7', '{"eventId":"1"}', '{"eventId":"1","type":"a"}'])(
  'takes %j for no event',
  (text) => {
    expect(() => readEvent(text)).toThrow();
  },
);

it('sorts by orderKey as text', () => {
  const keys = ['2026-01-01/b', '2025-12-31/z', '2026-01-01/a', '2026-01-01/a'];
  const sorted = keys.map((orderKey) => ({ orderKey })).toSorted(byOrderKey);
  expect(sorted.map(({ orderKey }) => orderKey)).toEqual(keys.toSorted());
});

describe('the text of a message', () => {
  it.each<[string, Record<string, unknown>, string | undefined]>([
    ['text', { body: 'hello' }, 'hello'],
    ['image', { id: '1', caption: 'my door' }, 'my door'],
    ['button', { text: 'Yes', payload: 'yes' }, 'Yes'],
    ['interactive', { type: 'button_reply', button_reply: { id: '1', title: 'Stop' } }, 'Stop'],
    ['interactive', { type: 'list_reply', list_reply: { id: '1', title: 'Blue' } }, 'Blue'],
    ['audio', { id: '1', voice: true }, undefined],
  ])('of type %s', (type, content, text) => {
    expect(textOf({ id: 'w', type, [type]: content })).toBe(text);
  });

  it('is none of a message that is not as Meta documents it', () => {
    for (const message of [{}, { type: 'text' }, { type: 'text', text: null }, { type: 7 }]) {
      expect(textOf(message)).toBeUndefined();
    }
  });
});
