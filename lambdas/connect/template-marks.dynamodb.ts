import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { templateChangedSortKey, templateKey } from '../../shared/templates/template-item.ts';
import type { TemplateMarks } from './template-marks.port.ts';

/** The marks in the table, as `template-item.ts` says. */
export function templateMarksInDynamoDb(
  client: DynamoDBClient,
  { tableName, now }: { tableName: string; now(): Date },
): TemplateMarks {
  return {
    async markChanged(wabaId) {
      await client.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: { pk: { S: templateKey(wabaId) }, sk: { S: templateChangedSortKey } },
          UpdateExpression: 'SET changedAt = :now',
          ExpressionAttributeValues: { ':now': { S: now().toISOString() } },
        }),
      );
    },
  };
}
