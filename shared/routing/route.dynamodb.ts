import {
  type AttributeValue,
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
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
});

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
      return activeRoute(Item);
    },
    async byWaba(wabaId, { fresh }) {
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
      return Items.map(activeRoute).filter((route) => route !== undefined);
    },
  };
}

function activeRoute(item: Record<string, AttributeValue> | undefined): Route | undefined {
  if (!item) {
    return undefined;
  }
  const { state, ...route } = routeItemSchema.parse(item);
  return state === 'ACTIVE' ? route : undefined;
}
