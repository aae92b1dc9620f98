import { randomUUID } from 'node:crypto';
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { changedAtAttribute, placeOfItem } from '../../shared/events/conversation-place.ts';
import {
  attributesOf,
  erasedAttribute,
  eventAttributes,
  statusAttribute,
  statusSubjectAttribute,
} from '../../shared/events/message-item.ts';
import type { RetentionDays } from '../../shared/settings/retention.ts';
import type { Ledger, ParkedChange, Stored } from './ledger.port.ts';
import { parkedKey, parkedOwnerSortKey, parkedOwnersKey, parkedSortKey } from './parked-item.ts';
import { insertStatement, statementBatches } from './statement-batches.dynamodb.ts';
import { writeLimit } from './write-limit.ts';

const daySeconds = 24 * 60 * 60;

/** As long as a queue would keep it. */
const parkedDays = 14;

/** Longer than any parked change that was there when it was written last, or that followed at once. */
const ownerDays = parkedDays + 1;

/** An item's keys: a message or event is alone in its partition. */
function keyOf(key: string): { pk: string; sk: string } {
  return { pk: key, sk: key.slice(0, key.indexOf('#')) };
}

/** Where the ledger is and how long it remembers. */
export interface LedgerConfig {
  tableName: string;
  /** Of messages and events. */
  retentionDays: RetentionDays;
  now(): Date;
}

/** The ledger in DynamoDB. */
export function ledgerInDynamoDb(
  client: DynamoDBClient,
  { tableName, retentionDays, now }: LedgerConfig,
): Ledger {
  const execute = statementBatches(client);
  const expiresIn = (days: number): AttributeValue => ({
    N: String(Math.floor(now().getTime() / 1000) + days * daySeconds),
  });

  /** Sets attributes unless `once`, or one of the `others`, is there. An update: a status may have made the item before its message. */
  async function setOnce(
    key: string,
    [once, ...others]: readonly [string, ...string[]],
    attributes: { organizationId: string } & Record<string, string | undefined>,
    anew: readonly string[] = [],
  ): Promise<Stored> {
    const { pk, sk } = keyOf(key);
    const days = await retentionDays(attributes.organizationId);
    const entries = Object.entries(attributes).filter(([, value]) => value !== undefined);
    const assignments = entries.map(([name], index) =>
      [once, changedAtAttribute, ...anew].includes(name)
        ? `#n${index} = :v${index}`
        : `#n${index} = if_not_exists(#n${index}, :v${index})`,
    );
    try {
      const update = new UpdateItemCommand({
        TableName: tableName,
        Key: { pk: { S: pk }, sk: { S: sk } },
        ConditionExpression: ['#once', '#erased', ...others.map((_, index) => `#o${index}`)]
          .map((name) => `attribute_not_exists(${name})`)
          .join(' AND '),
        UpdateExpression: `SET ${assignments.join(', ')}, expiresAt = if_not_exists(expiresAt, :expiresAt)`,
        ExpressionAttributeNames: {
          '#once': once,
          '#erased': erasedAttribute,
          ...Object.fromEntries(others.map((name, index) => [`#o${index}`, name])),
          ...Object.fromEntries(entries.map(([name], index) => [`#n${index}`, name])),
        },
        ExpressionAttributeValues: {
          ':expiresAt': expiresIn(days),
          ...Object.fromEntries(
            entries.map(([, value], index) => [`:v${index}`, { S: value ?? '' }]),
          ),
        },
      });
      await writeLimit(() => client.send(update));
      return 'stored';
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) {
        return 'duplicate';
      }
      throw error;
    }
  }

  async function put(Item: Record<string, AttributeValue>): Promise<void> {
    await client.send(new PutItemCommand({ TableName: tableName, Item }));
  }

  const parkedItemKey = (change: ParkedChange) => ({
    pk: { S: parkedKey(change.owner) },
    sk: { S: parkedSortKey(change) },
  });

  return {
    async storeEvent({ key, event }) {
      const [attribute, ...others] = attributesOf(event);
      const attributes = {
        ...eventAttributes(key, event),
        organizationId: event.organizationId,
        [changedAtAttribute]: now().toISOString(),
      };
      const texts = Object.entries({ ...keyOf(key), ...attributes });
      const insert = insertStatement(tableName, {
        ...Object.fromEntries(texts.map(([name, text]) => [name, { S: text }])),
        expiresAt: expiresIn(await retentionDays(event.organizationId)),
      });
      // An insert fails also where a status was faster than its message: the update settles that.
      return (await execute(insert))
        ? 'stored'
        : setOnce(key, [attribute, ...others], attributes, ['conversationId', 'orderKey']);
    },
    async isErased(key) {
      const { pk, sk } = keyOf(key);
      const { Item } = await client.send(
        new GetItemCommand({
          TableName: tableName,
          Key: { pk: { S: pk }, sk: { S: sk } },
          ConsistentRead: true,
        }),
      );
      return Item?.[erasedAttribute] !== undefined;
    },
    mergeStatus: ({ key, subject, entry }) =>
      setOnce(key, [statusAttribute(entry)], {
        [statusAttribute(entry)]: JSON.stringify(entry),
        [statusSubjectAttribute]: JSON.stringify(subject),
        organizationId: subject.organizationId,
        // Its message, where that comes later, knows better.
        conversationId: placeOfItem({ ...subject, pk: key, receivedAt: entry.receivedAt }),
        orderKey: entry.orderKey,
        [changedAtAttribute]: now().toISOString(),
      }),
    registerOwner: (owner) =>
      put({
        pk: { S: parkedOwnersKey },
        sk: { S: parkedOwnerSortKey(owner) },
        owner: { S: owner },
        expiresAt: expiresIn(ownerDays),
      }),
    park: (change) =>
      put({
        ...parkedItemKey(change),
        body: { S: change.body },
        token: { S: randomUUID() },
        expiresAt: expiresIn(parkedDays),
      }),
    async unpark(change) {
      const Key = parkedItemKey(change);
      await client.send(new DeleteItemCommand({ TableName: tableName, Key }));
    },
    recordTestWebhook: (receivedAt) =>
      put({ pk: { S: 'TEST_WEBHOOK' }, sk: { S: 'LATEST' }, receivedAt: { S: receivedAt } }),
  };
}
