import { expect, it } from '@jest/globals';
import { deliverEvent } from '../../lambdas/inbox/deliver-events.ts';
import type { Endpoint } from '../../shared/webhooks-out/endpoint.port.ts';
import { everyPlan } from '../pipeline/fault-plans.ts';
import { FaultSeam, Invocation } from '../pipeline/faults.ts';
import { secrets, verified } from './receiver.ts';

const body = '{"eventId":"e-1"}';

it('one fault at every call there is: the event is posted until it was taken, under one id', async () => {
  await everyPlan(async (plan) => {
    const seam = new FaultSeam(plan);
    const taken: string[] = [];
    const endpoint: Endpoint = {
      async post(headers, json) {
        taken.push(verified(headers, json).eventId);
        return { kind: 'answered', status: 204, retryAfterMs: undefined, location: undefined };
      },
    };
    const source = { read: async () => ({ secrets }) };
    for (let receives = 1, isOver = false; !isOver; receives++) {
      expect(receives).toBeLessThan(4);
      const invocation = new Invocation(seam);
      const attempt = await deliverEvent(
        { body, receives },
        {
          endpoint: invocation.through(endpoint),
          secrets: invocation.through(source),
          now: () => new Date(),
          random: () => 0.5,
          report: () => undefined,
        },
      ).catch(() => undefined);
      isOver = attempt?.outcome === 'delivered' && !invocation.crashed;
    }
    expect(new Set(taken)).toEqual(new Set(['e-1']));
    expect(taken.length).toBeLessThanOrEqual(1 + plan.size);
    return seam.calls;
  }, 1);
});
