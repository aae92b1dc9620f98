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
type Values = Readonly<Record<string, string>>;

/** What an item says of its owner; nothing where there is none. */
type Found = Partial<z.output<typeof ownerSchema>>;

const userSchema = z.object({ organizationId: text.pipe(organizationIdSchema) });

/** The claims on the routes' own items, as `route-items.ts` says. */
export function routeClaimsInDynamoDb(
  client: DynamoDBClient,
  tableName: string,
  now = () => new Date(),
): RouteClaims {
  /** @returns undefined where it is written, else what is there instead */
  async function update(
    key: { pk: string; sk: string },
    rest: Pick<UpdateItemCommandInput, 'UpdateExpression' | 'ConditionExpression'>,
    values: Values,
  ): Promise<Found | undefined> {
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
        UpdateExpression: `SET #state = :state, organizationId = :organizationId, wabaId = :wabaId${
          state === 'CLAIMED'
            ? ', claimedAt = :now, firstClaimedAt = if_not_exists(firstClaimedAt, :now)'
            : ''
        } REMOVE releasedAt`,
        ...(state === 'CLAIMED' && {
          ConditionExpression: 'attribute_not_exists(#state) OR #state = :released',
        }),
      },
      {
        ...{ state, organizationId, wabaId },
        ...(state === 'CLAIMED' && { released: 'RELEASED', now: now().toISOString() }),
      },
    );

  /** Claims a number where `condition` holds. */
  const claim = (
    { organizationId, wabaId, phoneNumberId }: ConnectedNumber,
    { also = '', condition, values }: { also?: string; condition: string; values: Values },
  ) =>
    update(
      numberKey(phoneNumberId),
      {
        UpdateExpression: `SET #state = :claimed, organizationId = :organizationId, wabaId = :wabaId, phoneNumberId = :phoneNumberId${also} REMOVE releasedAt, messagesPerSecond`,
        ConditionExpression: condition,
      },
      { organizationId, wabaId, phoneNumberId, claimed: 'CLAIMED', ...values },
    );

  return {
    async claimNumber(number, at) {
      const outcomeOf = (found: Found | undefined) => {
        if (!found || found.organizationId === number.organizationId) {
          return 'claimed';
        }
        return found.state === 'RELEASED' ? 'cooling' : 'taken';
      };
      const first = outcomeOf(
        await claim(number, {
          condition:
            'attribute_not_exists(#state)' +
            ' OR (organizationId = :organizationId AND NOT (#state = :active AND wabaId = :wabaId))',
          values: { active: 'ACTIVE' },
        }),
      );
      return first === 'cooling'
        ? outcomeOf(
            await claim(number, {
              also: ', takenOverAt = :at',
              condition:
                '#state = :released AND organizationId <> :organizationId AND releasedAt < :coolSince',
              values: {
                released: 'RELEASED',
                at: at.toISOString(),
                coolSince: new Date(at.getTime() - rememberMs).toISOString(),
              },
            }),
          )
        : first;
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
