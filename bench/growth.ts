import { normalise } from '../lambdas/ingest/normalise.ts';
import { receiveWebhook } from '../lambdas/ingest/receive-webhook.ts';
import { type LocalStack, startStack } from '../local/stack.ts';
import { occasionalNotes } from '../shared/doctor/occasional-notes.ts';
import type { ConnectedNumber } from '../shared/routing/route.port.ts';
import { routeItems } from '../shared/routing/route-items.ts';
import { MemoryConnections } from '../test/fakes/memory-connections.ts';
import { MemoryObjectStore } from '../test/fakes/memory-object-store.ts';
import { MemoryWebhookQueue } from '../test/fakes/memory-queues.ts';
import { MemorySendLedger } from '../test/fakes/memory-send-ledger.ts';
import { MemorySettings } from '../test/fakes/memory-settings.ts';
import { MemoryTable } from '../test/fakes/memory-table.ts';
import type { Measurement, Row } from './measurement.ts';
import { percentile, rounded } from './statistics.ts';
import { appSecret, post, requestsOf, untilReceived } from './webhook-requests.ts';
import { mixedWebhook, sampleNumber, textBody } from './webhook-samples.ts';

const updateCounts = [10, 100, 1000, 10_000];
const rounds = 7;
/** So many updates a turn at least, in several webhooks where one has fewer: for the clock's sake. */
const updatesATurn = 1000;

const organisationCounts = [1, 100, 10_000];
const messages = 40;
const batchWrite = 25;

/** What one update, and one message, costs where there are ever more of them. */
export const growth: Measurement = {
  title: `what an update costs by the updates in its webhook (table in memory, medians of ${rounds} interleaved rounds), and a message by the organisations in the table (local stack, medians of ${messages})`,
  minutes: 2,
  run: async () => [...(await byUpdates()), ...(await byOrganisations())],
};

async function byUpdates(): Promise<Row[]> {
  const turns = updateCounts.map((updates) => ({
    ...{ updates, webhook: mixedWebhook(updates), µs: [] as number[] },
  }));
  for (let round = -2; round < rounds; round++) {
    for (const { updates, webhook, µs } of turns) {
      const repeats = Math.ceil(updatesATurn / updates);
      let ms = 0;
      for (let repeat = 0; repeat < repeats; repeat++) ms += await timeThrough(webhook);
      if (round >= 0) µs.push((ms * 1000) / (repeats * updates));
    }
  }
  const least = percentile(turns[0]?.µs ?? [], 50);
  return turns.map(({ updates, µs }) => ({
    of: `${updates} updates in a webhook`,
    'µs an update': rounded(percentile(µs, 50)),
    'x the first': rounded(percentile(µs, 50) / least, 2),
  }));
}

/** From the signature to the stored events, of a number whose customers are all new. */
async function timeThrough({ body, signature, ...secret }: ReturnType<typeof mixedWebhook>) {
  const table = new MemoryTable([sampleNumber]);
  const [queue, store] = [new MemoryWebhookQueue(), new MemoryObjectStore()];
  const now = () => new Date();
  const start = performance.now();
  await receiveWebhook(body, signature, {
    appSecret: { read: async () => ({ appSecrets: [secret.appSecret], verifyTokens: [] }) },
    ...{ queue, store, now },
  });
  for (const message of queue.messages) {
    await normalise(message.body, {
      ...{ routes: table, aliases: table, ledger: table, sendFacts: table, store, now },
      ...{ connections: new MemoryConnections(), sends: new MemorySendLedger() },
      ...{ settings: new MemorySettings(), rawBucket: 'raw' },
      noteSightings: occasionalNotes(table, () => undefined),
    });
  }
  return performance.now() - start;
}

async function byOrganisations(): Promise<Row[]> {
  const secret = { appSecrets: [appSecret], verifyTokens: ['token'] };
  const stack = await startStack({ secrets: { AppSecret: JSON.stringify(secret) } });
  try {
    const rows: Row[] = [];
    let [connected, received] = [0, 0];
    for (const organisations of organisationCounts) {
      await connect(stack, connected, organisations);
      connected = organisations;
      const before = await requestsOf(stack);
      const times: number[] = [];
      for (let index = 0; index < messages; index++) {
        const start = performance.now();
        // Each to another organisation where there are as many.
        await post(stack, textBody(numberAt((index * 241) % organisations), received));
        await untilReceived(stack, ++received);
        times.push(performance.now() - start);
      }
      rows.push({
        of: `${organisations} organisations in the table`,
        'ms a message': rounded(percentile(times, 50)),
        'requests a message': rounded(((await requestsOf(stack)) - before) / messages, 2),
      });
    }
    return rows;
  } finally {
    await stack.stop();
  }
}

function numberAt(index: number): ConnectedNumber {
  return {
    organizationId: `organisation-${index}`,
    ...{ wabaId: String(1_000_000 + index), phoneNumberId: String(2_000_000 + index) },
  };
}

async function connect(stack: LocalStack, from: number, to: number): Promise<void> {
  const items = Array.from({ length: to - from }, (_, index) => routeItems(numberAt(from + index)));
  const requests = items.flat().map((Item) => ({ PutRequest: { Item } }));
  const table = stack.outputs['TableName'] ?? '';
  for (let done = 0; done < requests.length; done += batchWrite) {
    const RequestItems = { [table]: requests.slice(done, done + batchWrite) };
    await stack.awsCall('dynamodb', 'BatchWriteItem', { RequestItems });
  }
}
