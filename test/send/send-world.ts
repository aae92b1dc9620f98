import { type Delivered, type DeliverPorts, deliver } from '../../lambdas/send/deliver.ts';
import { type SendAnswer, type SendPorts, send } from '../../lambdas/send/send.ts';
import type { QueuedSend } from '../../lambdas/send/send-queue.port.ts';
import { type SendRequest, sendRequestSchema } from '../../lambdas/send/send-request.schema.ts';
import { settleOpenSends } from '../../lambdas/send/settle.ts';
import type { TemplateChecker } from '../../lambdas/send/template/template-checker.ts';
import type { Graph, GraphAnswer, GraphError } from '../../shared/graph/graph.port.ts';
import { graphErrorKind } from '../../shared/graph/graph-errors.ts';
import { Problem } from '../../shared/http/problem.ts';
import { isJsonObject } from '../../shared/json.ts';
import type { Route } from '../../shared/routing/route.port.ts';
import { acceptByStatus } from '../../shared/sends/accept-by-status.ts';
import { readCallbackData } from '../../shared/sends/send-id.ts';
import { MemoryCredentials } from '../fakes/memory-credentials.ts';
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
import { callerNow } from '../pipeline/struck-sites.ts';

/** The number and the organisation that send. */
export const sender = { organizationId: 'org-1', phoneNumberId: '1001', wabaId: '2001' };

/** The sender's access token. */
export const senderToken = 'EAAG-token-of-org-1';

/** Whom the tests write to. */
export const customer = '+966500000001';

/** A request to send a text, as the API takes it in; `more` stands beside the message. */
export function textRequest(more: object = {}, to = customer): SendRequest {
  return requestOf({ to, type: 'text', text: { body: 'hi' } }, more);
}

/** A request of the sender's, as the API takes it in; `more` stands beside the message. */
export function requestOf(message: object, more: object = {}): SendRequest {
  const { organizationId, phoneNumberId } = sender;
  return sendRequestSchema.parse({ organizationId, phoneNumberId, message, ...more });
}

/** What Meta does with a message: takes it, refuses it with a code, or answers something of its own. */
export type MetaReaction = 'accept' | number | GraphAnswer;

/** How a scenario is set up. */
export interface Scenario {
  delivery?: 'now' | 'queued';
  /** What Meta does with the first calls, in turn; then it accepts. */
  reactions?: readonly MetaReaction[];
  /** How long Meta takes for the first calls, in turn, in ms; then it answers at once. */
  latenciesMs?: readonly number[];
  /** Waiting takes time; else it is over at once. */
  timed?: boolean;
  /** What a failed call to Meta without effect looks like to the caller. */
  failure?: 'unsent' | 'ambiguous';
  /** The status webhook is handled before the call returns, or when everything else is over. */
  webhook?: 'early' | 'late';
  /** By how many turns each request starts after the one before. */
  delays?: readonly number[];
}

/** Ports with something in them changed: how a bug is planted. */
export type Sabotage = (
  ports: SendPorts & DeliverPorts,
  invocation: Invocation,
) => Partial<SendPorts & DeliverPorts>;

/** A call that Meta has got. */
export interface MetaCall {
  atMs: number;
  path: string;
  body: unknown;
  token: string;
}

/** The send path over fakes, with a Meta that counts what it accepts, and everything that can die dying. */
export class SendWorld {
  readonly ledger = new MemorySendLedger();
  readonly queue = new MemorySendQueue();
  readonly messages = new MemoryMessages();
  readonly credentials = new MemoryCredentials();
  readonly conversations = new MemoryConversations();
  readonly mediaOwners = new MemoryMediaOwners();
  readonly pace = new MemoryPace();
  readonly store = new MemoryObjectStore();
  readonly numbers = new Map<string, Route>([[sender.phoneNumberId, sender]]);
  readonly seam: FaultSeam;
  templates: TemplateChecker = {
    check: async () => {
      throw new Error('No template is sent here');
    },
  };
  /** Every call that Meta has got, in order. */
  readonly calls: MetaCall[] = [];
  /** The messages that Meta has accepted, in order. */
  readonly accepted: { messageId: string; sendId: string }[] = [];
  /** What the callers were told, in order. */
  readonly answers: (SendAnswer | Problem)[] = [];
  /** What went wrong beside the answers. */
  readonly reports: unknown[] = [];
  readonly #scenario: Scenario;
  readonly #sabotage: Sabotage;
  readonly #everQueued = new Set<QueuedSend>();
  readonly #receives = new Map<QueuedSend, number>();
  readonly #hiddenUntil = new Map<QueuedSend, number>();
  readonly #sleepers: { untilMs: number; wake: () => void }[] = [];
  #nowMs = Date.parse('2026-11-22T10:00:00.000Z');

