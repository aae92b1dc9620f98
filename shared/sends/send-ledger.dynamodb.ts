import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type Delete,
  DeleteItemCommand,
  type DynamoDBClient,
  type Put,
  PutItemCommand,
  QueryCommand,
  TransactionCanceledException,
  TransactionConflictException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  type Update,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import pLimit from 'p-limit';
import * as z from 'zod';
import { changedAtAttribute, placeOfItem } from '../events/conversation-place.ts';
import { orderKeyOf } from '../events/order-key.ts';
import type { TableReader } from '../table/table-reader.dynamodb.ts';
import type { SendUpdated } from './send-event.ts';
import {
  laneItemKey,
  laneSortKey,
  referencePartition,
  referenceSortKey,
  sendItemKey,
  sendOfKey,
  sendSortKey,
  toldAttribute,
} from './send-item.ts';
import type { SendLedger } from './send-ledger.port.ts';
import { type SendRecord, sendRecordSchema } from './send-record.schema.ts';

/** Where the sends are. */
export interface SendLedgerConfig {
  tableName: string;
  /** The index over `listing` and `listingOrder`. */
  indexName: string;
  /** Shared with the adapters that are asked at the same time. */
  reader: TableReader;
}

/** A write of a send's own item. */
type SendWrite = { Put: Put } | { Update: Update } | { Delete: Delete };

/** Longer than any redelivery. */
const keptDays = 30;

/** One partition of the index takes 1,000 writes a second. Source: DynamoDB Developer Guide, "Quotas". */
const shards = 8;

const mostByReference = 50;

/** Sends to one recipient meet at their lane's item, a few at a time. */
const maxAttempts = 5;

const firstWaitMs = 25;

/** Below the SDK's 50 connections: what waits for one longer than a second fails. */
const concurrentWrites = 40;

const storedSendSchema = z.object({
  record: z
    .object({ S: z.string() })
    .transform(({ S }): unknown => JSON.parse(S))
    .pipe(sendRecordSchema),
  version: z.object({ N: z.coerce.number() }).transform(({ N }) => N),
});

const text = z.object({ S: z.string() }).transform(({ S }) => S);
const listedSchema = z.object({ pk: text, listingOrder: text });
const referenceSchema = z.object({ sk: text });

/**
 * The sends in DynamoDB, as `send-item.ts` says. Beside them are:
 * - `SENDREF#<organisation>#<hash of the client reference>` / `<createdAt>#<sendId>`: a send that has a
 *   client reference;
 * - `LANE#<laneKey>` / `LANE`: in the set `held` the ids of the sends that hold the lane.
 */
