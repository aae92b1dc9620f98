import type { Credential } from '../credentials/credential.port.ts';
import type { ConnectionRecord } from './connection.schema.ts';
import { deadToken } from './dead-token.ts';

/** What anybody may see of a connection, and where it stands with its token. */
export type ConnectionView = Omit<ConnectionRecord, 'numbers' | 'lifecycleAt'> & {
  numbers: Omit<ConnectionRecord['numbers'][number], 'registerCalls'>[];
};

/** A connection as the API shows it: one whose token Meta refuses is degraded. */
export function connectionView(
  { lifecycleAt: _, ...record }: ConnectionRecord,
  credential: Pick<Credential, 'state' | 'reason'> | undefined,
): ConnectionView {
  const numbers = record.numbers.map(({ registerCalls: _calls, ...number }) => number);
  const isDead = record.state !== 'disconnected' && credential?.state === 'INVALID';
  return {
    ...record,
    numbers,
    ...(isDead && {
      state: 'degraded',
      problem: { step: 'lifecycle', ...deadToken(credential.reason ?? 'token-invalid') },
    }),
  };
}
