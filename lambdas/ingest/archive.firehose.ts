import { FirehoseClient, PutRecordCommand } from '@aws-sdk/client-firehose';
import { awsClientConfig, backgroundBudget } from '../../shared/runtime/aws-client.ts';
import type { Archive } from './archive.port.ts';

/** The archive behind a stream of Firehose's, by the stream's name. */
export function archiveInFirehose(DeliveryStreamName: string): Archive {
  const client = new FirehoseClient(awsClientConfig(backgroundBudget));
  return {
    async put(Data) {
      await client.send(new PutRecordCommand({ DeliveryStreamName, Record: { Data } }));
    },
  };
}
