import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  paginateQuery,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { connectionUpdated } from '../connections/connection-event.ts';
import { deadToken } from '../connections/dead-token.ts';
import { toldAttribute } from '../sends/send-item.ts';
import type { TableReader } from '../table/table-reader.dynamodb.ts';
import type { Credentials } from './credential.port.ts';
import { credentialKey, credentialSortKeyPrefix, tokenContext } from './credential-item.ts';
import { cachedTokens } from './token-cache.ts';
import type { TokenCipher } from './token-cipher.port.ts';

/** Where the credentials are, and what opens them. */
export interface CredentialsConfig {
  client: DynamoDBClient;
  tableName: string;
  /** Shared with the adapters that are asked at the same time. */
  reader: TableReader;
  cipher: TokenCipher;
  /** In ms since 1970. */
  now?: () => number;
}

const text = z.object({ S: z.string() }).transform(({ S }) => S);

const credentialItemSchema = z.object({
  state: text.pipe(z.enum(['VALID', 'INVALID'])),
  reason: text.optional(),
  ciphertext: z.object({ B: z.instanceof(Uint8Array) }).transform(({ B }) => B),
});

const sortKeySchema = z.object({ sk: text });

/** The credentials in the table, as `credential-item.ts` says, their tokens in memory for five minutes. */
export function credentialsInDynamoDb({
  client,
  tableName,
  reader,
  cipher,
  now = Date.now,
}: CredentialsConfig): Credentials {
  const tokens = cachedTokens(cipher, now);
  return {
    async find(organizationId, wabaId) {
      const { pk, sk } = credentialKey(organizationId, wabaId);
      const item = await reader.read(pk, sk);
      return item && { organizationId, wabaId, ...credentialItemSchema.parse(item) };
    },

    async wabasOf(organizationId) {
      const wabaIds: string[] = [];
      const pages = paginateQuery(
        { client },
        {
          TableName: tableName,
          KeyConditionExpression: 'pk = :organization AND begins_with(sk, :credential)',
          ExpressionAttributeValues: {
            ':organization': { S: credentialKey(organizationId, '').pk },
            ':credential': { S: credentialSortKeyPrefix },
          },
          ProjectionExpression: 'sk',
          ConsistentRead: true,
        },
      );
      for await (const { Items = [] } of pages) {
        for (const item of Items) {
          wabaIds.push(sortKeySchema.parse(item).sk.slice(credentialSortKeyPrefix.length));
        }
      }
      return wabaIds;
    },

    open: ({ organizationId, wabaId, ciphertext }) =>
      tokens.decrypt(ciphertext, tokenContext(organizationId, wabaId)),

    async invalidate({ organizationId, wabaId, ciphertext }, reason, at) {
      tokens.forget(ciphertext, tokenContext(organizationId, wabaId));
      const { pk, sk } = credentialKey(organizationId, wabaId);
      const attribute = toldAttribute(`invalid#${at}`);
      const event = connectionUpdated(
        { organizationId, wabaId, state: 'degraded', at, problem: deadToken(reason) },
        { pk, sk, attribute },
      );
      try {
        await client.send(
          new UpdateItemCommand({
            TableName: tableName,
            Key: { pk: { S: pk }, sk: { S: sk } },
            UpdateExpression:
              'SET #state = :invalid, #reason = :reason, invalidSince = :at, #told = :event',
            ConditionExpression: '#state = :valid AND ciphertext = :read',
            ExpressionAttributeNames: {
              '#state': 'state',
              '#reason': 'reason',
              '#told': attribute,
            },
            ExpressionAttributeValues: {
              ':invalid': { S: 'INVALID' },
              ':valid': { S: 'VALID' },
              ':reason': { S: reason },
              ':at': { S: at },
              ':event': { S: JSON.stringify(event) },
              ':read': { B: ciphertext },
            },
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) {
          return false;
        }
        throw error;
      }
    },
  };
}