export function sendLedgerInDynamoDb(
  client: DynamoDBClient,
  { tableName, indexName, reader }: SendLedgerConfig,
): SendLedger {
  const limit = pLimit(concurrentWrites);

  /** @returns false where the send is not what its write expects */
  async function write(send: SendWrite, others: readonly TransactWriteItem[]): Promise<boolean> {
    for (let attempt = 1; ; attempt++) {
      try {
        await limit(() =>
          others.length === 0 ? writeAlone(client, send) : writeAll([send, ...others]),
        );
        return true;
      } catch (error) {
        if (isOtherwise(error)) {
          return false;
        }
        if (!isConflict(error) || attempt === maxAttempts) {
          throw error;
        }
        await delay(Math.random() * firstWaitMs * 2 ** attempt);
      }
    }
  }

  async function writeAll(TransactItems: TransactWriteItem[]): Promise<void> {
    await client.send(new TransactWriteItemsCommand({ TransactItems }));
  }

  function replacement(
    version: number,
    record: SendRecord,
    event: SendUpdated | undefined,
  ): Update {
    const sets = ['#record = :record', 'version = :next', 'writeId = :mine'];
    const values: Record<string, AttributeValue> = {
      ':read': { N: String(version) },
      ':next': { N: String(version + 1) },
      ':mine': { S: randomUUID() },
      ':record': { S: JSON.stringify(record) },
    };
    for (const [name, place] of Object.entries(places(record))) {
      sets.push(`${name} = :${name}`);
      values[`:${name}`] = place;
    }
    const { listing: partition, listingOrder } = listing(record) ?? {};
    if (partition && listingOrder) {
      sets.push('listing = :listing', 'listingOrder = :listingOrder');
      Object.assign(values, { ':listing': partition, ':listingOrder': listingOrder });
    }
    if (event) {
      sets.push('#told = if_not_exists(#told, :event)');
      values[':event'] = { S: JSON.stringify(event) };
    }
    return {
      TableName: tableName,
      Key: keyOf(record),
      ConditionExpression: 'version = :read OR writeId = :mine',
      UpdateExpression: `SET ${sets.join(', ')}${partition ? '' : ' REMOVE listing, listingOrder'}`,
      ExpressionAttributeNames: {
        '#record': 'record',
        ...(event && { '#told': toldAttribute(event.status) }),
      },
      ExpressionAttributeValues: values,
    };
  }

  function referenceWrites(record: SendRecord, action: 'Put' | 'Delete'): TransactWriteItem[] {
    const { organizationId, clientReference, createdAt, sendId } = record;
    if (clientReference === undefined) {
      return [];
    }
    const Key = {
      pk: { S: referencePartition(organizationId, clientReference) },
      sk: { S: referenceSortKey({ createdAt, sendId }) },
    };
    const Item = { ...Key, expiresAt: expiresAt(record) };
    return action === 'Put'
      ? [{ Put: { TableName: tableName, Item } }]
      : [{ Delete: { TableName: tableName, Key } }];
  }

  function laneWrite(record: SendRecord, action: 'ADD' | 'DELETE'): TransactWriteItem {
    return {
      Update: {
        TableName: tableName,
        Key: { pk: { S: laneItemKey(record.laneKey) }, sk: { S: laneSortKey } },
        UpdateExpression: `SET expiresAt = :expiresAt ${action} held :send`,
        ExpressionAttributeValues: {
          ':expiresAt': expiresAt(record),
          ':send': { SS: [record.sendId] },
        },
      },
    };
  }

  return {
    async find(organizationId, sendId) {
      const item = await reader.read(sendItemKey(organizationId, sendId), sendSortKey);
      return item && storedSendSchema.parse(item);
    },

    async create(record, event) {
      const version = firstVersion(record);
      const writeId = randomUUID();
      const Put = {
        TableName: tableName,
        Item: {
          ...keyOf(record),
          record: { S: JSON.stringify(record) },
          version: { N: String(version) },
          writeId: { S: writeId },
          expiresAt: expiresAt(record),
          ...(event && { [toldAttribute(event.status)]: { S: JSON.stringify(event) } }),
          ...places(record),
          ...listing(record),
        },
        ConditionExpression: 'attribute_not_exists(pk) OR writeId = :mine',
        ExpressionAttributeValues: { ':mine': { S: writeId } },
      };
      const created = await write({ Put }, [
        ...referenceWrites(record, 'Put'),
        ...(record.holdsLane ? [laneWrite(record, 'ADD')] : []),
      ]);
      return created ? { record, version } : undefined;
    },

    async replace({ record: was, version }, next, event) {
      const replaced = await write(
        { Update: replacement(version, next, event) },
        was.holdsLane === next.holdsLane
          ? []
          : [laneWrite(next, next.holdsLane ? 'ADD' : 'DELETE')],
      );
      return replaced ? { record: next, version: version + 1 } : undefined;
    },

    async remove({ record, version }) {
      const Delete = {
        TableName: tableName,
        Key: keyOf(record),
        ConditionExpression: 'version = :read',
        ExpressionAttributeValues: { ':read': { N: String(version) } },
      };
      return write({ Delete }, [
        ...referenceWrites(record, 'Delete'),
        ...(record.holdsLane ? [laneWrite(record, 'DELETE')] : []),
      ]);
    },

    async byClientReference(organizationId, clientReference) {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: 'pk = :reference',
          ExpressionAttributeValues: {
            ':reference': { S: referencePartition(organizationId, clientReference) },
          },
          ScanIndexForward: false,
          Limit: mostByReference,
          ConsistentRead: true,
        }),
      );
      return Items.map((item) => sendIdOfReference(referenceSchema.parse(item).sk));
    },

    async isHeld(laneKey) {
      const lane = await reader.read(laneItemKey(laneKey), laneSortKey);
      return lane?.['held'] !== undefined;
    },

    async due(now, limit) {
      const pages = await Promise.all(
        Array.from({ length: shards }, async (_, shard) => {
          const { Items = [] } = await client.send(
            new QueryCommand({
              TableName: tableName,
              IndexName: indexName,
              KeyConditionExpression: 'listing = :shard AND listingOrder <= :now',
              ExpressionAttributeValues: {
                ':shard': { S: openSendsOf(shard) },
                ':now': { S: now },
              },
              Limit: limit,
            }),
          );
          return Items.map((item) => listedSchema.parse(item));
        }),
      );
      return pages
        .flat()
        .sort((one, other) => (one.listingOrder < other.listingOrder ? -1 : 1))
        .slice(0, limit)
        .map(({ pk }) => sendOfKey(pk));
    },
  };
}

