import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  paginateQuery,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { hash } from '../../../shared/hash.ts';
import type { TableReader } from '../../../shared/table/table-reader.dynamodb.ts';
import type { GraphTokens } from './graph-tokens.port.ts';

/** Where the tokens are. */
export interface GraphTokensConfig {
  client: DynamoDBClient;
  tableName: string;
  /** Shared with the adapters that are asked at the same time. */
  reader: TableReader;
}

const tokenSortKey = 'GRAPHTOKEN';
const listingPrefix = `${tokenSortKey}#`;

const text = z.object({ S: z.string() }).transform(({ S }) => S);

const tokenItemSchema = z.object({
  organizationId: text,
  tokenId: text,
  name: text,
  createdAt: text,
  lastUsedAt: text.optional(),
});

const listingItemSchema = z.object({ tokenHash: text });

/**
 * The façade's tokens in the table:
 * - `GRAPHTOKEN#<hash of the secret>` / `GRAPHTOKEN`: whose it is. It holds while this item is there;
 * - `ORG#<organisation>` / `GRAPHTOKEN#<token id>`: `tokenHash`, by which the other one is found. Written
 *   before it and removed after it: no token holds that nobody can see and revoke.
 */
export function graphTokensInDynamoDb({
  client,
  tableName,
  reader,
}: GraphTokensConfig): GraphTokens {
  const tokenKey = (tokenHash: string) => ({
    pk: { S: `${tokenSortKey}#${tokenHash}` },
    sk: { S: tokenSortKey },
  });
  const listingKey = (organizationId: string, tokenId: string) => ({
    pk: { S: `ORG#${organizationId}` },
    sk: { S: `${listingPrefix}${tokenId}` },
  });

  async function read(tokenHash: string) {
    const { pk, sk } = tokenKey(tokenHash);
    const item = await reader.read(pk.S, sk.S);
    return item && tokenItemSchema.parse(item);
  }

  return {
    async add({ organizationId, tokenId, name, createdAt }, secret) {
      const tokenHash = hash(secret);
      const items = [
        { ...listingKey(organizationId, tokenId), tokenHash: { S: tokenHash } },
        {
          ...tokenKey(tokenHash),
          organizationId: { S: organizationId },
          tokenId: { S: tokenId },
          name: { S: name },
          createdAt: { S: createdAt },
        },
      ];
      for (const Item of items) {
        await client.send(new PutItemCommand({ TableName: tableName, Item }));
      }
    },

    find: (secret) => read(hash(secret)),

    async ofOrganization(organizationId) {
      const hashes: string[] = [];
      const pages = paginateQuery(
        { client },
        {
          TableName: tableName,
          KeyConditionExpression: 'pk = :organization AND begins_with(sk, :listing)',
          ExpressionAttributeValues: {
            ':organization': listingKey(organizationId, '').pk,
            ':listing': { S: listingPrefix },
          },
          ConsistentRead: true,
        },
      );
      for await (const { Items = [] } of pages) {
        hashes.push(...Items.map((item) => listingItemSchema.parse(item).tokenHash));
      }
      const tokens = await Promise.all(hashes.map(read));
      return tokens
        .filter((token) => token !== undefined)
        .sort((one, other) => (one.createdAt < other.createdAt ? -1 : 1));
    },

    async remove(organizationId, tokenId) {
      const { pk, sk } = listingKey(organizationId, tokenId);
      const listing = await reader.read(pk.S, sk.S);
      if (!listing) {
        return false;
      }
      const { tokenHash } = listingItemSchema.parse(listing);
      for (const Key of [tokenKey(tokenHash), { pk, sk }]) {
        await client.send(new DeleteItemCommand({ TableName: tableName, Key }));
      }
      return true;
    },

    async noteUse(secret, at) {
      try {
        await client.send(
          new UpdateItemCommand({
            TableName: tableName,
            Key: tokenKey(hash(secret)),
            UpdateExpression: 'SET lastUsedAt = :at',
            ConditionExpression: 'attribute_exists(pk)',
            ExpressionAttributeValues: { ':at': { S: at } },
          }),
        );
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) {
          throw error;
        }
      }
    },
  };
}
