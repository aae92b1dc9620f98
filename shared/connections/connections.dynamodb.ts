import { randomUUID } from 'node:crypto';
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { canonicalJson } from '../json.ts';
import { toldAttribute } from '../sends/send-item.ts';
import type { TableItem, TableReader } from '../table/table-reader.dynamodb.ts';
import { type ConnectionRecord, connectionRecordSchema } from './connection.schema.ts';
import { connectionUpdated, isWorthTelling, lastStep } from './connection-event.ts';
import { connectionKey, connectionSortKeyPrefix } from './connection-item.ts';
import type { Connections } from './connections.port.ts';

/** Where the connections are. */
export interface ConnectionsConfig {
  tableName: string;
  /** Shared with the adapters that are asked at the same time. */
  reader: TableReader;
}

/** Two tabs and a webhook are few writers: more rounds are a mistake. */
const maxRounds = 20;

const text = z.object({ S: z.string() }).transform(({ S }) => S);

const connectionItemSchema = z.object({
  sk: text,
  connection: text.transform((json): unknown => JSON.parse(json)).pipe(connectionRecordSchema),
  version: z.object({ N: z.coerce.number() }).transform(({ N }) => N),
  told: text.optional(),
});

/** The connections in DynamoDB, as `connection-item.ts` says. */
export function connectionsInDynamoDb(
  client: DynamoDBClient,
  { tableName, reader }: ConnectionsConfig,
): Connections {
  async function stored(organizationId: string, wabaId: string) {
    const { pk, sk } = connectionKey(organizationId, wabaId);
    const item = await reader.read(pk, sk);
    return item && connectionItemSchema.parse(item);
  }

  /** @returns whether it is written: false where somebody else was faster */
  async function write(
    next: ConnectionRecord,
    before: z.output<typeof connectionItemSchema> | undefined,
  ): Promise<boolean> {
    const { pk, sk } = connectionKey(next.organizationId, next.wabaId);
    const version = (before?.version ?? 0) + 1;
    const attribute = toldAttribute(String(version));
    const { state, stateAt: at, problem } = next;
    const { organizationId, wabaId } = next;
    const event = isWorthTelling(before?.connection, next)
      ? connectionUpdated(
          { organizationId, wabaId, state, at, step: lastStep(next), problem },
          { pk, sk, attribute },
        )
      : undefined;
    const writeId = randomUUID();
    try {
      await client.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: { pk: { S: pk }, sk: { S: sk } },
          ConditionExpression: before ? '#version = :read' : 'attribute_not_exists(#version)',
          UpdateExpression:
            `SET #connection = :connection, #version = :next, #writeId = :writeId${event ? ', #event = :event, #told = :attribute' : ''}` +
            (event && before?.told !== undefined ? ' REMOVE #oldEvent' : ''),
          ExpressionAttributeNames: {
            '#connection': 'connection',
            '#version': 'version',
            '#writeId': 'writeId',
            ...(event && { '#event': attribute, '#told': 'told' }),
            ...(event && before?.told !== undefined && { '#oldEvent': before.told }),
          },
          ExpressionAttributeValues: {
            ':connection': { S: JSON.stringify(next) },
            ':next': { N: String(version) },
            ':writeId': { S: writeId },
            ...(before && { ':read': { N: String(before.version) } }),
            ...(event && {
              ':event': { S: JSON.stringify(event) },
              ':attribute': { S: attribute },
            }),
          },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) {
        // The SDK repeats a write whose answer got lost: then what is there is what was to be written.
        return error.Item?.['writeId']?.S === writeId;
      }
      throw error;
    }
  }

  return {
    async find({ organizationId, wabaId }) {
      return (await stored(organizationId, wabaId))?.connection;
    },

    async list(organizationId, { after, limit }) {
      const { pk, sk } = connectionKey(organizationId, after ?? '');
      const { Items = [], LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: 'pk = :organization AND begins_with(sk, :connection)',
          ExpressionAttributeValues: {
            ':organization': { S: pk },
            ':connection': { S: connectionSortKeyPrefix },
          },
          ...(after === undefined ? {} : { ExclusiveStartKey: { pk: { S: pk }, sk: { S: sk } } }),
          Limit: limit,
          ConsistentRead: true,
        }),
      );
      const connections = Items.map(
        (item: TableItem) => connectionItemSchema.parse(item).connection,
      );
      return { connections, next: LastEvaluatedKey && connections.at(-1)?.wabaId };
    },

    async change({ organizationId, wabaId }, apply) {
      for (let round = 0; round < maxRounds; round++) {
        const before = await stored(organizationId, wabaId);
        const next = apply(before?.connection);
        if (!next || canonicalJson(next) === canonicalJson(before?.connection)) {
          return before?.connection;
        }
        if (await write(next, before)) {
          return next;
        }
      }
      throw new Error('The connection is changed by too many at once');
    },
  };
}
