import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ledgerInDynamoDb } from '../lambdas/ingest/ledger.dynamodb.ts';
import { startDynamoDb } from '../local/engines/dynoxide.ts';
import type { InboxEvent } from '../shared/events/inbox-event.schema.ts';
import { orderKeyOf } from '../shared/events/order-key.ts';
import type { Measurement, Row } from './measurement.ts';

const events = 1000;
const rounds = 5;
const at = '2026-11-22T10:00:00.000Z';
const tableName = 'Bench';

function eventOf(index: number): InboxEvent {
  return {
    schemaVersion: 1,
    eventId: `event ${index}`,
    type: 'message.received',
    occurredAt: at,
    receivedAt: at,
    orderKey: orderKeyOf(at, at, index),
    organizationId: 'bench',
    message: { id: `wamid.${index}`, type: 'text', text: { body: 'hello '.repeat(20) } },
    window: { expiresAt: at },
  };
}

const median = (figures: number[]) => figures.sort((one, other) => one - other)[rounds >> 1] ?? 0;

/** A thousand events that are stored at the same time, against each alone in its moment. */
export const eventInserts: Measurement = {
  title: `${events} events into the table, medians of ${rounds} interleaved rounds`,
  minutes: 0.5,
  async run() {
    const directory = mkdtempSync(path.join(os.tmpdir(), 'nexus-bench-'));
    const engine = await startDynamoDb(directory, console.error);
    const client = new DynamoDBClient({
      endpoint: await engine.address(),
      region: 'eu-west-1',
      credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
    });
    let requests = 0;
    client.middlewareStack.add(
      (next) => (input) => {
        requests++;
        return next(input);
      },
      { step: 'build' },
    );
    const [pk, sk] = ['pk', 'sk'];
    await client.send(
      new CreateTableCommand({
        TableName: tableName,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [
          { AttributeName: pk, KeyType: 'HASH' },
          { AttributeName: sk, KeyType: 'RANGE' },
        ],
        AttributeDefinitions: [pk, sk].map((name) => ({ AttributeName: name, AttributeType: 'S' })),
      }),
    );
    const ledger = ledgerInDynamoDb(client, {
      tableName,
      retentionDays: async () => 30,
      now: () => new Date(at),
    });
    const store = (round: string, index: number) =>
      ledger.storeEvent({ key: `MSG#${round} ${index}`, event: eventOf(index) });
    const together = (round: string) =>
      Promise.all(Array.from({ length: events }, (_, index) => store(round, index)));
    const alone = async (round: string) => {
      let next = 0;
      const worker = async () => {
        while (next < events) {
          const index = next++;
          // A turn of the event loop to itself: nothing to be collected with.
          await new Promise((resolve) => setImmediate(resolve));
          await store(round, index);
        }
      };
      await Promise.all(Array.from({ length: 50 }, worker));
    };

    async function timed(work: () => Promise<unknown>) {
      requests = 0;
      const [cpu, start] = [process.cpuUsage(), performance.now()];
      await work();
      const { user, system } = process.cpuUsage(cpu);
      return { requests, wallMs: performance.now() - start, cpuMs: (user + system) / 1000 };
    }

    const cases = {
      'at the same time': (round: number) => together(`together ${round}`),
      'each alone': (round: number) => alone(`alone ${round}`),
      'at the same time, all there already': (round: number) => together(`together ${round}`),
    };
    await timed(() => together('warm-up'));
    const figures = new Map<string, Awaited<ReturnType<typeof timed>>[]>();
    for (let round = 0; round < rounds; round++) {
      for (const [name, work] of Object.entries(cases)) {
        figures.set(name, [...(figures.get(name) ?? []), await timed(() => work(round))]);
      }
    }
    client.destroy();
    await engine.stop();
    rmSync(directory, { recursive: true, force: true });
    return [...figures].map(
      ([name, runs]): Row => ({
        case: name,
        requests: median(runs.map((run) => run.requests)),
        wallMs: Math.round(median(runs.map((run) => run.wallMs))),
        cpuMs: Math.round(median(runs.map((run) => run.cpuMs))),
      }),
    );
  },
};
