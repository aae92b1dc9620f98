import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  eventAttribute,
  statusAttribute,
  statusSubjectAttribute,
} from '../../shared/events/message-item.ts';
import { hash } from '../../shared/hash.ts';
import type { Ledger, ParkedChange, Stored } from './ledger.port.ts';

const daySeconds = 24 * 60 * 60;

/** As long as a queue would keep it. */
const parkedDays = 14;

/** Where the ledger is and how long it remembers. */
export interface LedgerConfig {
  tableName: string;
  /** Days that messages and events are kept. */
  retentionDays: number;
  now(): Date;
}

/** The ledger in DynamoDB. */
export function ledgerInDynamoDb(
  client: DynamoDBClient,
  { tableName, retentionDays, now }: LedgerConfig,
): Ledger {
  const expiresIn = (days: number): AttributeValue => ({
    N: String(Math.floor(now().getTime() / 1000) + days * daySeconds),
  });

  /** Sets attributes unless `once` is there. An update: a status may have made the item before its message. */
  async function setOnce(
    key: string,
    once: string,
    attributes: Record<string, string | undefined>,
  ): Promise<Stored> {
    const entries = Object.entries(attributes).filter(([, value]) => value !== undefined);
    const assignments = entries.map(([name], index) =>
      name === once
        ? `#n${index} = :v${index}`
        : `#n${index} = if_not_exists(#n${index}, :v${index})`,
    );
    try {
      await client.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: { pk: { S: key }, sk: { S: key.slice(0, key.indexOf('#')) } },
          ConditionExpression: 'attribute_not_exists(#once)',
          UpdateExpression: `SET ${assignments.join(', ')}, expiresAt = if_not_exists(expiresAt, :expiresAt)`,
          ExpressionAttributeNames: {
            '#once': once,
            ...Object.fromEntries(entries.map(([name], index) => [`#n${index}`, name])),
          },
          ExpressionAttributeValues: {
            ':expiresAt': expiresIn(retentionDays),
            ...Object.fromEntries(
              entries.map(([, value], index) => [`:v${index}`, { S: value ?? '' }]),
            ),
          },
        }),
      );
      return 'stored';
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) {
        return 'duplicate';
      }
      throw error;
    }
  }

  const parkedKey = ({ owner, body }: ParkedChange) => ({
    pk: { S: `PARKED#${owner}` },
    sk: { S: hash(body) },
  });

  return {
    storeEvent: ({ key, event }) =>
      setOnce(key, eventAttribute, {
        [eventAttribute]: JSON.stringify(event),
        organizationId: event.organizationId,
        conversationId: event.conversationId,
        orderKey: event.orderKey,
      }),
    mergeStatus: ({ key, subject, entry }) =>
      setOnce(key, statusAttribute(entry), {
        [statusAttribute(entry)]: JSON.stringify(entry),
        [statusSubjectAttribute]: JSON.stringify(subject),
        organizationId: subject.organizationId,
      }),
    async park(change) {
      await client.send(
        new PutItemCommand({
          TableName: tableName,
          Item: {
            ...parkedKey(change),
            body: { S: change.body },
            expiresAt: expiresIn(parkedDays),
          },
        }),
      );
    },
    async unpark(change) {
      await client.send(new DeleteItemCommand({ TableName: tableName, Key: parkedKey(change) }));
    },
  };
}
