import type { SettingsTable } from '../../shared/settings/settings.port.ts';
import { defaultSettings, type Settings } from '../../shared/settings/settings.schema.ts';
import { frozen } from './frozen.ts';

/** The organisations' settings in memory. */
export class MemorySettings implements SettingsTable {
  readonly #settings = new Map<string, Settings>();

  async read(organizationId: string): Promise<Settings> {
    return frozen(this.#settings.get(organizationId) ?? defaultSettings);
  }

  async write(organizationId: string, settings: Settings): Promise<void> {
    this.#settings.set(organizationId, frozen(settings));
  }
}
