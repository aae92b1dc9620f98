import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  paginateQuery,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { organizationIdSchema } from '../organization-id.schema.ts';
import { rememberMs } from './cached-routes.ts';
import type { ConnectedNumber } from './route.port.ts';
import type { ConnectedAccount, RouteClaims } from './route-claims.port.ts';
import { accountKey, numberKey } from './route-items.ts';

const text = z.object({ S: z.string() }).transform(({ S }) => S);

const ownerSchema = z.object({ organizationId: text, state: text });
const userSchema = z.object({ organizationId: text.pipe(organizationIdSchema) });

/** The claims on the routes' own items, as `route-items.ts` says. */
export function routeClaimsInDynamoDb(client: DynamoDBClient, tableName: string): RouteClaims {
  /** @returns undefined where it is written, else what is there instead */
  async function update(
    key: { pk: string; sk: string },
    rest: Pick<UpdateItemCommandInput, 'UpdateExpression' | 'ConditionExpression'>,
    values: Record<string, string>,
  ): Promise<{ organizationId?: string; state?: string } | undefined> {
    const entries = Object.entries(values).map(([name, value]) => [`:${name}`, { S: value }]);
    try {
      await client.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: { pk: { S: key.pk }, sk: { S: key.sk } },
          ...rest,
          ExpressionAttributeNames: { '#state': 'state' },
          ExpressionAttributeValues: Object.fromEntries(entries),
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return undefined;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) {
        return error.Item ? ownerSchema.parse(error.Item) : {};
      }
      throw error;
    }
  }

  /** An account that the organisation uses already stays as it is. */
  const useAccount = ({ organizationId, wabaId }: ConnectedAccount, state: 'CLAIMED' | 'ACTIVE') =>
    update(
      accountKey({ organizationId, wabaId }),
      {
        UpdateExpression:
          'SET #state = :state, organizationId = :organizationId, wabaId = :wabaId REMOVE releasedAt',
        ...(state === 'CLAIMED' && {
          ConditionExpression: 'attribute_not_exists(#state) OR #state = :released',
        }),
      },
      { state, organizationId, wabaId, ...(state === 'CLAIMED' && { released: 'RELEASED' }) },
    );

  return {
    async claimNumber({ organizationId, wabaId, phoneNumberId }, at) {
      const other = await update(
        numberKey(phoneNumberId),
        {
          UpdateExpression:
            'SET #state = :claimed, organizationId = :organizationId, wabaId = :wabaId, phoneNumberId = :phoneNumberId REMOVE releasedAt, messagesPerSecond',
          ConditionExpression:
            'attribute_not_exists(#state)' +
            ' OR (organizationId = :organizationId AND NOT (#state = :active AND wabaId = :wabaId))' +
            ' OR (#state = :released AND releasedAt < :coolSince)',
        },
        {
          ...{ organizationId, wabaId, phoneNumberId },
          ...{ claimed: 'CLAIMED', active: 'ACTIVE', released: 'RELEASED' },
          coolSince: new Date(at.getTime() - rememberMs).toISOString(),
        },
      );
      if (!other || other.organizationId === organizationId) {
        return 'claimed';
      }
      return other.state === 'RELEASED' ? 'cooling' : 'taken';
    },

    async claimAccount(account) {
      await useAccount(account, 'CLAIMED');
    },

    async activateNumber({ organizationId, wabaId, phoneNumberId }) {
      const other = await update(
        numberKey(phoneNumberId),
        {
          UpdateExpression: 'SET #state = :active',
          ConditionExpression:
            'organizationId = :organizationId AND wabaId = :wabaId AND #state IN (:claimed, :active)',
        },
        { organizationId, wabaId, claimed: 'CLAIMED', active: 'ACTIVE' },
      );
      return other === undefined;
    },

    async activateAccount(account) {
      await useAccount(account, 'ACTIVE');
    },

    async releaseNumber(number: ConnectedNumber, at) {
      const { organizationId, wabaId, phoneNumberId } = number;
      await update(
        numberKey(phoneNumberId),
        {
          UpdateExpression: 'SET #state = :released, releasedAt = :at',
          ConditionExpression:
            'organizationId = :organizationId AND wabaId = :wabaId AND #state <> :released',
        },
        { organizationId, wabaId, released: 'RELEASED', at: at.toISOString() },
      );
    },

    async releaseAccount(account, at) {
      await update(
        accountKey(account),
        {
          UpdateExpression: 'SET #state = :released, releasedAt = :at',
          ConditionExpression: 'attribute_exists(#state) AND #state <> :released',
        },
        { released: 'RELEASED', at: at.toISOString() },
      );
    },

    async usersOf(wabaId) {
      const users: string[] = [];
      const pages = paginateQuery(
        { client },
        {
          TableName: tableName,
          KeyConditionExpression: 'pk = :waba AND begins_with(sk, :organization)',
          FilterExpression: '#state <> :released',
          ExpressionAttributeNames: { '#state': 'state' },
          ExpressionAttributeValues: {
            ':waba': { S: accountKey({ wabaId, organizationId: '' }).pk },
            ':organization': { S: accountKey({ wabaId, organizationId: '' }).sk },
            ':released': { S: 'RELEASED' },
          },
          ConsistentRead: true,
        },
      );
      for await (const { Items = [] } of pages) {
        users.push(...Items.map((item) => userSchema.parse(item).organizationId));
      }
      return users;
    },
  };
}
