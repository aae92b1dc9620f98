import { apiMethod } from '../../shared/http/api.ts';
import { Problem } from '../../shared/http/problem.ts';
import type { SettingsTable } from '../../shared/settings/settings.port.ts';
import { settingsQuerySchema, settingsRequestSchema } from './settings-request.schema.ts';

/** What the settings' routes need from outside. */
export interface SettingsPorts {
  settings: SettingsTable;
  /** How many days the stage keeps messages. */
  stageDays: number;
}

/** GET and PUT `/whatsapp-settings`. */
export function settingsMethods({ settings, stageDays }: SettingsPorts) {
  return {
    GET: apiMethod({
      input: { query: settingsQuerySchema },
      async handle({ organizationId }) {
        return { status: 200, body: { organizationId, ...(await settings.read(organizationId)) } };
      },
    }),
    PUT: apiMethod({
      input: { body: settingsRequestSchema },
      async handle({ organizationId, ...next }) {
        if ((next.retention.messageDays ?? 0) > stageDays) {
          const detail = `This stage keeps messages for ${stageDays} days: choose less, or null.`;
          throw new Problem('invalid-request', {
            detail: 'The request is not valid.',
            problems: [{ path: 'retention.messageDays', detail }],
          });
        }
        await settings.write(organizationId, next);
        return { status: 200, body: { organizationId, ...next } };
      },
    }),
  };
}
