import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Problem } from '../../shared/http/problem.ts';
import { sendIdOf } from '../../shared/sends/send-id.ts';
import { FaultSeam } from '../pipeline/faults.ts';
import { type MetaReaction, type Sabotage, SendWorld, sender, textRequest } from './send-world.ts';

const recipients = ['+966500000001', '+966500000002', '+966500000003'];

/** Something that happens; what does not wait goes on beside what happens next. */
type Step =
  | { do: 'send'; to: number; lane: 'agent' | 'bulk' }
  | { do: 'deliver'; lane: 'agent' | 'bulk'; most: number }
  | { do: 'wait'; ms: number };

interface Story {
  steps: Step[];
  reactions: MetaReaction[];
  latenciesMs: number[];
}

const lane = fc.constantFrom('agent' as const, 'bulk' as const);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('send' as const),
      to: fc.nat({ max: recipients.length - 1 }),
      lane,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('deliver' as const),
      lane,
      most: fc.integer({ min: 1, max: 10 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat({ max: 20_000 }) }),
  },
);

const reaction: fc.Arbitrary<MetaReaction> = fc.oneof(
  { weight: 2, arbitrary: fc.constant('accept' as const) },
  { weight: 1, arbitrary: fc.constantFrom(130429, 131056, 4, 80007) },
);

const story: fc.Arbitrary<Story> = fc.record({
  steps: fc.array(step, { minLength: 5, maxLength: 40 }),
  reactions: fc.array(reaction, { maxLength: 40 }),
  latenciesMs: fc.array(fc.nat({ max: 800 }), { maxLength: 60 }),
});

/** Every key that was answered, by recipient and lane, in the order of the answers. */
type Answered = Map<string, string[]>;

/** Lets a story happen, and then all that is queued be delivered. */
async function tell({ steps, reactions, latenciesMs }: Story, sabotage?: Sabotage) {
  const world = new SendWorld({ timed: true, reactions, latenciesMs }, new FaultSeam(), sabotage);
  const answered: Answered = new Map();
  /** An agent writes to one customer after the other has been answered; batches run beside each other. */
  const busy = new Map<string, Promise<void>>();
  const running: Promise<unknown>[] = [];
  for (const [index, one] of steps.entries()) {
    if (one.do === 'send') {
      const name = `${one.lane} ${recipients[one.to]}`;
      const more = one.lane === 'bulk' ? { delivery: 'queued' } : {};
      const key = `key-${index}`;
      const request = textRequest(more, recipients[one.to]);
      const sending = (busy.get(name) ?? Promise.resolve()).then(async () => {
        const answer = await world.request(request, key);
        expect(answer).not.toBeInstanceOf(Problem);
        answered.set(name, [...(answered.get(name) ?? []), sendIdOf(sender.organizationId, key)]);
      });
      busy.set(name, sending);
      running.push(sending);
    } else if (one.do === 'deliver') {
      running.push(world.deliverSome([one.lane], one.most));
    } else {
      await world.wait(one.ms);
    }
  }
  await Promise.all(running);
  for (let round = 0; round < 200 && world.queue.messages.length > 0; round++) {
    await world.deliverSome();
    world.advance(10_000);
  }
  return { world, answered };
}

async function check(one: Story, sabotage?: Sabotage): Promise<void> {
  const { world, answered } = await tell(one, sabotage);
  const accepted = world.accepted.map(({ sendId }) => sendId);
  const inOrder = [...answered.values()];
  expect(accepted.toSorted()).toEqual(inOrder.flat().toSorted());
  for (const sendIds of inOrder) {
    expect(accepted.filter((sendId) => sendIds.includes(sendId))).toEqual(sendIds);
  }
  expect(new Set(world.ledger.records.map(({ state }) => state))).toEqual(
    new Set(accepted.length > 0 ? ['ACCEPTED'] : []),
  );
  expect(world.ledger.records.some(({ holdsLane }) => holdsLane)).toBe(false);
}

it('Meta accepts each recipient’s messages of a lane once, in the order of the answers', async () => {
  await fc.assert(
    fc.asyncProperty(story, (one) => check(one)),
    { numRuns: 300 },
  );
}, 60_000);

/** What would bring messages out of their order. */
const bugs: Record<string, Sabotage> = {
  'nobody waits behind queued sends': ({ ledger }) => ({
    ledger: new Proxy(ledger, {
      get: (target, name) =>
        name === 'isHeld' ? async () => false : Reflect.get(target, name, target),
    }),
  }),
  'what Meta throttles gives up its place': ({ ledger }) => ({
    ledger: new Proxy(ledger, {
      get: (target, name) =>
        name === 'replace'
          ? (...[stored, next, event]: Parameters<typeof ledger.replace>) =>
              target.replace(stored, { ...next, holdsLane: false }, event)
          : Reflect.get(target, name, target),
    }),
  }),
};

it.each(Object.entries(bugs))(
  'a bug would be caught: %s',
  async (_name, sabotage) => {
    const { failed } = await fc.check(
      fc.asyncProperty(story, (one) => check(one, sabotage)),
      { numRuns: 300, endOnFailure: true },
    );
    expect(failed).toBe(true);
  },
  60_000,
);
