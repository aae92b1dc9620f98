import type { Settings } from './settings.schema.ts';

/** The organisations' settings. */
export interface SettingsTable {
  /** An organisation's settings, with the defaults for what it has not decided. */
  read(organizationId: string): Promise<Settings>;
  /** Replaces an organisation's settings. */
  write(organizationId: string, settings: Settings): Promise<void>;
}
