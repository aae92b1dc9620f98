import { type DeliverPorts, deliver } from '../../lambdas/send/deliver.ts';
import { type SendAnswer, type SendPorts, send } from '../../lambdas/send/send.ts';
import type { QueuedSend } from '../../lambdas/send/send-queue.port.ts';
import type { SendRequest } from '../../lambdas/send/send-request.schema.ts';
import { settleOpenSends } from '../../lambdas/send/settle.ts';
import type { Graph, GraphAnswer, GraphError } from '../../shared/graph/graph.port.ts';
import { graphErrorKind } from '../../shared/graph/graph-errors.ts';
import { Problem } from '../../shared/http/problem.ts';
import { isJsonObject } from '../../shared/json.ts';
import { acceptByStatus } from '../../shared/sends/accept-by-status.ts';
import { readCallbackData } from '../../shared/sends/send-id.ts';
import {
  MemoryConversations,
  MemoryMediaOwners,
  MemoryMessages,
} from '../fakes/memory-messages.ts';
import { MemoryObjectStore } from '../fakes/memory-object-store.ts';
import { MemoryPace } from '../fakes/memory-pace.ts';
import { MemorySendLedger } from '../fakes/memory-send-ledger.ts';
import { MemorySendQueue } from '../fakes/memory-send-queue.ts';
import { FaultSeam, Invocation } from '../pipeline/faults.ts';
import { MemoryCredentials } from './tmp-credentials.ts';

/** The number and the organisation that send. */
export const sender = { organizationId: 'org-1', phoneNumberId: '1001', wabaId: '2001' };

/** What Meta does with a message: takes it, or refuses it with a code. */
export type MetaReaction = 'accept' | number;

/** How a scenario is set up. */
export interface Scenario {
  delivery?: 'now' | 'queued';
  /** What Meta does with the first calls, in turn; then it accepts. */
  reactions?: readonly MetaReaction[];
  /** What a failed call to Meta without effect looks like to the caller. */
  failure?: 'unsent' | 'ambiguous';
  /** The status webhook is handled before the call returns, or when everything else is over. */
  webhook?: 'early' | 'late';
  /** By how many turns each request starts after the one before. */
  delays?: readonly number[];
}

/** Ports with something in them changed: how a bug is planted. */
export type Sabotage = (ports: SendPorts & DeliverPorts) => Partial<SendPorts & DeliverPorts>;

/** The send path over fakes, with a Meta that counts what it accepts, and everything that can die dying. */
export class SendWorld {
  readonly ledger = new MemorySendLedger();
  readonly queue = new MemorySendQueue();
  readonly messages = new MemoryMessages();
  readonly credentials = new MemoryCredentials([
    { organizationId: sender.organizationId, wabaId: sender.wabaId },
  ]);
  readonly seam: FaultSeam;
  /** The messages that Meta has accepted, in order. */
  readonly accepted: { messageId: string; sendId: string }[] = [];
  /** What the callers were told, in order. */
  readonly answers: (SendAnswer | Problem)[] = [];
  readonly #scenario: Scenario;
  readonly #sabotage: Sabotage;
  readonly #pace = new MemoryPace();
  readonly #conversations = new MemoryConversations();
  readonly #mediaOwners = new MemoryMediaOwners();
  readonly #store = new MemoryObjectStore();
  readonly #everQueued = new Set<QueuedSend>();
  #calls = 0;
  #nowMs = Date.parse('2026-11-22T10:00:00.000Z');

  constructor(scenario: Scenario, seam = new FaultSeam(), sabotage: Sabotage = () => ({})) {
    this.#scenario = scenario;
    this.seam = seam;
    this.#sabotage = sabotage;
  }

  advance(ms: number): void {
    this.#nowMs += ms;
  }

