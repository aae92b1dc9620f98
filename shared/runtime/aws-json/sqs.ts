import type { awsClientConfig } from '../aws-client.ts';
import { JsonClient, operation } from './client.ts';

/** As the SDK's. */
export class SQSClient extends JsonClient {
  constructor(config: ReturnType<typeof awsClientConfig>) {
    const service = {
      ...{ name: 'sqs', fipsName: 'sqs-fips', target: 'AmazonSQS', errors: {} },
      ...({ endpointVariable: 'AWS_ENDPOINT_URL_SQS', version: '1.0' } as const),
      headers: { 'x-amzn-query-mode': 'true' },
    };
    super(service, config);
  }
}

export const ChangeMessageVisibilityBatchCommand = operation('ChangeMessageVisibilityBatch');
export const ChangeMessageVisibilityCommand = operation('ChangeMessageVisibility');
export const GetQueueAttributesCommand = operation('GetQueueAttributes');
export const SendMessageBatchCommand = operation('SendMessageBatch');
export const SendMessageCommand = operation('SendMessage');
