import { afterChange, type ConnectionChange } from '../../shared/connections/connection-change.ts';
import { hash } from '../../shared/hash.ts';
import { Problem } from '../../shared/http/problem.ts';
import type { ConnectPorts } from './connect.port.ts';
import type { SignedRequest } from './signed-request.ts';

type CallbackPorts = Pick<ConnectPorts, 'connections' | 'people' | 'now'>;

const deauthorised: ConnectionChange = {
  kind: 'disconnected',
  reason: 'app-removed',
  whatToDo:
    'Whoever connected the account has removed this app from their Meta login. Connect the account again.',
};

/** A person has removed the app: what was connected with their consent is disconnected at Meta's side. */
export async function deauthorise(
  { metaUserId, issuedAt }: SignedRequest,
  { connections, people }: CallbackPorts,
): Promise<void> {
  for (const owner of await people.connectionsOf(metaUserId)) {
    await connections.change(owner, (record) => afterChange(record, deauthorised, issuedAt));
  }
}

/**
 * A person wants to be forgotten: all that is kept of them is which connections they have made.
 * @returns the code by which they can ask how it went: the same for a repeat
 */
export async function deletePerson(
  request: SignedRequest,
  ports: CallbackPorts,
): Promise<{ confirmationCode: string }> {
  const { metaUserId, signature } = request;
  const confirmationCode = hash('data-deletion', signature);
  const requestedAt = ports.now().toISOString();
  await ports.people.keepDeletion(confirmationCode, { requestedAt });
  await deauthorise(request, ports);
  await ports.people.forget(metaUserId, await ports.people.connectionsOf(metaUserId));
  const completedAt = ports.now().toISOString();
  await ports.people.keepDeletion(confirmationCode, { requestedAt, completedAt });
  return { confirmationCode };
}

/** Where a deletion stands. @throws Problem where there is none with this code */
export async function deletionStatus(
  code: string,
  { people }: CallbackPorts,
): Promise<{ status: 'pending' | 'completed'; requestedAt: string; completedAt?: string }> {
  const deletion = await people.deletion(code);
  if (!deletion) {
    throw new Problem('not-found', { detail: 'There is no deletion with this code.' });
  }
  const { requestedAt, completedAt } = deletion;
  return completedAt === undefined
    ? { status: 'pending', requestedAt }
    : { status: 'completed', requestedAt, completedAt };
}
