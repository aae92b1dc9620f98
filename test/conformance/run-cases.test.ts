import { describe, expect, it } from '@jest/globals';
import { greatDetail } from '../../conformance/peers/great-detail.ts';
import { kapso } from '../../conformance/peers/kapso.ts';
import { serve, type WebhookServer } from '../../conformance/peers/webhook-server.ts';
import { whatsappApiJs } from '../../conformance/peers/whatsapp-api-js.ts';
import { readCases } from '../../conformance/read-cases.ts';
import { type CaseResult, runCases } from '../../conformance/run-cases.ts';
import { smallReceiver } from './small-receiver.ts';

const cases = readCases();
const claimed = cases.filter(({ area }) => ['signature', 'batches', 'duplicates'].includes(area));

async function resultsOf(server: WebhookServer): Promise<CaseResult[]> {
  const receiver = await serve(server);
  try {
    return await runCases(claimed, receiver);
  } finally {
    await receiver.stop();
  }
}

async function failedAt(server: WebhookServer): Promise<string[]> {
  const results = await resultsOf(server);
  return results.flatMap(({ name, outcome }) => (outcome === 'failed' ? [name] : [])).sort();
}

const namesIn = (area: string) =>
  cases.filter((each) => each.area === area).map(({ name }) => name);

describe('the cases', () => {
  it('have names of their own and cover all areas', () => {
    const names = cases.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(cases.map(({ area }) => area)).size).toBe(17);
  });

  it('are passed by a small receiver that is right', async () => {
    expect(await failedAt(smallReceiver('none'))).toEqual([]);
  });

  it('are not counted where they are not claimed', async () => {
    const results = await resultsOf(smallReceiver('none'));
    expect(results.filter(({ outcome }) => outcome === 'not-claimed')).toEqual([
      {
        name: 'batch-names-of-two-people',
        area: 'batches',
        outcome: 'not-claimed',
        problems: ['it tells no names'],
      },
    ]);
  });

  it('catch a receiver that reads the first element alone', async () => {
    expect(await failedAt(smallReceiver('first-only'))).toEqual([
      'batch-message-and-status-in-one-value',
      'batch-message-change-and-status-change',
      'batch-odd-message-first',
      'batch-of-everything',
      'batch-two-changes',
      'batch-two-entries',
      'batch-two-messages',
      'batch-two-people',
      'batch-two-statuses',
      'duplicate-among-new',
      'duplicate-batches-at-once',
      'duplicate-texts-are-two-messages',
    ]);
  });

  it('catch a receiver that takes a repeat for news', async () => {
    const repeats = namesIn('duplicates').filter(
      (name) => name !== 'duplicate-texts-are-two-messages',
    );
    expect(await failedAt(smallReceiver('no-dedupe'))).toEqual(repeats.sort());
  });

  it('catch a receiver that believes anybody', async () => {
    const forged = namesIn('signature').filter(
      (name) => !['signature-right', 'signature-with-sha1'].includes(name),
    );
    expect(await failedAt(smallReceiver('no-signature'))).toEqual(forged.sort());
  });

  it('say what is wrong in the words of the case', async () => {
    const results = await resultsOf(smallReceiver('no-dedupe'));
    expect(results.find(({ name }) => name === 'duplicate-body')?.problems).toEqual([
      'message {id:a}: delivered 2 times',
    ]);
  });
});

/** Of what a newer version mends, README's table is out of date. */
it.each([
  [kapso, []],
  [whatsappApiJs, namesIn('batches')],
  [greatDetail, []],
])('the table of peers is right in what stands in it of $name', async (peer, failed) => {
  expect(await failedAt(peer)).toEqual(failed.toSorted());
});
