import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readFixtures } from '../../local/meta/fixtures.ts';
import type { InboxEvent } from '../../shared/events/inbox-event.schema.ts';
import type { ConnectedNumber } from '../../shared/routing/route.port.ts';
import { Pipeline } from './pipeline.ts';
import { sequences } from './runs.ts';

/** Three organisations, with the ids that the fixtures are rewritten to. */
const organisations: readonly ConnectedNumber[] = ['north', 'south', 'east'].map(
  (organizationId, index) => ({
    organizationId,
    wabaId: `90000000000000${index}`,
    phoneNumberId: `80000000000000${index}`,
  }),
);

/** One documented payload, addressed to one organisation, with ids that no other one has. */
interface Delivery {
  organizationId: string;
  webhook: unknown;
  /** The events that it becomes when nothing else ever happened. */
  eventIds: ReadonlySet<string>;
}

/**
 * What does not depend on what else happened, and on how often: a new profile is one only after an old
 * one, an imported message none after a live one, and each report of an error counts.
 */
function isIndependent(event: InboxEvent): boolean {
  return !(
    (event.type === 'contact.changed' && event.reason === 'profile') ||
    event.type === 'message.imported' ||
    (event.type === 'number.updated' && event.error !== undefined)
  );
}

function rewritten(webhook: unknown, number: ConnectedNumber, suffix: string): unknown {
  const json = JSON.stringify(webhook)
    .replaceAll('102290129340398', number.wabaId)
    .replaceAll('106540352242922', number.phoneNumberId)
    .replace(/"(wamid|wacid)\.([^"]*)"/g, `"$1.$2.${suffix}"`);
  return JSON.parse(json);
}

/** Payloads of other numbers and accounts than the two that are rewritten say nothing here, nor do errors. */
const fixtures = readFixtures().filter(
  ({ name, webhook }) =>
    !name.startsWith('value-level-error') &&
    !/10229012934039[^8]|10654035224292[^2]/.test(JSON.stringify(webhook)),
);

const deliveries: Delivery[] = [];
beforeAll(async () => {
  for (const { name, webhook } of fixtures) {
    for (const number of organisations) {
      const { organizationId } = number;
      const own = rewritten(webhook, number, `${name}.${organizationId}`);
      const pipeline = new Pipeline(organisations);
      await pipeline.post(own);
      await pipeline.settle();
      const eventIds = new Set(
        pipeline.inbox.events.filter(isIndependent).map(({ eventId }) => eventId),
      );
      deliveries.push({ organizationId, webhook: own, eventIds });
    }
  }
}, 60_000);

describe('random sequences over everything that Meta documents', () => {
  it(
    'lose nothing, double nothing, and cross no organisation',
    async () => {
      expect(fixtures.length).toBeGreaterThan(110);
      const pick = fc.nat().map((at) => at % deliveries.length);
      const sequence = fc.array(fc.tuple(pick, fc.boolean()), { minLength: 1, maxLength: 6 });
      await fc.assert(
        fc.asyncProperty(sequence, fc.integer({ min: 1, max: 4 }), async (picks, workers) => {
          const pipeline = new Pipeline(organisations);
          const sent = picks.flatMap(([at, twice]) => {
            const delivery = deliveries[at];
            return delivery ? (twice ? [delivery, delivery] : [delivery]) : [];
          });
          for (const { webhook } of sent) {
            await pipeline.post(webhook);
            await pipeline.normaliseSome(workers);
            await pipeline.publishSome(5);
          }
          await pipeline.settle(workers);

          const expected = new Set(sent.flatMap(({ eventIds }) => [...eventIds]));
          const published = pipeline.inbox.events.filter(isIndependent);
          expect(new Set(published.map(({ eventId }) => eventId))).toEqual(expected);
          const ownerOf = new Map(
            sent.flatMap(({ eventIds, organizationId }) =>
              [...eventIds].map((eventId) => [eventId, organizationId]),
            ),
          );
          const crossed = published.filter(
            ({ eventId, organizationId }) => ownerOf.get(eventId) !== organizationId,
          );
          expect(crossed).toEqual([]);
        }),
        { numRuns: sequences(500) },
      );
    },
    60 * 60 * 1000,
  );
});
