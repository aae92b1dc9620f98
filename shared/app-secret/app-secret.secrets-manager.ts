import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { parseJson } from '../json.ts';
import { awsClientConfig, interactiveBudget } from '../runtime/aws-client.ts';
import type { AppSecretSource } from './app-secret.port.ts';
import { appSecretSchema } from './app-secret.schema.ts';

/** The app's secret in Secrets Manager, by its ARN. */
export function appSecretInSecretsManager(arn: string): AppSecretSource {
  const client = new SecretsManagerClient(awsClientConfig(interactiveBudget));
  return {
    async read() {
      const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
      const json = parseJson(SecretString ?? '');
      const secret = appSecretSchema.safeParse(json.ok ? json.value : undefined);
      if (!secret.success) {
        throw new Error(
          'The app secret is not {"appSecrets": [...], "verifyTokens": [...]} with one to three of each: put it in (docs/deploy.md)',
        );
      }
      return secret.data;
    },
  };
}
