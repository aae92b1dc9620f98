import { setTimeout as delay } from 'node:timers/promises';
import { bootDemo } from './demo-stack.ts';
import type { Measurement } from './measurement.ts';

const sends = 3600;
const recipients = 500;
const clients = 8;

/** Until then nothing of the campaign goes out: requests and deliveries are measured apart. */
const opensAfterMs = 75_000;

/** A campaign through the bulk queue, at nearly the whole throughput of a number. */
export const queuedLane: Measurement = {
  title: `${sends} texts queued for one number and ${recipients} recipients, then delivered, statuses coming back`,
  minutes: 1,
  async run() {
    const demo = await bootDemo();
    try {
      const start = Date.now();
      await demo.closeLane(start + opensAfterMs);
      const queued: { status: number; sendId?: string | undefined; index: number }[] = [];
      let next = 0;
      await Promise.all(
        Array.from({ length: clients }, async () => {
          for (let index = next++; index < sends; index = next++) {
            queued.push({
              ...(await demo.sendText(index % recipients, String(index), 'queued')),
              index,
            });
          }
        }),
      );
      const queuedMs = Date.now() - start;
      while (demo.graph.accepted().length === 0) await delay(20);
      const openedAt = Date.now();
      while (demo.graph.accepted().length < sends && Date.now() < openedAt + 180_000) {
        await delay(50);
      }
      const deliveredMs = Date.now() - openedAt;
      const { positions, outOfOrder } = orderOf(demo.graph.accepted(), queued);
      return [
        {
          'answered 202': queued.filter(({ status }) => status === 202).length,
          'queued a second': Math.round((sends * 1000) / queuedMs),
          'accepted by Meta': demo.graph.accepted().length,
          'accepted once': [...positions.values()].filter(({ length }) => length === 1).length,
          'out of order': outOfOrder,
          'delivered a second': Math.round((sends * 1000) / deliveredMs),
        },
      ];
    } finally {
      await demo.stop();
    }
  },
};

/** Where each send came in Meta's order, and how many overtook an earlier one to their recipient. */
function orderOf(
  accepted: readonly { callbackData?: string | undefined }[],
  queued: readonly { sendId?: string | undefined; index: number }[],
) {
  const positions = new Map<string, number[]>();
  for (const [position, { callbackData = '' }] of accepted.entries()) {
    const sendId = callbackData.split(':')[1] ?? '';
    positions.set(sendId, [...(positions.get(sendId) ?? []), position]);
  }
  let outOfOrder = 0;
  const last = new Map<number, number>();
  for (const { sendId = '', index } of queued) {
    const [position] = positions.get(sendId) ?? [];
    const recipient = index % recipients;
    if (position === undefined) continue;
    if (position < (last.get(recipient) ?? -1)) outOfOrder++;
    last.set(recipient, position);
  }
  return { positions, outOfOrder };
}
