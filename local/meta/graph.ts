import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { listenLocally, stopServer } from '../servers.ts';
import type { GraphEdge } from './graph/edge.ts';
import { createFaultQueue } from './graph/faults.ts';
import { faultyOutcome, type Outcome } from './graph/faulty-answer.ts';
import { type GraphCall, localRoutes } from './graph/local-routes.ts';
import { endWithBody } from './graph/media/answer-body.ts';
import { mediaEdges } from './graph/media/edges.ts';
import { mediaRoutes } from './graph/media/media-faults.ts';
import { createMediaState } from './graph/media/state.ts';
import { messagesEdge } from './graph/messages-edge.ts';
import { dialogEdges } from './graph/onboarding/dialog.ts';
import { onboardingEdges } from './graph/onboarding/edges.ts';
import { onboardingRoutes } from './graph/onboarding/routes.ts';
import { createOnboardingState } from './graph/onboarding/state.ts';
import { createOutbox } from './graph/outbox.ts';
import { nodeEdges } from './graph/phone-number/edges.ts';
import { maskedBody, maskedTarget, readCall } from './graph/request.ts';
import { createRouter } from './graph/router.ts';
import { defaultSettings } from './graph/settings.ts';
import type { GraphState } from './graph/state.ts';
import { templateListEdge } from './graph/template-list.ts';
import { createThrottles } from './graph/throttle.ts';
import { createWindows, type Inbound, inboundIn } from './graph/window.ts';
import type { WebhookSender } from './webhook.ts';

const callsKept = 1000;

/** The fake Graph API while it runs. */
export type FakeGraph = Awaited<ReturnType<typeof startGraph>>;

/**
 * Starts the fake Graph API on a free loopback port, any version before the path. Statuses go out once
 * a sender is attached.
 */
export async function startGraph(state: GraphState) {
  const settings = defaultSettings();
  const faults = createFaultQueue();
  const outbox = createOutbox(state, settings);
  const throttles = createThrottles();
  const windows = createWindows();
  const onboarding = createOnboardingState();
  const media = createMediaState();
  const messaging = { state, settings, faults, outbox, throttles, windows, onboarding, media };
  const calls: GraphCall[] = [];
  const stopping = new AbortController();
  let sender: WebhookSender | undefined;

  const edges: GraphEdge[] = [
    messagesEdge(messaging),
    templateListEdge(state),
    ...onboardingEdges(state, onboarding),
    ...dialogEdges(state, onboarding),
    ...nodeEdges(state, onboarding),
    ...mediaEdges(state, media),
  ];
  const route = createRouter(edges, messaging);
  const wait = (ms: number) => delay(ms, undefined, { signal: stopping.signal });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url: target = '/' } = request;
    const call = await readCall(request, await buffer(request));
    const fault = faults.forCall(target);
    const outcome = fault
      ? await faultyOutcome(fault, settings, () => route(call), wait)
      : await route(call);
    const status = typeof outcome === 'string' ? null : outcome.status;
    calls.push({ method, path: maskedTarget(target), body: maskedBody(call), status });
    if (calls.length > callsKept) calls.shift();
    write(outcome, response);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => request.socket.destroy());
  });
  const url = await listenLocally(server);

  function noteInbound({ phoneNumberId, people }: Inbound): void {
    const number = state.numbers.get(phoneNumberId);
    if (!number) return;
    windows.open({ phoneNumberId, people }, state.now());
    const mps = settings.throughputMps ?? number.throughputMps;
    throttles.phone(phoneNumberId, mps).drain(state.now(), 1);
  }

  return {
    url,
    state,
    onboarding,
    routes: [
      ...localRoutes({ ...messaging, calls, tell: (body) => void sender?.deliver(body) }),
      ...onboardingRoutes(state, onboarding),
      ...mediaRoutes(media),
    ],
    /**
     * Tells statuses through a sender. The sender that comes back is the one for what customers send:
     * it opens their customer service windows, and counts on the number's throughput.
     */
    attach: (given: WebhookSender): WebhookSender => {
      sender = given;
      outbox.attach(given);
      return {
        ...given,
        deliver: (body) => {
          for (const inbound of inboundIn(body)) noteInbound(inbound);
          return given.deliver(body);
        },
      };
    },
    /** Every message that was accepted, oldest first. */
    accepted: outbox.all,
    /** Counts a customer as having written just now. */
    openWindow: (inbound: Inbound) => windows.open(inbound, state.now()),
    stop: async () => {
      stopping.abort();
      outbox.stop();
      await stopServer(server);
    },
  };
}

function write(outcome: Outcome, response: ServerResponse): void {
  if (outcome === 'silence') return;
  if (outcome === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  const { status, body, headers } = outcome;
  response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8', ...headers });
  endWithBody(response, body);
}
