import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { expect, it } from '@jest/globals';
import { promptsOn } from '../../ops/prompts.ts';

/** A terminal on which each of the inputs is typed once its question is there. */
function terminal(...typed: string[]) {
  const input = new PassThrough();
  const screen = { text: '' };
  const output = new PassThrough();
  output.on('data', (chunk) => {
    screen.text += chunk;
    if (stripVTControlCharacters(screen.text).endsWith('? ')) {
      setImmediate(() => input.write(typed.shift() ?? ''));
    }
  });
  const interrupts: string[] = [];
  const prompts = promptsOn(input, output, () => interrupts.push(screen.text));
  return { prompts, screen, interrupts, input };
}

const complaint = (answer: string) => (answer === 'right' ? undefined : 'Not that.');

it('asks until the answer is right', async () => {
  const { prompts, screen } = terminal('wrong\r', '  right \r');
  expect(await prompts.ask('What? ', complaint)).toBe('right');
  expect(screen.text).toContain('wrong');
  expect(screen.text).toContain('Not that.\n');
});

it('does not show what is typed into a hidden question', async () => {
  const { prompts, screen } = terminal('wrong\r', 'rigxx\b\bht\r');
  expect(await prompts.askHidden('What? ', complaint)).toBe('right');
  expect(screen.text).toBe('What? \nNot that.\nWhat? \n');
});

it('does not give a secret back with the arrow that brings older lines', async () => {
  const { prompts } = terminal('right\r', '\u001b[A\r');
  await prompts.askHidden('What? ', complaint);
  expect(await prompts.ask('And? ', () => undefined)).toBe('');
});

it('hears Ctrl-C', async () => {
  const { prompts, interrupts, input } = terminal('\u0003');
  const answer = prompts.askHidden('What? ', complaint);
  while (interrupts.length === 0) await new Promise(setImmediate);
  input.write('right\r');
  expect(await answer).toBe('right');
});

it('ends with the input', async () => {
  const { prompts } = terminal('\u0004');
  await expect(prompts.ask('What? ', complaint)).rejects.toThrow('The input has ended.');
});
