import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import limited from 'p-limit';
import * as z from 'zod';
import { parseJson } from '../../../shared/json.ts';
import type { TableReader } from '../../../shared/table/table-reader.dynamodb.ts';
import {
  templateChangedSortKey,
  templateKey,
  templateListSortKey,
  templateSortKey,
} from '../../../shared/templates/template-item.ts';
import { templateDefinitionSchema } from './template-definition.schema.ts';
import type { StoredTemplate, TemplateStore } from './template-store.port.ts';

const text = z.object({ S: z.string() }).transform(({ S }) => S);

const itemSchema = z.object({
  sk: text,
  fetchedAt: text,
  definition: text
    .transform((json) => {
      const parsed = parseJson(json);
      return parsed.ok ? parsed.value : undefined;
    })
    .pipe(templateDefinitionSchema)
    .optional(),
});

const listItemSchema = z.object({ listedAt: text });
const changedItemSchema = z.object({ changedAt: text });

/** As many as are written side by side: the SDK keeps fifty connections. */
const parallelWrites = 25;
/** How long it is remembered that there is no such template, in s. */
const absenceSeconds = 24 * 60 * 60;
/** Sorts behind `#LIST` and `#CHANGED` and before every name, which is of a-z, 0-9 and _. */
const beforeAllNames = '$';

/** The templates in DynamoDB; single ones are read through `reader`. */
export function templatesInDynamoDb({
  client,
  tableName,
  reader,
}: {
  client: DynamoDBClient;
  tableName: string;
  reader: TableReader;
}): TemplateStore {
  const writes = limited(parallelWrites);

  /** Writes an item unless a later one is there. */
  async function put(
    wabaId: string,
    sk: string,
    time: 'fetchedAt' | 'listedAt',
    attributes: Record<string, AttributeValue>,
  ): Promise<void> {
    await unlessRefused(
      client.send(
        new PutItemCommand({
          TableName: tableName,
          Item: { pk: { S: templateKey(wabaId) }, sk: { S: sk }, ...attributes },
          ConditionExpression: 'attribute_not_exists(#time) OR #time <= :time',
          ExpressionAttributeNames: { '#time': time },
          ExpressionAttributeValues: { ':time': attributes[time] ?? { NULL: true } },
        }),
      ),
    );
  }

  /** Deletes an item unless a later one is there. */
  async function remove(wabaId: string, sk: string, time: string): Promise<void> {
    await unlessRefused(
      client.send(
        new DeleteItemCommand({
          TableName: tableName,
          Key: { pk: { S: templateKey(wabaId) }, sk: { S: sk } },
          ConditionExpression: 'fetchedAt < :time',
          ExpressionAttributeValues: { ':time': { S: time } },
        }),
      ),
    );
  }

  async function query(wabaId: string, after: string | undefined, limit?: number) {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: 'pk = :pk AND sk > :after',
        ExpressionAttributeValues: {
          ':pk': { S: templateKey(wabaId) },
          ':after': { S: after ?? beforeAllNames },
        },
        ConsistentRead: true,
        ...(limit === undefined ? {} : { Limit: limit }),
      }),
    );
    return {
      items: Items.map((item) => itemSchema.parse(item)),
      next: LastEvaluatedKey?.['sk']?.S,
    };
  }

  async function everyPlace(wabaId: string): Promise<string[]> {
    const places: string[] = [];
    let after: string | undefined;
    do {
      const { items, next } = await query(wabaId, after);
      places.push(...items.map(({ sk }) => sk));
      after = next;
    } while (after !== undefined);
    return places;
  }

  const keepOne = (wabaId: string, { name, language, definition, fetchedAt }: StoredTemplate) =>
    put(wabaId, templateSortKey(name, language), 'fetchedAt', {
      fetchedAt: { S: fetchedAt },
      ...(definition
        ? {
            definition: { S: JSON.stringify(definition) },
            status: { S: definition.status },
            category: { S: definition.category },
          }
        : { expiresAt: { N: String(Math.ceil(Date.parse(fetchedAt) / 1000) + absenceSeconds) } }),
    });

  return {
    async find(wabaId, name, language) {
      const item = await reader.read(templateKey(wabaId), templateSortKey(name, language));
      if (!item) {
        return undefined;
      }
      const { fetchedAt, definition } = itemSchema.parse(item);
      return { name, language, definition, fetchedAt };
    },
    async state(wabaId) {
      const [list, changed] = await Promise.all([
        reader.read(templateKey(wabaId), templateListSortKey),
        reader.read(templateKey(wabaId), templateChangedSortKey),
      ]);
      return {
        listedAt: list && listItemSchema.parse(list).listedAt,
        changedAt: changed && changedItemSchema.parse(changed).changedAt,
      };
    },
    async page(wabaId, { after, limit }) {
      const { items, next } = await query(wabaId, after, limit);
      return {
        templates: items.flatMap(({ sk, definition, fetchedAt }) =>
          definition ? [{ place: sk, definition, fetchedAt }] : [],
        ),
        next,
      };
    },
    async keep(wabaId, templates) {
      await writes.map(templates, (template) => keepOne(wabaId, template));
    },
    async keepAll(wabaId, definitions, listedAt) {
      const kept = new Set(
        definitions.map(({ name, language }) => templateSortKey(name, language)),
      );
      const gone = (await everyPlace(wabaId)).filter((place) => !kept.has(place));
      await writes.map(definitions, (definition) =>
        keepOne(wabaId, { ...definition, definition, fetchedAt: listedAt }),
      );
      await writes.map(gone, (place) => remove(wabaId, place, listedAt));
      // Last: it says that all the others are there.
      await put(wabaId, templateListSortKey, 'listedAt', { listedAt: { S: listedAt } });
    },
  };
}

/** A write that was refused because something later is there is done. */
async function unlessRefused(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) {
      throw error;
    }
  }
}
