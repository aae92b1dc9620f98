import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  paginateQuery,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import {
  graphTokenKey,
  graphTokenListingKey,
  graphTokenListingPrefix,
} from '../../../shared/graph-tokens/graph-token-item.ts';
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

const text = z.object({ S: z.string() }).transform(({ S }) => S);

const tokenItemSchema = z.object({
  organizationId: text,
  tokenId: text,
  name: text,
  createdAt: text,
  lastUsedAt: text.optional(),
});

const listingItemSchema = z.object({ tokenHash: text });

/** The façade's tokens in the table, as `graph-token-item.ts` says. */
export function graphTokensInDynamoDb({
  client,
  tableName,
  reader,
}: GraphTokensConfig): GraphTokens {
  const written = ({ pk, sk }: { pk: string; sk: string }) => ({ pk: { S: pk }, sk: { S: sk } });

  async function read(tokenHash: string) {
    const { pk, sk } = graphTokenKey(tokenHash);
    const item = await reader.read(pk, sk);
    return item && tokenItemSchema.parse(item);
  }

  return {
    async add({ organizationId, tokenId, name, createdAt }, secret) {
      const tokenHash = hash(secret);
      const items = [
        { ...written(graphTokenListingKey(organizationId, tokenId)), tokenHash: { S: tokenHash } },
        {
          ...written(graphTokenKey(tokenHash)),
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
            ':organization': { S: graphTokenListingKey(organizationId, '').pk },
            ':listing': { S: graphTokenListingPrefix },
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
      const listingKey = graphTokenListingKey(organizationId, tokenId);
      const listing = await reader.read(listingKey.pk, listingKey.sk);
      if (!listing) {
        return false;
      }
      const { tokenHash } = listingItemSchema.parse(listing);
      for (const key of [graphTokenKey(tokenHash), listingKey]) {
        await client.send(new DeleteItemCommand({ TableName: tableName, Key: written(key) }));
      }
      return true;
    },

    async noteUse(secret, at) {
      try {
        await client.send(
          new UpdateItemCommand({
            TableName: tableName,
            Key: written(graphTokenKey(hash(secret))),
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
