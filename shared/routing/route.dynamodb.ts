import { type DynamoDBClient, GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { organizationIdSchema } from '../organization-id.schema.ts';
import type { Route, RouteTable } from './route.port.ts';

const text = z.object({ S: z.string().min(1) }).transform(({ S }) => S);

const routeItemSchema = z.object({
  state: text,
  organizationId: text.pipe(organizationIdSchema),
  wabaId: text.optional(),
  phoneNumberId: text.optional(),
  messagesPerSecond: z
    .object({ N: z.coerce.number().positive() })
    .transform(({ N }) => N)
    .optional(),
  takenOverAt: text.optional(),
  claimedAt: text.optional(),
  firstClaimedAt: text.optional(),
});

type RouteItem = z.output<typeof routeItemSchema>;

/** The routes in the table: a number has one item, a WABA one for each organisation connected to it. */
export function routesInDynamoDb(client: DynamoDBClient, tableName: string): RouteTable {
  return {
    async byPhoneNumber(phoneNumberId, { fresh }) {
      const { Item } = await client.send(
        new GetItemCommand({
          TableName: tableName,
          Key: { pk: { S: `ROUTE#${phoneNumberId}` }, sk: { S: 'ROUTE' } },
          ConsistentRead: fresh,
        }),
      );
      const item = Item && routeItemSchema.parse(Item);
      return item?.state === 'ACTIVE' ? routeOf(item) : undefined;
    },
    async byWaba(wabaId, { fresh }) {
      // Stryker disable next-line ArrayDeclaration: a query always answers with a list.
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: 'pk = :waba AND begins_with(sk, :organization)',
          ExpressionAttributeValues: {
            ':waba': { S: `WABA#${wabaId}` },
            ':organization': { S: 'ORG#' },
          },
          ConsistentRead: fresh,
        }),
      );
      const items = Items.map((item) => routeItemSchema.parse(item));
      return items
        .filter(({ state }) => state === 'ACTIVE')
        .map((item) => ({ ...routeOf(item), takenOverAt: takenOverAt(item, items) }));
    },
  };
}

function routeOf({ state: _, claimedAt: _at, firstClaimedAt: _first, ...route }: RouteItem): Route {
  return route;
}

/** When an organisation began to use a WABA, where another one had used it before. */
function takenOverAt(
  { organizationId, claimedAt = '' }: RouteItem,
  all: readonly RouteItem[],
): string | undefined {
  const isSecond = all.some(
    (other) => other.organizationId !== organizationId && (other.firstClaimedAt ?? '') < claimedAt,
  );
  return isSecond ? claimedAt : undefined;
}
