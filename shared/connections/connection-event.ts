import type { InboxEvent } from '../events/inbox-event.schema.ts';
import { eventIdOf } from '../events/message-item.ts';
import { orderKeyOf } from '../events/order-key.ts';
import { type ConnectionRecord, connectionSteps } from './connection.schema.ts';

/** The event that tells where a connection stands. */
export type ConnectionUpdated = Extract<InboxEvent, { type: 'connection.updated' }>;

/**
 * What the inbox is told of a connection.
 * @param place the item and the attribute that hold the event: what makes its id
 */
export function connectionUpdated(
  said: Pick<ConnectionRecord, 'organizationId' | 'wabaId' | 'state'> & {
    at: string;
    step?: string | undefined;
    problem?: { reason: string; whatToDo: string } | undefined;
  },
  place: { pk: string; sk: string; attribute: string },
): ConnectionUpdated {
  const { organizationId, wabaId, state, at, step, problem } = said;
  return {
    schemaVersion: 1,
    eventId: eventIdOf(`${place.pk}/${place.sk}`, place.attribute),
    type: 'connection.updated',
    occurredAt: at,
    receivedAt: at,
    orderKey: orderKeyOf(at, at, 0),
    organizationId,
    wabaId,
    state,
    ...(step === undefined ? {} : { step }),
    ...(problem && { reason: problem.reason, whatToDo: problem.whatToDo }),
  };
}

/** Tells a change of a connection from one that nobody has to be told of. */
export function isWorthTelling(
  before: ConnectionRecord | undefined,
  after: ConnectionRecord,
): boolean {
  return (
    before?.state !== after.state ||
    lastStep(before) !== lastStep(after) ||
    before.problem?.step !== after.problem?.step ||
    before.problem?.reason !== after.problem?.reason
  );
}

/** The step that a connection has failed at, else the one that it did last. */
export function lastStep({ problem, steps }: ConnectionRecord): string | undefined {
  return problem?.step ?? connectionSteps.findLast((step) => steps[step] !== undefined);
}
