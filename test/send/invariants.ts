import { Problem } from '../../shared/http/problem.ts';
import { sendIdOf } from '../../shared/sends/send-id.ts';
import type { SendState } from '../../shared/sends/send-record.schema.ts';
import { type SendWorld, sender } from './send-world.ts';

const ends: readonly (SendState | undefined)[] = [
  'ACCEPTED',
  'FAILED',
  'UNRESOLVED',
  'EXPIRED',
  undefined,
];

/** Everything that must hold of one key's send when all is over: a line for each thing that does not. */
export async function violations(world: SendWorld, key: string): Promise<string[]> {
  const sendId = sendIdOf(sender.organizationId, key);
  const accepted = world.accepted.filter((acceptance) => acceptance.sendId === sendId);
  const stored = await world.ledger.find(sender.organizationId, sendId);
  const record = stored?.record;
  const told = world.ledger.told.filter((one) => one.sendId === sendId);
  const statuses = told.map(({ event }) => event.status);
  const found: string[] = [];
  const expect = (holds: boolean, what: string) => {
    if (!holds) {
      found.push(what);
    }
  };
  expect(accepted.length <= 1, `Meta accepted ${accepted.length} messages`);
  expect(ends.includes(record?.state), `the record ends ${record?.state}`);
  expect(
    (record?.state === 'ACCEPTED') === accepted.length > 0,
    `the record says ${record?.state} and Meta accepted ${accepted.length}`,
  );
  expect(
    record?.messageId === accepted[0]?.messageId,
    `the record names ${record?.messageId}, Meta ${accepted[0]?.messageId}`,
  );
  expect(record?.holdsLane !== true, 'the lane is still held');
  expect(record?.settleAt === undefined, 'something is still to be settled');
  expect(new Set(statuses).size === statuses.length, `told twice: ${statuses.join(', ')}`);
  expect(
    record === undefined || statuses.at(-1) === record.state.toLowerCase(),
    `last told ${statuses.at(-1)}, the record says ${record?.state}`,
  );
  for (const answer of world.answers) {
    if (answer instanceof Problem) {
      expect(
        answer.code !== 'meta-refused' || accepted.length === 0,
        'the caller was told that Meta refused what it accepted',
      );
    } else if (answer.body.sendId === sendId && answer.body.status === 'accepted') {
      expect(
        answer.body.messageId === accepted[0]?.messageId,
        'the caller was told of a message that Meta has not accepted',
      );
    }
  }
  return found;
}
