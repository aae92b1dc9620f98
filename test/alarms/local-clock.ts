import { jest } from '@jest/globals';

const scheduleMs = 5 * 60_000;

/**
 * Lets a test set the local run's clock: of schedules, and of how old a message or a change is. Functions and
 * DynamoDB are processes of their own, and stay in the present. To be called before the stack boots.
 */
export function takeOverClock(): void {
  jest.useFakeTimers({
    advanceTimers: true,
    doNotFake: [
      ...(['nextTick', 'setImmediate', 'clearImmediate', 'queueMicrotask', 'hrtime'] as const),
      ...(['setTimeout', 'clearTimeout', 'performance'] as const),
    ],
  });
}

/** Back to the present. */
export function resetClock(): void {
  jest.setSystemTime(jest.getRealSystemTime());
}

/** Goes on in the future, in ms from now. Triggers no schedule. */
export function later(ms: number): void {
  jest.setSystemTime(jest.getRealSystemTime() + ms);
}

/** Does something in the past, in ms from now. It must not need a function: its time would be up. */
export async function ago(ms: number, act: () => Promise<unknown>): Promise<void> {
  later(-ms);
  await act();
  resetClock();
}

/** Triggers every schedule of five minutes or less, so many times. */
export function triggerSchedules(times = 1): void {
  jest.advanceTimersByTime(times * scheduleMs);
  resetClock();
}
