import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { cachedSettings } from './cached-settings.ts';
import { chosenRetention } from './retention.ts';
import { type SettingsConfig, settingsInDynamoDb } from './settings.dynamodb.ts';

/** The settings as whoever writes messages asks for them. @param stageDays the stage's own retention */
export function rememberedSettings(
  client: DynamoDBClient,
  { stageDays, ...config }: SettingsConfig & { stageDays: number },
) {
  const settings = cachedSettings(settingsInDynamoDb(client, config), Date.now);
  return { settings, retentionDays: chosenRetention(settings, stageDays) };
}
