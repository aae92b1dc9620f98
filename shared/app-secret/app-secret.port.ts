import type { AppSecret } from './app-secret.schema.ts';

/** Where the app's secret is kept. */
export interface AppSecretSource {
  /**
   * Reads the secret as it is now.
   * @throws when it cannot be read or is not filled in yet.
   */
  read(): Promise<AppSecret>;
}
