import { createHmac } from 'node:crypto';
import { type ItemChange, publishChanges } from '../../lambdas/inbox/publish.ts';
import { type DrainPorts, drainConnected, sweep } from '../../lambdas/ingest/drain.ts';
import { normalise } from '../../lambdas/ingest/normalise.ts';
import { receiveWebhook } from '../../lambdas/ingest/receive-webhook.ts';
import type { QueuedMessage } from '../../lambdas/ingest/webhook-queue.port.ts';
import { occasionalNotes } from '../../shared/doctor/occasional-notes.ts';
import type { ConnectedNumber } from '../../shared/routing/route.port.ts';
import { PermanentError } from '../../shared/runtime/errors.ts';
import { sendItemKey, toldAttribute } from '../../shared/sends/send-item.ts';
import { MemoryConnections } from '../fakes/memory-connections.ts';
import { MemoryObjectStore } from '../fakes/memory-object-store.ts';
import { MemoryOutgoingQueues, MemoryWebhookQueue } from '../fakes/memory-queues.ts';
import { MemorySendLedger } from '../fakes/memory-send-ledger.ts';
import { MemorySettings } from '../fakes/memory-settings.ts';
import { MemoryTable } from '../fakes/memory-table.ts';
import { FaultSeam, Invocation } from './faults.ts';

const appSecret = 'an app secret';

const secretSource = {
  read: async () => ({ appSecrets: [appSecret], verifyTokens: ['token'] }),
};

/** Meta's signature of a body. */
export function sign(body: Uint8Array, secret = appSecret): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

/** The functions in a row over fakes, with everything that SQS and Lambda do when one of them dies. */
export class Pipeline {
  readonly table: MemoryTable;
  readonly connections = new MemoryConnections();
  readonly sends = new MemorySendLedger();
  readonly settings = new MemorySettings();
  readonly store = new MemoryObjectStore();
  readonly webhookQueue = new MemoryWebhookQueue();
  readonly inbox = new MemoryOutgoingQueues();
  readonly seam: FaultSeam;
  /** Messages of which the last attempt failed, with how often they were received. */
  readonly #receives = new Map<QueuedMessage, number>();
  /** Elements that nobody wanted. */
  unwanted = 0;
  #streamPosition = 0;
  #toldPosition = 0;
  #connectionPosition = 0;
  readonly #delays: Iterator<number, undefined>;
  #now = Date.parse('2026-11-22T10:00:00.000Z');

  /** @param delays how long the calls of `normalise` and `drain` take, in turn: what overtakes what. */
  constructor(
    routes: readonly ConnectedNumber[],
    seam = new FaultSeam(),
    delays: readonly number[] = [],
  ) {
    this.table = new MemoryTable(routes);
    this.seam = seam;
    this.#delays = delays.values();
  }

