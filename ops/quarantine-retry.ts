import * as z from 'zod';
import type { OutgoingQueueName } from '../lambdas/inbox/outgoing-queues.port.ts';
import { readEnvelope } from '../lambdas/ingest/envelope.ts';
import { pack } from '../lambdas/ingest/pack.ts';
import { splitChanges } from '../lambdas/ingest/split.ts';
import { unpack } from '../lambdas/ingest/unpack.ts';
import {
  type WebhookMessage,
  webhookMessageSchema,
} from '../lambdas/ingest/webhook-message.schema.ts';
import type { WebhookQueue } from '../lambdas/ingest/webhook-queue.port.ts';
import { hash } from '../shared/hash.ts';
import { parseJson } from '../shared/json.ts';
import { mediaJobSchema, transcribeJobSchema } from '../shared/media/media-record.schema.ts';
import { PermanentError } from '../shared/runtime/errors.ts';
import { objectsToTake } from './objects-to-take.ts';
import { prefixesOf, quarantined, retryPrefix } from './quarantine-objects.ts';
import type { SetAside } from './set-aside.port.ts';
import type { SetAsideObjects, StoredObject } from './set-aside-objects.port.ts';
import { type TellPorts, tellAgain } from './tell-again.ts';

/** What a retry needs from outside. */
export interface RetryPorts extends TellPorts {
  objects: SetAsideObjects;
  webhookQueue: WebhookQueue;
}

/** Which objects are meant. */
export interface Choice {
  kind: string;
  /** `2026-11-22`; undefined for all. */
  day: string | undefined;
}

/** What puts an object's content where it came from, or why nothing does. */
type WayBack = (() => Promise<void>) | string;

const itemChangeSchema = z.object({
  sequenceNumber: z.string(),
  before: z.record(z.string(), z.string()).optional(),
  after: z.record(z.string(), z.string()),
});

const waysBack: Readonly<
  Record<string, (text: string, day: string, ports: RetryPorts) => WayBack | Promise<WayBack>>
> = {
  webhook(text, day, ports) {
    const { changes, problem } = readEnvelope(text);
    return problem ? `still ${problem}` : () => queueChanges(changes, day, ports);
  },
  async message(text, _day, { store, webhookQueue }) {
    try {
      await unpack(text, store);
    } catch (error) {
      if (error instanceof PermanentError) return 'still no message of webhook-events';
      if (error instanceof Error && error.name === 'NoSuchKey') return 'its content has expired';
      throw error;
    }
    return () => webhookQueue.send([{ groupId: 'quarantine', body: text }]);
  },
  element: elementBack,
  unrecognised: elementBack,
  event(text, _day, ports) {
    const change = itemChangeSchema.safeParse(jsonIn(text)).data;
    return change
      ? () => tellAgain([{ ...change, before: change.before }], ports)
      : 'SQS refused this event: have it told again with POST /whatsapp-republish';
  },
  media: (text, _day, ports) => jobBack('mediaJobs', mediaJobSchema, text, ports),
  transcribe: (text, _day, ports) => jobBack('transcribeJobs', transcribeJobSchema, text, ports),
  send: () => 'a send ends by itself when its time is over: whoever sent it sends again',
};

/** The objects that are meant, to be taken one after the other, and left alone. */
export function chosenObjects(
  { kind, day }: Choice,
  objects: SetAsideObjects,
): Omit<SetAside<StoredObject>, 'sendBack'> {
  const fits = (object: StoredObject) => day === undefined || quarantined(object).day === day;
  return {
    take: objectsToTake(objects, prefixesOf(kind), fits),
    orderOf: ({ key }) => key,
    remove: ({ key }) => objects.remove(key),
    release: async () => undefined,
  };
}

/**
 * Objects on their way back to where they came from. Each is moved out of its place before it is sent: what
 * nobody understands this time either is set aside in that place again, and must not be deleted there.
 */
export function retriedObjects(choice: Choice, ports: RetryPorts): SetAside<StoredObject> {
  const { objects } = ports;
  const waitingKey = (key: string) => (key.startsWith(retryPrefix) ? key : `${retryPrefix}${key}`);
  return {
    ...chosenObjects(choice, objects),
    async sendBack(object) {
      const text = Buffer.from(await objects.get(object.key)).toString();
      const { kind, day } = quarantined(object);
      const wayBack = await waysBack[kind]?.(text, day, ports);
      if (typeof wayBack !== 'function') {
        return wayBack ?? 'nobody knows where this kind came from';
      }
      if (!object.key.startsWith(retryPrefix)) {
        await objects.copy(object.key, waitingKey(object.key));
        await objects.remove(object.key);
      }
      await wayBack();
      return undefined;
    },
    remove: ({ key }) => objects.remove(waitingKey(key)),
  };
}

function elementBack(text: string, day: string, ports: RetryPorts): WayBack {
  const change = webhookMessageSchema.shape.changes.element.safeParse(jsonIn(text)).data;
  return change ? () => queueChanges([change], day, ports) : 'still no change of a webhook';
}

/**
 * When they came is not kept, but for the day. They count as its first: what came on the day on which its
 * number changed hands is then not told to the new owner.
 */
async function queueChanges(
  changes: WebhookMessage['changes'],
  day: string,
  { store, webhookQueue }: RetryPorts,
): Promise<void> {
  const bundles = splitChanges(changes, `${day}T00:00:00.000Z`);
  await webhookQueue.send(await Promise.all(bundles.map((bundle) => pack(bundle, store))));
}

function jobBack(
  queueName: OutgoingQueueName,
  schema: typeof mediaJobSchema | typeof transcribeJobSchema,
  body: string,
  { queues }: RetryPorts,
): WayBack {
  const job = schema.safeParse(jsonIn(body)).data;
  if (!job) {
    return 'still no job';
  }
  return async () => {
    const groupId = hash(job.message.organizationId);
    const [result] = await queues.send(queueName, [{ groupId, body }]);
    if (result !== 'sent') throw new Error(`The queue does not take a job: ${result}`);
  };
}

function jsonIn(text: string): unknown {
  const json = parseJson(text);
  return json.ok ? json.value : undefined;
}
