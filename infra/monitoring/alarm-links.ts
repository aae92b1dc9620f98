import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { CfnDeliveryStream } from 'aws-cdk-lib/aws-kinesisfirehose';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';

/** Where the AWS console shows a function, its curves and its log. */
export function functionLink({ functionName, stack: { region } }: LambdaFunction): string {
  return `${consoleUrl(region)}/lambda/home?region=${region}#/functions/${functionName}?tab=monitoring`;
}

/** Where the AWS console shows a queue. */
export function queueLink({ queueName, stack: { region, account } }: Queue): string {
  const url = `https%3A%2F%2Fsqs.${region}.amazonaws.com%2F${account}%2F${queueName}`;
  return `${consoleUrl(region)}/sqs/v3/home?region=${region}#/queues/${url}`;
}

/** Where the AWS console shows a table and its curves. */
export function tableLink({ tableName, stack: { region } }: TableV2): string {
  return `${consoleUrl(region)}/dynamodbv2/home?region=${region}#table?name=${tableName}&tab=monitoring`;
}

/** Where the AWS console shows an API. */
export function apiLink({ apiId, stack: { region } }: HttpApi): string {
  return `${consoleUrl(region)}/apigateway/main/api-detail?api=${apiId}&region=${region}`;
}

/** Where the AWS console shows a stream of Firehose's, its curves and its errors. */
export function deliveryStreamLink({ ref, stack: { region } }: CfnDeliveryStream): string {
  return `${consoleUrl(region)}/firehose/home?region=${region}#/details/${ref}/monitoring`;
}

/** Where the AWS console lists what is under a prefix. */
export function objectsLink({ bucketName, stack: { region } }: Bucket, prefix: string): string {
  return `${consoleUrl(region)}/s3/buckets/${bucketName}?region=${region}&prefix=${prefix}`;
}

function consoleUrl(region: string): string {
  return `https://${region}.console.aws.amazon.com`;
}