  /** Posts a webhook as Meta does: until it is accepted. */
  async post(webhook: unknown): Promise<void> {
    const body = Buffer.from(JSON.stringify(webhook));
    for (;;) {
      const invocation = new Invocation(this.seam);
      this.#now += 7;
      try {
        const outcome = await receiveWebhook(body, sign(body), {
          appSecret: invocation.through(secretSource),
          queue: invocation.through(this.webhookQueue),
          store: invocation.through(this.store),
          now: () => new Date(this.#now),
        });
        if (!invocation.crashed && outcome.kind === 'accepted') {
          return;
        }
      } catch {
        // Answered 503, or not at all: Meta sends it again.
      }
    }
  }

  /** Lets `workers` invocations of normalise run side by side, each with one message. */
  async normaliseSome(workers: number): Promise<void> {
    const messages = this.webhookQueue.messages.slice(0, workers);
    await Promise.all(
      messages.map(async (message) => {
        const invocation = new Invocation(this.seam);
        const done = await this.#normalise(message, invocation);
        if (done && !invocation.crashed) {
          this.webhookQueue.messages.splice(this.webhookQueue.messages.indexOf(message), 1);
        } else {
          const receives = (this.#receives.get(message) ?? 0) + 1;
          this.#receives.set(message, receives);
          if (receives > 8) {
            throw new Error('A message would have gone to the dead-letter queue');
          }
        }
      }),
    );
  }

  async #normalise({ body }: QueuedMessage, invocation: Invocation): Promise<boolean> {
    const table = invocation.through(this.#slow(this.table));
    const store = invocation.through(this.store);
    try {
      const { unwanted } = await normalise(body, {
        routes: table,
        aliases: table,
        ledger: table,
        sendFacts: table,
        connections: invocation.through(this.#slow(this.connections)),
        sends: invocation.through(this.#slow(this.sends)),
        settings: invocation.through(this.settings),
        noteSightings: occasionalNotes(table, () => undefined),
        store,
        rawBucket: 'raw',
        now: () => new Date(this.#now),
      });
      this.unwanted += unwanted;
      return true;
    } catch (error) {
      return error instanceof PermanentError;
    }
  }

  /** Lets publish have the next changes of the stream: messages and events have one shard, sends another. */
  async publishSome(batchSize = 100): Promise<void> {
    this.#streamPosition = await this.#publish(this.table.stream, this.#streamPosition, batchSize);
    this.#toldPosition = await this.#publish(this.#toldChanges, this.#toldPosition, batchSize);
  }

  /** @returns the position of the first change that was not published */
  async #publish(
    shard: readonly ItemChange[],
    position: number,
    batchSize: number,
  ): Promise<number> {
    const changes = shard.slice(position, position + batchSize);
    const invocation = new Invocation(this.seam);
    const result = await publishChanges(changes, {
      queues: invocation.through(this.inbox),
      store: invocation.through(this.store),
    }).catch(() => undefined);
    if (!result || invocation.crashed) {
      return position;
    }
    return result.retryFrom === undefined
      ? position + changes.length
      : Number(result.retryFrom) - 1;
  }

  get #toldChanges(): ItemChange[] {
    return this.sends.told.map(({ event }, index) => ({
      sequenceNumber: String(index + 1),
      before: undefined,
      after: {
        pk: sendItemKey(event.organizationId, event.sendId),
        [toldAttribute(event.status)]: JSON.stringify(event),
      },
    }));
  }

  /** Lets one invocation of drain have the routes that were written since the last. */
  async drainSome(): Promise<void> {
    const from = this.#connectionPosition;
    const owners = this.table.connections.slice(from);
    if (owners.length === 0) {
      return;
    }
    const changes = owners.map((owner, at) => ({ sequenceNumber: String(from + at), owner }));
    const invocation = new Invocation(this.seam);
    const { retryFrom } = await drainConnected(changes, this.#drainPorts(invocation));
    if (!invocation.crashed) {
      this.#connectionPosition = retryFrom === undefined ? from + owners.length : Number(retryFrom);
    }
  }

  /** Lets drain look for every owner with parked changes, as its schedule does. */
  async sweep(): Promise<void> {
    await sweep(this.#drainPorts(new Invocation(this.seam))).catch(() => undefined);
  }

  #drainPorts(invocation: Invocation): DrainPorts {
    const table = invocation.through(this.#slow(this.table));
    const queue = invocation.through(this.#slow(this.webhookQueue));
    return { routes: table, parked: table, queue };
  }

  /** A port whose calls take some turns to arrive and to be answered. */
  #slow<Port extends object>(port: Port): Port {
    const pause = async () => {
      for (let turns = this.#delays.next().value ?? 0; turns > 0; turns--) {
        await Promise.resolve();
      }
    };
    return new Proxy(port, {
      get(target, name) {
        const method: unknown = Reflect.get(target, name);
        if (name === 'constructor' || typeof method !== 'function') {
          return method;
        }
        return async (...parameters: unknown[]) => {
          await pause();
          const result: unknown = await Reflect.apply(method, target, parameters);
          await pause();
          return result;
        };
      },
    });
  }

  get isIdle(): boolean {
    return (
      this.webhookQueue.messages.length === 0 &&
      this.#streamPosition === this.table.stream.length &&
      this.#toldPosition === this.sends.told.length &&
      this.#connectionPosition === this.table.connections.length
    );
  }

  /** Runs until nothing is left to do. */
  async settle(workers = 2): Promise<void> {
    for (let round = 0; !this.isIdle; round++) {
      if (round > 10_000) {
        throw new Error('Never settles');
      }
      await this.normaliseSome(workers);
      await this.drainSome();
      await this.publishSome();
    }
  }
}