  constructor(scenario: Scenario = {}, seam = new FaultSeam(), sabotage: Sabotage = () => ({})) {
    this.#scenario = scenario;
    this.seam = seam;
    this.#sabotage = sabotage;
    this.credentials.connect(sender.organizationId, sender.wabaId, senderToken);
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  advance(ms: number): void {
    this.#nowMs += ms;
  }

  /** Lets time go by once nothing can happen any more without it, to whoever waits the least. */
  async wait(ms: number): Promise<void> {
    if (ms > 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#sleepers.push({ untilMs: this.#nowMs + ms, wake: resolve });
      setImmediate(() => this.#wakeFirst());
      await promise;
    }
  }

  #wakeFirst(): void {
    this.#sleepers.sort((one, other) => one.untilMs - other.untilMs);
    const first = this.#sleepers.shift();
    if (first) {
      this.#nowMs = Math.max(this.#nowMs, first.untilMs);
      first.wake();
    }
  }

  /** What the use-cases need from outside; all that one invocation does dies with it. */
  ports(invocation = new Invocation(this.seam)): SendPorts & DeliverPorts {
    const ports = {
      ledger: invocation.through(this.ledger),
      queue: invocation.through(this.queue),
      messages: invocation.through(this.messages),
      credentials: invocation.through(this.credentials),
      conversations: invocation.through(this.conversations),
      mediaOwners: invocation.through(this.mediaOwners),
      outgoingMedia: { resolve: async ({ message }: SendRequest) => message },
      pace: invocation.through(this.pace),
      store: invocation.through(this.store),
      routes: {
        byPhoneNumber: async (phoneNumberId: string) => this.numbers.get(phoneNumberId),
        byWaba: async () => [],
      },
      templates: this.templates,
      retentionDays: async () => 90,
      graph: this.#graph(invocation),
      now: () => new Date(this.#nowMs),
      wait: async (ms: number) => {
        if (this.#scenario.timed) await this.wait(ms);
      },
      report: (error: unknown) => {
        this.reports.push(error);
      },
    };
    return { ...ports, ...this.#sabotage(ports, invocation) };
  }

  /** Meta, through the seam: a call can also fail without anybody knowing what came of it. */
  #graph(invocation: Invocation): Graph {
    return {
      call: async ({ path, body, token }): Promise<GraphAnswer> => {
        const caller = callerNow();
        await Promise.resolve();
        if (invocation.crashed) {
          throw new Error('The process is gone');
        }
        const fault = this.seam.next('Meta.call', caller);
        if (fault === 'crash-before') {
          invocation.crashed = true;
          throw new Error(fault);
        }
        if (fault === 'fail') {
          return { kind: this.#scenario.failure ?? 'unsent', problem: fault };
        }
        this.calls.push({ atMs: this.#nowMs, path, body, token: token.reveal() });
        const answer = await this.#react(body);
        if (fault === 'crash-after') {
          invocation.crashed = true;
          throw new Error(fault);
        }
        return fault === 'fail-after' ? { kind: 'ambiguous', problem: fault } : answer;
      },
    };
  }

  async #react(body: unknown): Promise<GraphAnswer> {
    const index = this.calls.length - 1;
    const reaction = this.#scenario.reactions?.[index] ?? 'accept';
    await this.wait(this.#scenario.latenciesMs?.[index] ?? 0);
    if (reaction !== 'accept') {
      return typeof reaction === 'number' ? refused(reaction) : reaction;
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
  async request(
    request: SendRequest,
    key: string | undefined,
  ): Promise<SendAnswer | Problem | undefined> {
    const invocation = new Invocation(this.seam);
    const answer = await send(request, key, this.ports(invocation)).catch((error: unknown) => {
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

  /**
   * Lets deliver work some of what is queued, as a FIFO queue gives it out: what is put off, or is being
   * worked on, keeps all behind it in its group where they are.
   * @returns undefined where its process died
   */
  async deliverSome(
    lanes: readonly QueuedSend['lane'][] = ['agent', 'bulk'],
    most = 10,
  ): Promise<Delivered | undefined> {
    const invocation = new Invocation(this.seam);
    const batch = this.#receivable(lanes).slice(0, most);
    for (const message of batch) {
      this.#everQueued.add(message);
      this.#hiddenUntil.set(message, Number.POSITIVE_INFINITY);
      this.#receives.set(message, (this.#receives.get(message) ?? 0) + 1);
    }
    const received = batch.map((message, index) => ({
      id: String(index),
      laneKey: message.laneKey,
      body: message.body,
      receives: this.#receives.get(message) ?? 0,
    }));
    const result = await deliver(received, this.#nowMs + 120_000, this.ports(invocation)).catch(
      () => undefined,
    );
    const isOver = result && !invocation.crashed;
    for (const [index, message] of batch.entries()) {
      const waitMs = isOver ? result.again.get(String(index)) : 0;
      if (waitMs === undefined) {
        this.queue.messages.splice(this.queue.messages.indexOf(message), 1);
      } else {
        this.#hiddenUntil.set(message, this.#nowMs + waitMs);
      }
    }
    return isOver ? result : undefined;
  }

  #receivable(lanes: readonly QueuedSend['lane'][]): QueuedSend[] {
    const blocked = new Set<string>();
    return this.queue.messages.filter((message) => {
      const { lane, laneKey } = message;
      const isHidden = (this.#hiddenUntil.get(message) ?? 0) > this.#nowMs;
      if (isHidden) {
        blocked.add(`${lane} ${laneKey}`);
      }
      return lanes.includes(lane) && !blocked.has(`${lane} ${laneKey}`);
    });
  }

  /** Puts everything that was ever queued back: a redrive of dead letters. */
  redrive(): void {
    this.queue.messages.push(...[...this.#everQueued].map((message) => ({ ...message })));
  }

  async settle(): Promise<void> {
    const invocation = new Invocation(this.seam);
    await settleOpenSends(this.#nowMs + 30_000, this.ports(invocation)).catch(() => undefined);
  }

  /** Time goes by and everything that runs by itself runs, until nothing is open any more. */
  async quiesce(): Promise<void> {
    for (let round = 0; round < 12 && this.queue.messages.length > 0; round++) {
      await this.deliverSome();
      // Once before `settle` can have been there, and once after it.
      this.advance(3000);
      await this.deliverSome();
      this.advance(61_000);
      await this.settle();
    }
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

/** An answer of Meta's that refuses, with this code and what else is to be said. */
export function refused(code: number, more: Partial<GraphError> = {}): GraphAnswer {
  return {
    kind: 'refused',
    error: { ...graphErrorKind(code, more.subcode), code, httpStatus: 400, ...more },
  };
}
