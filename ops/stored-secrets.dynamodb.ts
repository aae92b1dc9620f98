import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  paginateQuery,
  paginateScan,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import {
  credentialKey,
  credentialSortKeyPrefix,
  pinContext,
  pinKey,
  signupContext,
  signupSortKeyPrefix,
  tokenContext,
} from '../shared/credentials/credential-item.ts';
import type { StoredSecret, StoredSecrets } from './stored-secrets.port.ts';

const text = z.object({ S: z.string() }).transform(({ S }) => S);

const itemSchema = z.object({
  pk: text,
  sk: text,
  ciphertext: z.object({ B: z.instanceof(Uint8Array) }).transform(({ B }) => B),
});

const partitionPrefix = credentialKey('', '').pk;

const kinds = [
  { kind: 'token', prefix: credentialSortKeyPrefix, contextOf: tokenContext },
  { kind: 'signup', prefix: signupSortKeyPrefix, contextOf: signupContext },
  { kind: 'pin', prefix: pinKey('', '').sk, contextOf: pinContext },
] as const;

/** The ciphertexts of `credential-item.ts`, each with its context. Nothing else of an item is read or changed. */
export function storedSecretsInDynamoDb(client: DynamoDBClient, tableName: string): StoredSecrets {
  const reading = {
    TableName: tableName,
    ProjectionExpression: 'pk, sk, ciphertext',
    ConsistentRead: true,
  };
  return {
    async *pages(organizationId) {
      const pages =
        organizationId === undefined
          ? paginateScan(
              { client },
              {
                ...reading,
                FilterExpression: 'begins_with(pk, :partition) AND attribute_exists(ciphertext)',
                ExpressionAttributeValues: { ':partition': { S: partitionPrefix } },
              },
            )
          : paginateQuery(
              { client },
              {
                ...reading,
                KeyConditionExpression: 'pk = :partition',
                FilterExpression: 'attribute_exists(ciphertext)',
                ExpressionAttributeValues: {
                  ':partition': { S: partitionPrefix + organizationId },
                },
              },
            );
      for await (const { Items = [] } of pages) {
        yield Items.map((item) => secretOf(itemSchema.parse(item)));
      }
    },

    async replace({ organizationId, kind, id, ciphertext: read }, ciphertext) {
      const prefix = kinds.find((known) => known.kind === kind)?.prefix ?? '';
      try {
        await client.send(
          new UpdateItemCommand({
            TableName: tableName,
            Key: { pk: { S: partitionPrefix + organizationId }, sk: { S: prefix + id } },
            UpdateExpression: 'SET ciphertext = :next',
            ConditionExpression: 'ciphertext = :read',
            ExpressionAttributeValues: { ':next': { B: ciphertext }, ':read': { B: read } },
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) {
          // The SDK repeats a write whose answer got lost: then what is there is what was to be written.
          const found = error.Item?.['ciphertext']?.B;
          return found !== undefined && Buffer.from(found).equals(ciphertext);
        }
        throw error;
      }
    },
  };
}

function secretOf({ pk, sk, ciphertext }: z.output<typeof itemSchema>): StoredSecret {
  const organizationId = pk.slice(partitionPrefix.length);
  const known = kinds.find(({ prefix }) => sk.startsWith(prefix));
  if (!known) {
    return { organizationId, kind: 'unknown', id: sk, ciphertext, context: undefined };
  }
  const id = sk.slice(known.prefix.length);
  const context = known.contextOf(organizationId, id);
  return { organizationId, kind: known.kind, id, ciphertext, context };
}
