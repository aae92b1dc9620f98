import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { bootedStack } from '../../conformance/own-stack.ts';
import { readCases } from '../../conformance/read-cases.ts';
import type { Receiver } from '../../conformance/receiver.port.ts';
import { runCases } from '../../conformance/run-cases.ts';

let receiver: Receiver;
beforeAll(async () => {
  receiver = await bootedStack();
}, 60_000);
afterAll(() => receiver?.stop());

/** The largest bodies go through in test/e2e/webhook-to-inbox.test.ts. */
const cases = readCases().filter(
  ({ area, name }) => area !== 'limits' && name !== 'duplicate-batches-at-once',
);

it('this project is right in every case', async () => {
  const results = await runCases(cases, receiver);
  expect(results.filter(({ outcome }) => outcome !== 'passed')).toEqual([]);
}, 180_000);
