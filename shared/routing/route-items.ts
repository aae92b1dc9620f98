import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { ConnectedNumber } from './route.port.ts';

/** The items by which an organisation's number is found: by the number itself, and by its WABA. */
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
      pk: { S: `ROUTE#${phoneNumberId}` },
      sk: { S: 'ROUTE' },
      phoneNumberId: { S: phoneNumberId },
      ...owner,
    },
    { pk: { S: `WABA#${wabaId}` }, sk: { S: `ORG#${organizationId}` }, ...owner },
  ];
}
