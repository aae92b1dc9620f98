import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { hash } from '../../shared/hash.ts';
import type { SignupStates } from './signup-states.port.ts';

const sortKey = 'ES_STATE';

const text = z.object({ S: z.string() }).transform(({ S }) => S);

const stateItemSchema = z.object({
  organizationId: text,
  userId: text,
  redirectUri: text.optional(),
});

/**
 * The states in the table, `ES_STATE#<hash>` / `ES_STATE`: who reads the table cannot use them. Deleting
 * one is using it: of two who try, one succeeds.
 */
export function signupStatesInDynamoDb(client: DynamoDBClient, tableName: string): SignupStates {
  const keyOf = (state: string) => ({ pk: { S: `ES_STATE#${hash(state)}` }, sk: { S: sortKey } });
  return {
    async issue(state, { organizationId, userId, redirectUri }, expiresAt) {
      await client.send(
        new PutItemCommand({
          TableName: tableName,
          Item: {
            ...keyOf(state),
            organizationId: { S: organizationId },
            userId: { S: userId },
            ...(redirectUri === undefined ? {} : { redirectUri: { S: redirectUri } }),
            expiresAt: { N: String(Math.floor(expiresAt.getTime() / 1000)) },
          },
        }),
      );
    },

    async use(state, now, organizationId) {
      try {
        const { Attributes } = await client.send(
          new DeleteItemCommand({
            TableName: tableName,
            Key: keyOf(state),
            ConditionExpression: `expiresAt > :now${organizationId === undefined ? '' : ' AND organizationId = :organizationId'}`,
            ExpressionAttributeValues: {
              ':now': { N: String(Math.floor(now.getTime() / 1000)) },
              ...(organizationId === undefined ? {} : { ':organizationId': { S: organizationId } }),
            },
            ReturnValues: 'ALL_OLD',
          }),
        );
        return stateItemSchema.parse(Attributes);
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) {
          return undefined;
        }
        throw error;
      }
    },
  };
}