  #ports(invocation: Invocation): SendPorts & DeliverPorts {
    const { wabaId, organizationId, phoneNumberId } = sender;
    const ports = {
      ledger: invocation.through(this.ledger),
      queue: invocation.through(this.queue),
      messages: invocation.through(this.messages),
      credentials: invocation.through(this.credentials),
      conversations: invocation.through(this.#conversations),
      mediaOwners: this.#mediaOwners,
      pace: invocation.through(this.#pace),
      store: this.#store,
      routes: {
        byPhoneNumber: async () => ({ organizationId, phoneNumberId, wabaId }),
        byWaba: async () => [],
      },
      templates: {
        check: async () => {
          throw new Error('No template is sent here');
        },
      },
      graph: this.#graph(invocation),
      now: () => new Date(this.#nowMs),
      wait: async () => undefined,
      report: () => undefined,
    };
    return { ...ports, ...this.#sabotage(ports) };
  }

  /** Meta, through the seam: a call can also fail without anybody knowing what came of it. */
  #graph(invocation: Invocation): Graph {
    return {
      call: async (request): Promise<GraphAnswer> => {
        await Promise.resolve();
        if (invocation.crashed) {
          throw new Error('The process is gone');
        }
        const fault = this.seam.next('Meta.call');
        if (fault === 'crash-before') {
          invocation.crashed = true;
          throw new Error(fault);
        }
        if (fault === 'fail') {
          return { kind: this.#scenario.failure ?? 'unsent', problem: fault };
        }
        const answer = await this.#react(request.body);
        if (fault === 'crash-after') {
          invocation.crashed = true;
          throw new Error(fault);
        }
        return fault === 'fail-after' ? { kind: 'ambiguous', problem: fault } : answer;
      },
    };
  }

  async #react(body: unknown): Promise<GraphAnswer> {
    const reaction = this.#scenario.reactions?.[this.#calls] ?? 'accept';
    this.#calls++;
    if (reaction !== 'accept') {
      return { kind: 'refused', error: refusal(reaction) };
    }
    const data = isJsonObject(body) ? body['biz_opaque_callback_data'] : undefined;
    const sendId = readCallbackData(String(data))?.sendId ?? '';
    const acceptance = { messageId: `wamid.${this.accepted.length + 1}`, sendId };
    this.accepted.push(acceptance);
    if (this.#scenario.webhook === 'early') {
      await this.#webhook(acceptance);
    }
    const messages = [{ id: acceptance.messageId }];
    return { kind: 'ok', body: { messaging_product: 'whatsapp', messages } };
  }

  /** A status webhook, handled as `normalise` does: again until it is. */
  async #webhook({ messageId, sendId }: { messageId: string; sendId: string }): Promise<void> {
    const { organizationId, phoneNumberId } = sender;
    const at = new Date(this.#nowMs).toISOString();
    await acceptByStatus({ organizationId, phoneNumberId, sendId, messageId, at }, this.ledger);
  }

  /** Handles the status webhooks of everything that Meta has accepted. */
  async webhooks(): Promise<void> {
    for (const acceptance of this.accepted) {
      await this.#webhook(acceptance);
    }
  }

  /** One request; undefined where its process died. */
  async request(request: SendRequest, key: string): Promise<SendAnswer | Problem | undefined> {
    const invocation = new Invocation(this.seam);
    const answer = await send(request, key, this.#ports(invocation)).catch((error: unknown) => {
      if (error instanceof Problem) {
        return error;
      }
      throw error;
    });
    if (invocation.crashed) {
      return undefined;
    }
    this.answers.push(answer);
    return answer;
  }

  /** A caller who repeats a request until the answer is an end, or for five times. */
  async persist(request: SendRequest, key: string): Promise<void> {
    for (let attempt = 0; attempt < 5; attempt++) {
      const answer = await this.request(request, key);
      if (answer && !(answer instanceof Problem)) {
        return;
      }
      if (answer instanceof Problem && answer.code === 'meta-refused') {
        return;
      }
      this.advance(11_000);
    }
  }

  /** Lets deliver work what is queued; what it does not finish comes again, in its order. */
  async deliverSome(): Promise<void> {
    const invocation = new Invocation(this.seam);
    const batch = this.queue.messages.slice(0, 10);
    for (const message of batch) {
      this.#everQueued.add(message);
    }
    const received = batch.map((message, index) => ({
      id: String(index),
      laneKey: message.laneKey,
      body: message.body,
    }));
    const result = await deliver(received, this.#nowMs + 120_000, this.#ports(invocation)).catch(
      () => undefined,
    );
    if (result && !invocation.crashed) {
      for (const message of batch.filter((_, index) => !result.again.has(String(index)))) {
        this.queue.messages.splice(this.queue.messages.indexOf(message), 1);
      }
    }
  }

  /** Puts everything that was ever queued back: a redrive of dead letters. */
  redrive(): void {
    this.queue.messages.push(...[...this.#everQueued].map((message) => ({ ...message })));
  }

  async settle(): Promise<void> {
    const invocation = new Invocation(this.seam);
    await settleOpenSends(this.#nowMs + 30_000, this.#ports(invocation)).catch(() => undefined);
  }

  /** Time goes by and everything that runs by itself runs, until nothing is open any more. */
  async quiesce(): Promise<void> {
    for (let round = 0; round < 12 && this.queue.messages.length > 0; round++) {
      await this.deliverSome();
      this.advance(61_000);
    }
    await this.settle();
    await this.webhooks();
    for (let round = 0; round < 5 && this.#isOpen; round++) {
      this.advance(2 * 24 * 60 * 60 * 1000);
      await this.settle();
    }
  }

  get #isOpen(): boolean {
    return this.ledger.records.some(({ settleAt }) => settleAt !== undefined);
  }
}

function refusal(code: number): GraphError {
  return { ...graphErrorKind(code), code, httpStatus: 400 };
}
