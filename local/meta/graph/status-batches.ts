import type { Change } from '../messages.ts';
import { type WebhookSender, webhookBody } from '../webhook.ts';
import type { GraphSettings } from './settings.ts';

/** A status that is due, and what is noted when it goes out. */
export interface DueStatus {
  wabaId: string;
  change: () => Change;
}

/** Statuses that are due within so many milliseconds go together. */
const gridMs = 50;

/**
 * Sends statuses when they are due, those of one moment and one account in as few webhooks as the
 * settings allow, as Meta batches them. Without a sender they are lost.
 */
export function createStatusBatches(settings: GraphSettings) {
  const batches = new Map<number, DueStatus[]>();
  const timers = new Set<NodeJS.Timeout>();
  let sender: WebhookSender | undefined;

  function flush(tick: number): void {
    const due = batches.get(tick) ?? [];
    batches.delete(tick);
    for (const [wabaId, statuses] of Map.groupBy(due, (status) => status.wabaId)) {
      const size = settings.statusesPerWebhook;
      for (let start = 0; start < statuses.length; start += size) {
        const changes = statuses.slice(start, start + size).map(({ change }) => change());
        const body = webhookBody(wabaId, changes);
        for (let copy = 0; copy <= settings.duplicate; copy++) void sender?.deliver(body);
      }
    }
  }

  return {
    attach: (given: WebhookSender) => {
      sender = given;
    },
    add: (delayMs: number, status: DueStatus) => {
      const now = Date.now();
      const tick = Math.ceil((now + delayMs) / gridMs) * gridMs;
      const batch = batches.get(tick);
      if (batch) {
        batch.push(status);
        return;
      }
      batches.set(tick, [status]);
      const timer = setTimeout(() => {
        timers.delete(timer);
        flush(tick);
      }, tick - now);
      timers.add(timer);
    },
    stop: () => {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
