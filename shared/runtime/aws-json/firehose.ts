import type { awsClientConfig } from '../aws-client.ts';
import { withoutBytes } from './bytes.ts';
import { JsonClient, operation } from './client.ts';

/** As the SDK's. */
export class FirehoseClient extends JsonClient {
  constructor(config: ReturnType<typeof awsClientConfig>) {
    const service = {
      ...{ name: 'firehose', fipsName: 'firehose-fips', target: 'Firehose_20150804', errors: {} },
      ...({ endpointVariable: 'AWS_ENDPOINT_URL_FIREHOSE', version: '1.1' } as const),
      encode: withoutBytes,
    };
    super(service, config);
  }
}

export const PutRecordCommand = operation('PutRecord');
