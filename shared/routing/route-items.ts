import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { ConnectedNumber } from './route.port.ts';

/**
 * The item of a number: `organizationId`, `wabaId`, `phoneNumberId` and `state`: `CLAIMED` while it is
 * being connected, `ACTIVE`, or `RELEASED` since `releasedAt`, which stays as a tombstone; `takenOverAt`:
 * when the organisation claimed it, where another one had it before.
 */
export function numberKey(phoneNumberId: string): { pk: string; sk: string } {
  return { pk: `ROUTE#${phoneNumberId}`, sk: 'ROUTE' };
}

/**
 * The item of a WABA and an organisation that uses it: its states are those of a number. `claimedAt`
 * and `firstClaimedAt` say who has used the WABA before whom.
 */
export function accountKey({
  wabaId,
  organizationId,
}: Pick<ConnectedNumber, 'organizationId' | 'wabaId'>): { pk: string; sk: string } {
  return { pk: `WABA#${wabaId}`, sk: `ORG#${organizationId}` };
}

/** The items by which an organisation's connected number is found: by the number itself, and by its WABA. */
export function routeItems({
  organizationId,
  wabaId,
  phoneNumberId,
}: ConnectedNumber): Record<string, AttributeValue>[] {
  const owner = {
    state: { S: 'ACTIVE' },
    organizationId: { S: organizationId },
    wabaId: { S: wabaId },
  };
  return [
    {
      ...keyOf(numberKey(phoneNumberId)),
      phoneNumberId: { S: phoneNumberId },
      ...owner,
    },
    { ...keyOf(accountKey({ wabaId, organizationId })), ...owner },
  ];
}

function keyOf({ pk, sk }: { pk: string; sk: string }): Record<string, AttributeValue> {
  return { pk: { S: pk }, sk: { S: sk } };
}
