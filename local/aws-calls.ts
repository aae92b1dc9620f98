import type { IncomingHttpHeaders } from 'node:http';
import * as z from 'zod';
import type { Permission } from './iam.ts';
import { accountId } from './template/intrinsics.ts';

/** A request to an AWS service, as the wire shows it. */
export interface AwsRequest {
  method: string;
  url: URL;
  headers: IncomingHttpHeaders;
  /** The body, where it had to be read; an S3 object's is not. */
  body: string;
}

/** Who calls what, and what IAM would have to allow for it. */
export interface AwsCall {
  accessKeyId: string;
  service: string;
  action: string;
  permissions: Permission[];
}

const statement = z.object({ Statement: z.string() });

const inputSchema = z
  .object({
    TableName: z.string(),
    IndexName: z.string(),
    StreamArn: z.string(),
    RequestItems: z.record(z.string(), z.unknown()),
    TransactItems: z.array(z.record(z.string(), z.object({ TableName: z.string() }))),
    Statement: z.string(),
    Statements: z.array(statement),
    TransactStatements: z.array(statement),
    QueueUrl: z.string(),
    QueueName: z.string(),
    SecretId: z.string(),
  })
  .partial();

type Input = z.infer<typeof inputSchema>;

/** The parts of `Credential=<key id>/<date>/<region>/<service>/aws4_request`. */
function credentialOf({ url, headers, body }: AwsRequest): string[] {
  const credential =
    headers.authorization?.match(/Credential=([^,\s]+)/)?.[1] ??
    url.searchParams.get('X-Amz-Credential') ??
    body.match(/name="x-amz-credential"\r\n\r\n(\S+)/i)?.[1] ?? // a presigned POST's form field
    '';
  return credential.split('/');
}

/**
 * Reads a request to any AWS service. An anonymous one counts as the operator's.
 * Source: Service Authorization Reference, Actions, resources, and condition keys of each service.
 */
export function describeCall(request: AwsRequest): AwsCall {
  const [accessKeyId = '', , region = 'us-east-1', signingName = 's3'] = credentialOf(request);
  const [target, targetAction = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
  if (!target) return { accessKeyId, service: signingName, ...describeS3(request) };
  const service = target.startsWith('DynamoDBStreams') ? 'dynamodb-streams' : signingName;
  const input = inputSchema.safeParse(parseJson(request.body)).data ?? {};
  const arn = (rest: string): string => `arn:aws:${signingName}:${region}:${accountId}:${rest}`;
  const permissions =
    signingName === 'dynamodb'
      ? dynamoDbPermissions(targetAction, input, arn)
      : [
          {
            action: `${signingName}:${targetAction.replace(/Batch$/, '')}`,
            resource: resourceOf(input, arn),
          },
        ];
  return { accessKeyId, service, action: targetAction, permissions };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the engine will say so
  }
}

type Arn = (rest: string) => string;

function resourceOf({ QueueUrl, QueueName, SecretId }: Input, arn: Arn): string {
  const queue = QueueUrl?.split('/').at(-1) ?? QueueName;
  if (queue) return arn(queue);
  if (SecretId) return SecretId.startsWith('arn:') ? SecretId : arn(`secret:${SecretId}-local0`);
  return '*';
}

function dynamoDbPermissions(action: string, input: Input, arn: Arn): Permission[] {
  const table = (name: string, index?: string): string =>
    arn(`table/${name.replace(/^.*table\//, '')}${index ? `/index/${index}` : ''}`);
  if (input.RequestItems) {
    return Object.keys(input.RequestItems).map((name) => ({
      action: `dynamodb:${action}`,
      resource: table(name),
    }));
  }
  if (input.TransactItems) {
    return input.TransactItems.flatMap((item) =>
      Object.entries(item).map(([kind, { TableName }]) => ({
        action: `dynamodb:${kind === 'ConditionCheck' ? 'ConditionCheckItem' : `${kind}Item`}`,
        resource: table(TableName),
      })),
    );
  }
  const statements = [
    ...(input.Statements ?? input.TransactStatements ?? []).map(({ Statement }) => Statement),
    ...(input.Statement ? [input.Statement] : []),
  ];
  if (statements.length > 0) {
    return statements.map((text) => {
      const verb = text.trim().split(/\s/)[0]?.toLowerCase() ?? '';
      const [, name = '', index] =
        text.match(/(?:FROM|INTO|UPDATE)\s+"?([\w.-]+)"?(?:\."([\w.-]+)")?/i) ?? [];
      const kind = verb === 'exists' ? 'select' : verb;
      return {
        action: `dynamodb:PartiQL${kind.charAt(0).toUpperCase()}${kind.slice(1)}`,
        resource: table(name, index),
      };
    });
  }
  const resource =
    input.StreamArn ?? (input.TableName ? table(input.TableName, input.IndexName) : '*');
  return [{ action: `dynamodb:${action}`, resource }];
}

/** An S3 request in path style, which is what the SDK sends to an endpoint with an IP address. */
function describeS3({
  method,
  url,
  headers,
  body,
}: AwsRequest): Omit<AwsCall, 'accessKeyId' | 'service'> {
  const [bucket = '', ...rest] = url.pathname.slice(1).split('/').map(decodeURIComponent);
  const key = rest.join('/') || body.match(/name="key"\r\n\r\n([^\r]+)/)?.[1];
  const has = (name: string): boolean => url.searchParams.has(name);
  const on = (action: string, objectKey?: string): Permission => ({
    action: `s3:${action}`,
    resource: `arn:aws:s3:::${bucket}${objectKey === undefined ? '' : `/${objectKey}`}`,
  });
  const named = (action: string, ...permissions: Permission[]) => ({
    action: url.searchParams.get('x-id') ?? action,
    permissions,
  });

  if (!key) {
    if (method === 'POST') {
      const keys = [...body.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, name = '']) => name);
      return named('DeleteObjects', ...keys.map((name) => on('DeleteObject', name)));
    }
    if (method === 'HEAD') return named('HeadBucket', on('ListBucket'));
    if (method !== 'GET') return named(`${method} bucket`, on(`${method}Bucket`));
    const prefix = url.searchParams.get('prefix') ?? '';
    return named('ListObjectsV2', { ...on('ListBucket'), context: { 's3:prefix': [prefix] } });
  }
  const source = headers['x-amz-copy-source'];
  if (method === 'PUT' && typeof source === 'string') {
    const from = decodeURIComponent(source).replace(/^\//, '');
    const read = { action: 's3:GetObject', resource: `arn:aws:s3:::${from}` };
    return named('CopyObject', read, on('PutObject', key));
  }
  if (has('tagging'))
    return named('ObjectTagging', on(`${method === 'GET' ? 'Get' : 'Put'}ObjectTagging`, key));
  if (method === 'DELETE') {
    const action = has('uploadId') ? 'AbortMultipartUpload' : 'DeleteObject';
    return named(action, on(action, key));
  }
  if (method === 'HEAD') return named('HeadObject', on('GetObject', key));
  if (method === 'GET') return named('GetObject', on('GetObject', key));
  return named('PutObject', on('PutObject', key));
}
