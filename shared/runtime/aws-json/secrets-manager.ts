import type { awsClientConfig } from '../aws-client.ts';
import { JsonClient, operation } from './client.ts';

/** As the SDK's. */
export class SecretsManagerClient extends JsonClient {
  constructor(config: ReturnType<typeof awsClientConfig>) {
    const service = {
      ...{ name: 'secretsmanager', fipsName: 'secretsmanager-fips', target: 'secretsmanager' },
      ...({ endpointVariable: 'AWS_ENDPOINT_URL_SECRETS_MANAGER', version: '1.1' } as const),
      errors: {},
    };
    super(service, config);
  }
}

export const GetSecretValueCommand = operation('GetSecretValue');
