import * as z from 'zod';
import { initialSecrets, metaEnvironment, startDemoGraph, startMeta } from '../local/meta/demo.ts';
import { type LocalStack, startStack } from '../local/stack.ts';
import { CommandError } from '../ops/command-error.ts';
import { readLocalRun } from '../ops/local-run.ts';
import type { Delivered } from './delivered.schema.ts';
import { recordOfEvent } from './own-report.ts';
import type { Receiver } from './receiver.port.ts';

const stackSchema = z.object({
  apiUrl: z.string(),
  webhookUrl: z.string(),
  appSecret: z.string(),
  verifyToken: z.string(),
  organizationId: z.string(),
  phoneNumberId: z.string(),
  wabaId: z.string(),
  otherOrganizationId: z.string(),
  otherPhoneNumberId: z.string(),
  otherWabaId: z.string(),
});

const eventsSchema = z.array(z.object({ n: z.number(), event: z.unknown() }));

const name = 'nexus-whatsapp';
const idleMs = 15_000;

/** The stack of "npm start", where it runs. */
export async function runningStack(): Promise<Receiver | undefined> {
  try {
    const run = readLocalRun(stackSchema, 'none');
    await fetch(new URL('/_local/health', run.apiUrl));
    return receiverOf(run, async () => undefined);
  } catch {
    // There is no file, or one of a run that was killed.
    return undefined;
  }
}

/** Boots what "npm start" boots, for one run. */
export async function bootedStack(): Promise<Receiver> {
  const graph = await startDemoGraph();
  let meta: Awaited<ReturnType<typeof startMeta>> | undefined;
  let stack: LocalStack | undefined;
  async function stop(): Promise<void> {
    meta?.stop();
    await stack?.stop();
    await graph.stop();
  }
  try {
    stack = await startStack({
      secrets: initialSecrets,
      environment: async (context) => metaEnvironment(graph, context),
      routes: async (context) => {
        meta = await startMeta(context, graph);
        return meta.routes;
      },
      warm: false,
      // What the made-up files of the cases lead to is no news.
      log: () => undefined,
    });
    return receiverOf(stackSchema.parse({ ...meta?.info, apiUrl: stack.url }), stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

function receiverOf(run: z.output<typeof stackSchema>, stop: () => Promise<void>): Receiver {
  const { apiUrl, webhookUrl, appSecret, verifyToken } = run;
  const records: Delivered[] = [];
  let read = 0;
  return {
    ...{ name, webhookUrl, appSecret, verifyToken, notClaimed: {}, idleMs, stop },
    numbers: {
      north: {
        phoneNumberId: run.phoneNumberId,
        wabaId: run.wabaId,
        tenant: run.organizationId,
      },
      south: {
        phoneNumberId: run.otherPhoneNumberId,
        wabaId: run.otherWabaId,
        tenant: run.otherOrganizationId,
      },
    },
    async report() {
      const response = await fetch(new URL(`/_local/events?after=${read}`, apiUrl));
      if (!response.ok) {
        throw new CommandError(
          'The local run delivers its events elsewhere: start it without --events-endpoint, or end it.',
        );
      }
      const events = eventsSchema.parse(await response.json());
      read = events.at(-1)?.n ?? read;
      records.push(...events.map(({ event }) => recordOfEvent(event)));
      return records;
    },
  };
}
