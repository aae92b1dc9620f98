import { describe, expect, it } from '@jest/globals';
import { invokeAsynchronously } from '../../local/event-sources/asynchronous.ts';

describe('an asynchronous invocation', () => {
  it.each([
    [0, 1],
    [1, 2],
    [2, 3],
    [9, 3],
  ])('that fails %i times is tried %i times', async (failures, tries) => {
    let invoked = 0;
    const invoke = async () => {
      if (++invoked <= failures) throw new Error('failed');
    };
    await invokeAsynchronously(invoke, new AbortController().signal, [1, 1]);
    expect(invoked).toBe(tries);
  });

  it('is not tried again when the stack stops', async () => {
    const stop = new AbortController();
    let invoked = 0;
    const invoke = async () => {
      invoked++;
      throw new Error('failed');
    };
    const over = invokeAsynchronously(invoke, stop.signal);
    stop.abort();
    await over;
    expect(invoked).toBe(1);
  });
});