async function writeAlone(client: DynamoDBClient, send: SendWrite): Promise<void> {
  if ('Put' in send) {
    await client.send(new PutItemCommand(send.Put));
  } else if ('Update' in send) {
    await client.send(new UpdateItemCommand(send.Update));
  } else {
    await client.send(new DeleteItemCommand(send.Delete));
  }
}

/** The send's own item comes first in every transaction. */
function isOtherwise(error: unknown): boolean {
  return (
    error instanceof ConditionalCheckFailedException ||
    (error instanceof TransactionCanceledException &&
      error.CancellationReasons?.[0]?.Code === 'ConditionalCheckFailed')
  );
}

/** Only what somebody else's write explains: throttling cancels a transaction too. */
function isConflict(error: unknown): boolean {
  if (error instanceof TransactionConflictException) {
    return true;
  }
  if (!(error instanceof TransactionCanceledException)) {
    return false;
  }
  const codes = (error.CancellationReasons ?? []).map(({ Code = 'None' }) => Code);
  return (
    codes.includes('TransactionConflict') &&
    codes.every((code) => code === 'None' || code === 'TransactionConflict')
  );
}

/**
 * A send that is taken back may be created again: counting on from its time, nobody takes the new one
 * for the one that he has read.
 */
function firstVersion({ createdAt }: SendRecord): number {
  return Date.parse(createdAt);
}

function keyOf({ organizationId, sendId }: SendRecord) {
  return { pk: { S: sendItemKey(organizationId, sendId) }, sk: { S: sendSortKey } };
}

function expiresAt({ createdAt }: SendRecord) {
  const createdSeconds = Math.floor(Date.parse(createdAt) / 1000);
  return { N: String(createdSeconds + keptDays * 24 * 60 * 60) };
}

/** By which the events of a send are found again, in its conversation and in time. */
function places(record: SendRecord): Record<string, AttributeValue> {
  const { organizationId, sendId, conversationId, createdAt, stateAt } = record;
  const pk = sendItemKey(organizationId, sendId);
  const texts = {
    organizationId,
    conversationId: placeOfItem({ pk, organizationId, conversationId, receivedAt: createdAt }),
    orderKey: orderKeyOf(createdAt, createdAt, 0),
    [changedAtAttribute]: stateAt,
  };
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, { S: text }]));
}

function openSendsOf(shard: number): string {
  return `OPEN_SENDS#${shard}`;
}

function listing({ sendId, settleAt }: SendRecord) {
  return settleAt === undefined
    ? undefined
    : {
        listing: { S: openSendsOf(sendId.charCodeAt(0) % shards) },
        listingOrder: { S: settleAt },
      };
}

function sendIdOfReference(sk: string): string {
  return sk.slice(sk.indexOf('#') + 1);
}
