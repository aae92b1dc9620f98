import type { IncomingHttpHeaders } from 'node:http';
import * as z from 'zod';
import { keyArnOfCiphertext } from './engines/kms.ts';
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
  /** What it takes besides to be told that something does not exist (S3: GetObject, Permissions). */
  toKnow: Permission[];
}

const statement = z.object({ Statement: z.string() });

const encryptionContext = z.record(z.string(), z.string());

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
    KeyId: z.string(),
    SourceKeyId: z.string(),
    DestinationKeyId: z.string(),
    CiphertextBlob: z.string(),
    EncryptionContext: encryptionContext,
    SourceEncryptionContext: encryptionContext,
    DestinationEncryptionContext: encryptionContext,
    DeliveryStreamName: z.string(),
    TranscriptionJobName: z.string(),
    Media: z.object({ MediaFileUri: z.string() }),
    OutputBucketName: z.string(),
    OutputKey: z.string(),
    JobExecutionSettings: z.object({ DataAccessRoleArn: z.string() }),
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
  const [target = '', action = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
  if (signingName === 's3') return { accessKeyId, service: signingName, ...describeS3(request) };
  const service = target.startsWith('DynamoDBStreams') ? 'dynamodb-streams' : signingName;
  const input = inputSchema.safeParse(parseJson(request.body)).data ?? {};
  const arn: ToArn = (rest) => `arn:aws:${signingName}:${region}:${accountId}:${rest}`;
  const permissions = permissionsOf[signingName]?.(action, input, arn) ?? [
    on(`${signingName}:${action.replace(/Batch$/, '')}`, resourceOf(input, arn)),
  ];
  return { accessKeyId, service, action, permissions, toKnow: [] };
}

/** For the services whose calls need more than one permission, or one on more than one kind of resource. */
const permissionsOf: Record<string, (action: string, input: Input, arn: ToArn) => Permission[]> = {
  dynamodb: dynamoDbPermissions,
  kms: kmsPermissions,
  transcribe: transcribePermissions,
};

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the engine will say so
  }
}

type ToArn = (rest: string) => string;

function on(action: string, resource: string): Permission {
  return { action, resource };
}

function resourceOf(input: Input, arn: ToArn): string {
  const { QueueUrl, QueueName, SecretId, DeliveryStreamName } = input;
  const queue = QueueUrl?.split('/').at(-1) ?? QueueName;
  if (queue) return arn(queue);
  if (SecretId) return SecretId.startsWith('arn:') ? SecretId : arn(`secret:${SecretId}-local0`);
  if (DeliveryStreamName) return arn(`deliverystream/${DeliveryStreamName}`);
  return '*';
}

function dynamoDbPermissions(action: string, input: Input, arn: ToArn): Permission[] {
  const table = (name: string, index?: string): string =>
    arn(`table/${name.replace(/^.*table\//, '')}${index ? `/index/${index}` : ''}`);
  if (input.RequestItems) {
    return Object.keys(input.RequestItems).map((name) => on(`dynamodb:${action}`, table(name)));
  }
  if (input.TransactItems) {
    return input.TransactItems.flatMap((item) =>
      Object.entries(item).map(([kind, { TableName }]) =>
        on(`dynamodb:${kind.replace(/Item$|$/, 'Item')}`, table(TableName)),
      ),
    );
  }
  const statements =
    input.Statements ?? input.TransactStatements ?? (input.Statement ? [input] : []);
  if (statements.length > 0) {
    return statements.map(({ Statement = '' }) => {
      const verb = Statement.match(/SELECT|INSERT|UPDATE|DELETE/i)?.[0].toLowerCase() ?? '';
      const [, name = '', index] =
        Statement.match(/(?:FROM|INTO|UPDATE)\s+"?([\w.-]+)"?(?:\."([\w.-]+)")?/i) ?? [];
      return on(
        `dynamodb:PartiQL${verb.charAt(0).toUpperCase()}${verb.slice(1)}`,
        table(name, index),
      );
    });
  }
  const { StreamArn, TableName, IndexName } = input;
  return [on(`dynamodb:${action}`, StreamArn ?? (TableName ? table(TableName, IndexName) : '*'))];
}

/**
 * IAM knows a key by its ARN alone: a call by an alias is allowed by no statement here.
 * Source: AWS KMS Developer Guide, "Condition keys for AWS KMS".
 */
