import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { sightingKey } from './sighting-item.ts';
import type { Sightings } from './sightings.port.ts';

const keptSeconds = 90 * 24 * 60 * 60;

/** The sightings in DynamoDB, as `sighting-item.ts` says. */
export function sightingsInDynamoDb(client: DynamoDBClient, tableName: string): Sightings {
  return {
    async note(sighting, at) {
      const { pk, sk } = sightingKey(sighting);
      const expiresAt = Math.floor(Date.parse(at) / 1000) + keptSeconds;
      try {
        await client.send(
          new UpdateItemCommand({
            TableName: tableName,
            Key: { pk: { S: pk }, sk: { S: sk } },
            UpdateExpression: 'SET seenAt = :at, expiresAt = :expiresAt',
            ConditionExpression: 'attribute_not_exists(seenAt) OR seenAt < :at',
            ExpressionAttributeValues: { ':at': { S: at }, ':expiresAt': { N: String(expiresAt) } },
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
