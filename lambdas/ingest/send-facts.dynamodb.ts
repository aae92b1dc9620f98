import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  conversationKey,
  conversationSortKey,
  windowSlackMs,
} from '../../shared/conversations/conversation-item.ts';
import { mediaKey, mediaSortKey } from '../../shared/media/media-item.ts';
import type { TableReader } from '../../shared/table/table-reader.dynamodb.ts';
import { templateChangedSortKey, templateKey } from '../../shared/templates/template-item.ts';
import type { NumberConversation, SendFacts } from './send-facts.port.ts';
import { insertStatement, statementBatches } from './statement-batches.dynamodb.ts';
import { writeLimit } from './write-limit.ts';

/** Meta forgets the id of a file that it reported after seven. Source: Meta, "Media" reference. */
const mediaDays = 8;

/** Where the facts are. */
export interface SendFactsConfig {
  tableName: string;
  /** May be behind: what is written says what it must not overrule. */
  reader: TableReader;
  now(): Date;
}

/** A write that is refused where it says nothing new. */
interface Change {
  set: Record<string, string>;
  condition: string;
  values: Record<string, string>;
}

/** The facts in DynamoDB, as `conversation-item.ts`, `template-item.ts` and `media-item.ts` say. */
export function sendFactsInDynamoDb(
  client: DynamoDBClient,
  { tableName, reader, now }: SendFactsConfig,
): SendFacts {
  const execute = statementBatches(client);

  async function change(
    { conversationId, organizationId, phoneNumberId }: NumberConversation,
    { set, condition, values }: Change,
  ): Promise<void> {
    const attributes = { organizationId, phoneNumberId, ...set };
    const assignments = Object.keys(attributes).map((name) => `${name} = :${name}`);
    const named = Object.entries({ ...attributes, ...values });
    await unlessRefused(
      writeLimit(() =>
        client.send(
          new UpdateItemCommand({
            TableName: tableName,
            Key: conversationItemKey(conversationId),
            UpdateExpression: `SET ${assignments.join(', ')}`,
            ConditionExpression: condition,
            ExpressionAttributeValues: Object.fromEntries(
              named.map(([name, value]) => [`:${name}`, { S: value }]),
            ),
          }),
        ),
      ),
    );
  }

  return {
    async openWindow(conversation, expiresAt) {
      const { conversationId, organizationId, phoneNumberId } = conversation;
      const item = await reader.read(conversationKey(conversationId), conversationSortKey);
      const known = item?.['windowUpTo']?.S;
      if (known !== undefined && known >= expiresAt) {
        return;
      }
      const windowUpTo = new Date(Date.parse(expiresAt) + windowSlackMs).toISOString();
      const pk = conversationKey(conversationId);
      const statement = item
        ? {
            pk,
            text: `UPDATE "${tableName}" SET windowUpTo = ? WHERE pk = ? AND sk = ? AND windowUpTo < ?`,
            parameters: [windowUpTo, pk, conversationSortKey, expiresAt].map((S) => ({ S })),
          }
        : insertStatement(tableName, {
            ...conversationItemKey(conversationId),
            organizationId: { S: organizationId },
            phoneNumberId: { S: phoneNumberId },
            windowUpTo: { S: windowUpTo },
          });
      if (!(await execute(statement))) {
        await change(conversation, {
          set: { windowUpTo },
          condition: 'attribute_not_exists(windowUpTo) OR windowUpTo < :expiresAt',
          values: { expiresAt },
        });
      }
    },

    recordMarketing: (conversation, { value, at }) =>
      change(conversation, {
        set: { marketing: value, marketingAt: at },
        condition: 'attribute_not_exists(marketingAt) OR marketingAt < :marketingAt',
        values: {},
      }),

    async noteTemplateChange(wabaId) {
      await client.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: { pk: { S: templateKey(wabaId) }, sk: { S: templateChangedSortKey } },
          UpdateExpression: 'SET changedAt = :now',
          ExpressionAttributeValues: { ':now': { S: now().toISOString() } },
        }),
      );
    },

    async claimMedia({ mediaId, organizationId, phoneNumberId }) {
      const expiresAt = Math.floor(now().getTime() / 1000) + mediaDays * 24 * 60 * 60;
      const item = {
        pk: { S: mediaKey(mediaId) },
        sk: { S: mediaSortKey },
        organizationId: { S: organizationId },
        phoneNumberId: { S: phoneNumberId },
        expiresAt: { N: String(expiresAt) },
      };
      if (!(await execute(insertStatement(tableName, item)))) {
        await unlessRefused(
          writeLimit(() =>
            client.send(
              new PutItemCommand({
                TableName: tableName,
                Item: item,
                ConditionExpression: 'attribute_not_exists(pk)',
              }),
            ),
          ),
        );
      }
    },
  };
}

function conversationItemKey(conversationId: string): Record<'pk' | 'sk', AttributeValue> {
  return { pk: { S: conversationKey(conversationId) }, sk: { S: conversationSortKey } };
}

/** A condition that does not hold says that there is nothing left to write. */
async function unlessRefused(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) {
      throw error;
    }
  }
}