function kmsPermissions(action: string, input: Input, arn: ToArn): Permission[] {
  const used = keyArnOfCiphertext(Buffer.from(input.CiphertextBlob ?? '', 'base64'));
  const on = (
    name: string,
    keyId: string | undefined,
    context: Record<string, string> = {},
  ): Permission => ({
    action: `kms:${name}`,
    resource: keyId === undefined ? '*' : keyId.startsWith('arn:') ? keyId : arn(`key/${keyId}`),
    context: Object.fromEntries(
      Object.entries(context).map(([key, value]) => [`kms:EncryptionContext:${key}`, [value]]),
    ),
  });
  if (action === 'ReEncrypt') {
    const { SourceKeyId, SourceEncryptionContext, DestinationKeyId } = input;
    return [
      on('ReEncryptFrom', used ?? SourceKeyId, SourceEncryptionContext),
      on('ReEncryptTo', DestinationKeyId, input.DestinationEncryptionContext),
    ];
  }
  return [on(action, used ?? input.KeyId, input.EncryptionContext)];
}

/**
 * Starting a job takes the caller's rights to both objects, and to pass the role on. Source: Transcribe
 * Developer Guide, "How Amazon Transcribe works with IAM"; "Job queueing".
 */
function transcribePermissions(action: string, input: Input, arn: ToArn): Permission[] {
  if (action !== 'StartTranscriptionJob') {
    const job = arn(`transcription-job/${input.TranscriptionJobName}`);
    return [on(`transcribe:${action}`, job)];
  }
  const { Media, OutputBucketName, OutputKey, JobExecutionSettings } = input;
  const media = Media?.MediaFileUri.replace('s3://', '');
  return [
    on('transcribe:StartTranscriptionJob', '*'),
    on('s3:GetObject', `arn:aws:s3:::${media}`),
    on('s3:PutObject', `arn:aws:s3:::${OutputBucketName}/${OutputKey}`),
    ...(JobExecutionSettings
      ? [
          {
            ...on('iam:PassRole', JobExecutionSettings.DataAccessRoleArn),
            context: { 'iam:PassedToService': ['transcribe.amazonaws.com'] },
          },
        ]
      : []),
  ];
}

/** An S3 request in path style, which is what the SDK sends to an endpoint with an IP address. */
function describeS3({
  method,
  url,
  headers,
  body,
}: AwsRequest): Omit<AwsCall, 'accessKeyId' | 'service'> {
  const [bucketName = '', ...rest] = url.pathname.slice(1).split('/').map(decodeURIComponent);
  const key = rest.join('/') || body.match(/name="key"\r\n\r\n([^\r]+)/)?.[1];
  const bucket = `arn:aws:s3:::${bucketName}`;
  const object = `${bucket}/${key}`;
  const list = on('s3:ListBucket', bucket);
  const call = (action: string, ...permissions: Permission[]) => ({
    action: url.searchParams.get('x-id') ?? action,
    permissions,
    toKnow: [],
  });

  if (!key) {
    const prefix = url.searchParams.get('prefix') ?? '';
    if (method === 'GET')
      return call('ListObjectsV2', { ...list, context: { 's3:prefix': [prefix] } });
    if (method === 'HEAD') return call('HeadBucket', list);
    if (method !== 'POST') return call(`${method} bucket`, on(`s3:${method}Bucket`, bucket));
    const keys = [...body.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, name]) => name);
    return call('DeleteObjects', ...keys.map((name) => on('s3:DeleteObject', `${bucket}/${name}`)));
  }
  if (url.searchParams.has('tagging')) {
    const action = `${method === 'GET' ? 'Get' : 'Put'}ObjectTagging`;
    return call(action, on(`s3:${action}`, object));
  }
  const source = headers['x-amz-copy-source'];
  if (typeof source === 'string') {
    const from = decodeURIComponent(source).replace(/^\//, '');
    return call(
      'CopyObject',
      on('s3:GetObject', `arn:aws:s3:::${from}`),
      on('s3:PutObject', object),
    );
  }
  if (method === 'GET' || method === 'HEAD') {
    const read = call(method === 'GET' ? 'GetObject' : 'HeadObject', on('s3:GetObject', object));
    return { ...read, toKnow: [list] };
  }
  if (method === 'DELETE') {
    const action = url.searchParams.has('uploadId') ? 'AbortMultipartUpload' : 'DeleteObject';
    return call(action, on(`s3:${action}`, object));
  }
  // Source: S3 API Reference, PutObject, "Permissions".
  const tags = headers['x-amz-tagging'] ? [on('s3:PutObjectTagging', object)] : [];
  return call('PutObject', on('s3:PutObject', object), ...tags);
}
