import { randomUUID } from 'node:crypto';
import { isJsonObject } from '../../json.ts';
import type { awsClientConfig } from '../aws-client.ts';
import { bytesOf, mapped, withoutBytes } from './bytes.ts';
import { JsonClient, operation, ServiceError } from './client.ts';

/** As the SDK's. */
export class ConditionalCheckFailedException extends ServiceError {}

/** As the SDK's. */
export class TransactionCanceledException extends ServiceError {}

/** As the SDK's. */
export class TransactionConflictException extends ServiceError {}

/** As the SDK's. */
export class DynamoDBClient extends JsonClient {
  constructor(config: ReturnType<typeof awsClientConfig>) {
    const service = {
      ...{ name: 'dynamodb', fipsName: 'dynamodb-fips', target: 'DynamoDB_20120810' },
      ...({ endpointVariable: 'AWS_ENDPOINT_URL_DYNAMODB', version: '1.0' } as const),
      errors: {
        ConditionalCheckFailedException,
        TransactionCanceledException,
        TransactionConflictException,
      },
      ...{ encode: withoutBytes, decode: withBytes },
    };
    super(service, config);
  }
}

export const BatchExecuteStatementCommand = operation('BatchExecuteStatement');
export const BatchGetItemCommand = operation('BatchGetItem');
export const DeleteItemCommand = operation('DeleteItem');
export const GetItemCommand = operation('GetItem');
export const PutItemCommand = operation('PutItem');
export const QueryCommand = operation('Query');
export const UpdateItemCommand = operation('UpdateItem');

/**
 * As the SDK's: with its token. By it DynamoDB takes a repeat, after an answer that was lost, for done
 * instead of refused. Source: DynamoDB API Reference, TransactWriteItems.
 */
export class TransactWriteItemsCommand extends operation('TransactWriteItems') {
  constructor(input: object) {
    super({ ClientRequestToken: randomUUID(), ...input });
  }
}

/** The pages of a query, one after the other, as the SDK's. */
export async function* paginateQuery(
  { client }: { client: DynamoDBClient },
  input: Readonly<Record<string, unknown>>,
): AsyncGenerator<unknown> {
  let start: unknown;
  do {
    const page = await client.send(new QueryCommand({ ...input, ExclusiveStartKey: start }));
    yield page;
    start = isJsonObject(page) ? page['LastEvaluatedKey'] : undefined;
  } while (start !== undefined);
}

function withBytes(output: unknown): unknown {
  return isJsonObject(output) && typeof output['B'] === 'string'
    ? { B: bytesOf(output['B']) }
    : mapped(output, withBytes);
}
