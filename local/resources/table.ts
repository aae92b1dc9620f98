import * as z from 'zod';
import { type AwsClient, AwsError } from '../aws-client.ts';
import {
  type AttributesOf,
  arnOf,
  parseProperties,
  physicalName,
  type Resource,
} from '../template/assembly.ts';

const index = z.object({
  IndexName: z.string(),
  KeySchema: z.unknown(),
  Projection: z.unknown(),
});

const schema = z.object({
  AttributeDefinitions: z.unknown(),
  KeySchema: z.unknown(),
  GlobalSecondaryIndexes: z.array(index).optional(),
  LocalSecondaryIndexes: z.array(index).optional(),
  StreamSpecification: z.object({ StreamViewType: z.string() }).optional(),
  TimeToLiveSpecification: z.object({ AttributeName: z.string(), Enabled: z.boolean() }).optional(),
});

/** The label is fixed: references are resolved before the engine has made the stream. */
export const tableAttributes: AttributesOf = (table) => {
  const name = physicalName(table, 'TableName');
  const arn = arnOf(table, 'dynamodb', `table/${name}`);
  return { Ref: name, Arn: arn, StreamArn: `${arn}/stream/local`, TableId: name };
};

/** Creates an AWS::DynamoDB::GlobalTable or Table; one that is there already is left as it is. */
export async function createTable(dynamodb: AwsClient, table: Resource): Promise<void> {
  const {
    StreamSpecification,
    TimeToLiveSpecification: ttl,
    ...definition
  } = parseProperties(table, schema);
  const TableName = physicalName(table, 'TableName');
  try {
    await dynamodb('dynamodb', 'CreateTable', {
      TableName,
      ...definition,
      BillingMode: 'PAY_PER_REQUEST',
      ...(StreamSpecification && {
        StreamSpecification: { ...StreamSpecification, StreamEnabled: true },
      }),
    });
    if (ttl) {
      await dynamodb('dynamodb', 'UpdateTimeToLive', { TableName, TimeToLiveSpecification: ttl });
    }
  } catch (error) {
    if (!(error instanceof AwsError && error.code === 'ResourceInUseException')) throw error;
  }
}
