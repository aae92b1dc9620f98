import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import type { TableReader } from '../table/table-reader.dynamodb.ts';
import type { SettingsTable } from './settings.port.ts';
import { defaultSettings, settingsSchema } from './settings.schema.ts';

/** Where the settings are. */
export interface SettingsConfig {
  tableName: string;
  /** Shared with the adapters that are asked at the same time. */
  reader: TableReader;
}

const sortKey = 'SETTINGS';

const settingsItemSchema = z.object({
  settings: z
    .object({ S: z.string() })
    .transform(({ S }): unknown => JSON.parse(S))
    .pipe(settingsSchema),
});

/** The settings in DynamoDB, as `settings.schema.ts` says. */
export function settingsInDynamoDb(
  client: DynamoDBClient,
  { tableName, reader }: SettingsConfig,
): SettingsTable {
  return {
    async read(organizationId) {
      const item = await reader.read(partitionKey(organizationId), sortKey);
      return item ? settingsItemSchema.parse(item).settings : defaultSettings;
    },
    async write(organizationId, settings) {
      await client.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: { pk: { S: partitionKey(organizationId) }, sk: { S: sortKey } },
          UpdateExpression: 'SET settings = :settings',
          ExpressionAttributeValues: { ':settings': { S: JSON.stringify(settings) } },
        }),
      );
    },
  };
}

function partitionKey(organizationId: string): string {
  return `ORG#${organizationId}`;
}
