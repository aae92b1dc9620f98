import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  paginateQuery,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import type { TableReader } from '../table/table-reader.dynamodb.ts';
import {
  credentialKey,
  pinContext,
  pinKey,
  signupContext,
  signupKey,
  signupSortKeyPrefix,
  tokenContext,
} from './credential-item.ts';
import type { CredentialStore, PendingSignup } from './credential-store.port.ts';
import type { TokenCipher } from './token-cipher.port.ts';

/** Where the credentials are, and what closes and opens them. */
export interface CredentialStoreConfig {
  client: DynamoDBClient;
  tableName: string;
  /** Shared with the adapters that are asked at the same time. */
  reader: TableReader;
  cipher: TokenCipher;
}

/** After that its owner has signed up again, or has given up. */
const pendingSeconds = 7 * 24 * 60 * 60;

const text = z.object({ S: z.string() }).transform(({ S }) => S);
const bytes = z.object({ B: z.instanceof(Uint8Array) }).transform(({ B }) => B);

const signupItemSchema = z.object({
  signupId: text,
  organizationId: text,
  userId: text,
  wabaHint: text.optional(),
  exchangedAt: text,
  ciphertext: bytes,
});

const pinItemSchema = z.object({ ciphertext: bytes });

/** Tokens and PINs in the table, as `credential-item.ts` says. */
export function credentialStoreInDynamoDb({
  client,
  tableName,
  reader,
  cipher,
}: CredentialStoreConfig): CredentialStore {
  const keyOf = ({ pk, sk }: { pk: string; sk: string }) => ({ pk: { S: pk }, sk: { S: sk } });
  const remove = async (key: { pk: string; sk: string }) => {
    await client.send(new DeleteItemCommand({ TableName: tableName, Key: keyOf(key) }));
  };
  return {
    async keepSignup({ organizationId, signupId, userId, wabaHint, exchangedAt }, token) {
      const ciphertext = await cipher.encrypt(token, signupContext(organizationId, signupId));
      const expiresAt = Math.floor(Date.parse(exchangedAt) / 1000) + pendingSeconds;
      await client.send(
        new PutItemCommand({
          TableName: tableName,
          Item: {
            ...keyOf(signupKey(organizationId, signupId)),
            organizationId: { S: organizationId },
            signupId: { S: signupId },
            userId: { S: userId },
            ...(wabaHint === undefined ? {} : { wabaHint: { S: wabaHint } }),
            exchangedAt: { S: exchangedAt },
            ciphertext: { B: ciphertext },
            expiresAt: { N: String(expiresAt) },
          },
        }),
      );
    },

    async pendingSignups(organizationId) {
      const found: PendingSignup[] = [];
      const pages = paginateQuery(
        { client },
        {
          TableName: tableName,
          KeyConditionExpression: 'pk = :organization AND begins_with(sk, :signup)',
          ExpressionAttributeValues: {
            ':organization': { S: signupKey(organizationId, '').pk },
            ':signup': { S: signupSortKeyPrefix },
          },
          ConsistentRead: true,
        },
      );
      for await (const { Items = [] } of pages) {
        found.push(...Items.map((item) => signupItemSchema.parse(item)));
      }
      return found.sort((one, other) => (one.exchangedAt < other.exchangedAt ? -1 : 1));
    },

    openSignup: ({ organizationId, signupId, ciphertext }) =>
      cipher.decrypt(ciphertext, signupContext(organizationId, signupId)),

    dropSignup: (organizationId, signupId) => remove(signupKey(organizationId, signupId)),

    async store({ organizationId, wabaId, storedAt }, token) {
      const ciphertext = await cipher.encrypt(token, tokenContext(organizationId, wabaId));
      return unlessRefused(
        client.send(
          new PutItemCommand({
            TableName: tableName,
            Item: {
              ...keyOf(credentialKey(organizationId, wabaId)),
              organizationId: { S: organizationId },
              wabaId: { S: wabaId },
              state: { S: 'VALID' },
              ciphertext: { B: ciphertext },
              storedAt: { S: storedAt },
            },
            ConditionExpression: 'attribute_not_exists(storedAt) OR storedAt <= :storedAt',
            ExpressionAttributeValues: { ':storedAt': { S: storedAt } },
          }),
        ),
      );
    },

    remove: (organizationId, wabaId) => remove(credentialKey(organizationId, wabaId)),

    async keepPin({ organizationId, phoneNumberId }, pin, { replace }) {
      const key = pinKey(organizationId, phoneNumberId);
      const context = pinContext(organizationId, phoneNumberId);
      const ciphertext = await cipher.encrypt(pin, context);
      const isKept = await unlessRefused(
        client.send(
          new PutItemCommand({
            TableName: tableName,
            Item: { ...keyOf(key), ciphertext: { B: ciphertext } },
            ...(replace ? {} : { ConditionExpression: 'attribute_not_exists(pk)' }),
          }),
        ),
      );
      if (isKept) {
        return pin;
      }
      const item = await reader.read(key.pk, key.sk);
      return cipher.decrypt(pinItemSchema.parse(item).ciphertext, context);
    },
  };
}

/** Carries out a conditional write. @returns whether it was carried out */
async function unlessRefused(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) {
      return false;
    }
    throw error;
  }
}
