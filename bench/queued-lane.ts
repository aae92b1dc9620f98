import { setTimeout as delay } from 'node:timers/promises';
import { bootDemo } from './demo-stack.ts';
import type { Measurement } from './measurement.ts';

const perSecond = 60;
const seconds = 60;
const recipients = 500;

/** A campaign through the bulk queue, at nearly the whole throughput of a number. */
export const queuedLane: Measurement = {
  title: `${perSecond} queued texts a second for ${seconds} s, one number, ${recipients} recipients, statuses coming back`,
  async run() {
    const demo = await bootDemo();
    try {
      const total = perSecond * seconds;
      const start = performance.now();
      const answers: Promise<{ status: number; sendId?: string | undefined; index: number }>[] = [];
      for (let index = 0; index < total; index++) {
        const wait = start + (index * 1000) / perSecond - performance.now();
        if (wait > 1) await delay(wait);
        answers.push(
          demo
            .sendText(index % recipients, String(index), 'queued')
            .then((answer) => ({ ...answer, index })),
        );
      }
      const queued = await Promise.all(answers);
      const queuedMs = performance.now() - start;
      const deadline = performance.now() + 120_000;
      while (demo.graph.accepted().length < total && performance.now() < deadline) await delay(100);
      const acceptedMs = performance.now() - start;
      const accepted = demo.graph.accepted();
      const positions = new Map<string, number[]>();
      for (const [position, { callbackData = '' }] of accepted.entries()) {
        const sendId = callbackData.split(':')[1] ?? '';
        positions.set(sendId, [...(positions.get(sendId) ?? []), position]);
      }
      let outOfOrder = 0;
      const last = new Map<number, number>();
      for (const { sendId = '', index } of queued) {
        const [position = -1] = positions.get(sendId) ?? [];
        const recipient = index % recipients;
        if (position < (last.get(recipient) ?? -1)) outOfOrder++;
        last.set(recipient, position);
      }
      return [
        {
          requests: total,
          'answered 202': queued.filter(({ status }) => status === 202).length,
          'accepted by Meta': accepted.length,
          'sends accepted once': [...positions.values()].filter(({ length }) => length === 1)
            .length,
          'out of order': outOfOrder,
          'all answered after s': Math.round(queuedMs / 100) / 10,
          'all accepted after s': Math.round(acceptedMs / 100) / 10,
        },
      ];
    } finally {
      await demo.stop();
    }
  },
};
