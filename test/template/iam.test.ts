import { describe, expect, it } from '@jest/globals';
import type { FunctionId } from '../../infra/bundle.ts';
import { pinPurpose, tokenPurpose } from '../../shared/credentials/credential-item.ts';
import { type Permission, permissionsOf } from './permissions.ts';
import { named, ofType, templates } from './template.ts';

/** Only what was encrypted as a token, and for an organisation that the request names. */
const decryptsTokens = `kms:Decrypt on TokenKey if ${JSON.stringify({
  StringEquals: { 'kms:EncryptionContext:purpose': tokenPurpose },
  Null: { 'kms:EncryptionContext:organizationId': 'false' },
})}`;

/** Only tokens and PINs, and for an organisation that the request names. */
const keepsSecrets = ['kms:Decrypt', 'kms:Encrypt'].map(
  (action) =>
    `${action} on TokenKey if ${JSON.stringify({
      StringEquals: { 'kms:EncryptionContext:purpose': [tokenPurpose, pinPurpose] },
      Null: { 'kms:EncryptionContext:organizationId': 'false' },
    })}`,
);

/** Only the role that Transcribe works with, and to nobody but Transcribe. */
const passesRole = `iam:PassRole on TranscribeAccess if ${JSON.stringify({
  StringEquals: { 'iam:PassedToService': 'transcribe.amazonaws.com' },
})}`;

/** No resource can be named for it. Source: Service Authorization Reference, Amazon Transcribe. */
const startsJobs = 'transcribe:StartTranscriptionJob on *';

const looksAtJobs =
  'transcribe:GetTranscriptionJob on arn:aws:transcribe:eu-west-1:AWS::AccountId:transcription-job/nexus-whatsapp-<stage>-*';

/** What erasing people needs: it is the only function that may destroy a file. */
const erasesFiles = [
  's3:DeleteObject on MediaBucket/media/*',
  's3:DeleteObject on MediaBucket/transcripts/*',
  's3:DeleteObject on MediaBucket/uploads/*',
  's3:DeleteObject on RawBucket/unrecognised/*',
];

/** All that each function may do, and needs: an entry is added here by whoever can say what for. */
const matrix: Record<FunctionId, string[]> = {
  'whatsapp-webhook': [
    'kms:Decrypt on DataKey',
    'kms:GenerateDataKey on DataKey',
    'logs:CreateLogStream on WebhookLogs',
    'logs:PutLogEvents on WebhookLogs',
    's3:PutObject on RawBucket/oversize/*',
    's3:PutObject on RawBucket/quarantine/*',
    'secretsmanager:GetSecretValue on AppSecret',
    'sqs:GetQueueAttributes on WebhookEventsQueue',
    'sqs:SendMessage on WebhookEventsQueue',
    'xray:PutTelemetryRecords on *',
    'xray:PutTraceSegments on *',
  ],
  normalise: [
    'dynamodb:BatchGetItem on Table',
    'dynamodb:DeleteItem on Table',
    'dynamodb:GetItem on Table',
    'dynamodb:PartiQLInsert on Table',
    'dynamodb:PartiQLUpdate on Table',
    'dynamodb:PutItem on Table',
    'dynamodb:Query on Table',
    'dynamodb:UpdateItem on Table',
    'firehose:PutRecord on Archive',
    'kms:Decrypt on DataKey',
    'kms:DescribeKey on DataKey',
    'kms:Encrypt on DataKey',
    'kms:GenerateDataKey on DataKey',
    'kms:GenerateDataKeyWithoutPlaintext on DataKey',
    'kms:ReEncryptFrom on DataKey',
    'kms:ReEncryptTo on DataKey',
    'logs:CreateLogStream on NormaliseLogs',
    'logs:PutLogEvents on NormaliseLogs',
    's3:GetObject on RawBucket/oversize/*',
    's3:PutObject on RawBucket/oversize/*',
    's3:PutObject on RawBucket/quarantine/*',
    's3:PutObject on RawBucket/unrecognised/*',
    'sqs:ChangeMessageVisibility on WebhookEventsQueue',
    'sqs:DeleteMessage on WebhookEventsQueue',
    'sqs:GetQueueAttributes on WebhookEventsQueue',
    'sqs:GetQueueUrl on WebhookEventsQueue',
    'sqs:ReceiveMessage on WebhookEventsQueue',
    'xray:PutTelemetryRecords on *',
    'xray:PutTraceSegments on *',
  ],
  publish: [
    'dynamodb:DescribeStream on Table.StreamArn',
    'dynamodb:GetRecords on Table.StreamArn',
    'dynamodb:GetShardIterator on Table.StreamArn',
    'dynamodb:ListStreams on Table.StreamArn',
    'kms:Decrypt on DataKey',
    'kms:DescribeKey on DataKey',
    'kms:GenerateDataKey on DataKey',
    'logs:CreateLogStream on PublishLogs',
    'logs:PutLogEvents on PublishLogs',
    // What the stream mapping gave up on. Source: Lambda Developer Guide, "Retain discarded records
    // for a DynamoDB event source": s3:PutObject and s3:ListBucket.
    's3:ListBucket on RawBucket',
    's3:PutObject on RawBucket/aws/lambda/*',
    's3:PutObject on RawBucket/quarantine/*',
    'sqs:SendMessage on InboxEventsQueue',
    'sqs:SendMessage on InboxHistoryQueue',
    'sqs:SendMessage on MediaJobsQueue',
    'sqs:SendMessage on TranscribeJobsQueue',
    'xray:PutTelemetryRecords on *',
    'xray:PutTraceSegments on *',
  ],
  'deliver-events': [
    'kms:Decrypt on DataKey',
    'logs:CreateLogStream on DeliverEventsLogs',
    'logs:PutLogEvents on DeliverEventsLogs',
    'secretsmanager:GetSecretValue on EventsSecret',
    'sqs:ChangeMessageVisibility on InboxEventsQueue',
    'sqs:ChangeMessageVisibility on InboxHistoryQueue',
    'sqs:DeleteMessage on InboxEventsQueue',
    'sqs:DeleteMessage on InboxHistoryQueue',
    'sqs:GetQueueAttributes on InboxEventsQueue',
    'sqs:GetQueueAttributes on InboxHistoryQueue',
    'sqs:GetQueueUrl on InboxEventsQueue',
    'sqs:GetQueueUrl on InboxHistoryQueue',
    'sqs:ReceiveMessage on InboxEventsQueue',
    'sqs:ReceiveMessage on InboxHistoryQueue',
    'xray:PutTelemetryRecords on *',
    'xray:PutTraceSegments on *',
  ],
  drain: [
    'dynamodb:DeleteItem on Table',
    'dynamodb:DescribeStream on Table.StreamArn',
    'dynamodb:GetItem on Table',
    'dynamodb:GetRecords on Table.StreamArn',
    'dynamodb:GetShardIterator on Table.StreamArn',
    'dynamodb:ListStreams on Table.StreamArn',
    'dynamodb:Query on Table',
    'kms:Decrypt on DataKey',
    'kms:DescribeKey on DataKey',
    'kms:Encrypt on DataKey',
    'kms:GenerateDataKey on DataKey',
    'kms:GenerateDataKeyWithoutPlaintext on DataKey',
    'kms:ReEncryptFrom on DataKey',
    'kms:ReEncryptTo on DataKey',
    'logs:CreateLogStream on DrainLogs',
    'logs:PutLogEvents on DrainLogs',
    's3:ListBucket on RawBucket',
    's3:PutObject on RawBucket/aws/lambda/*',
    'sqs:SendMessage on WebhookEventsQueue',
    'xray:PutTelemetryRecords on *',
    'xray:PutTraceSegments on *',
  ],
  'whatsapp-send-message': [
    'dynamodb:BatchGetItem on Table',
    'dynamodb:DeleteItem on Table',
    'dynamodb:GetItem on Table',
    'dynamodb:PutItem on Table',
    'dynamodb:UpdateItem on Table',
    'kms:Decrypt on DataKey',
    decryptsTokens,
    'kms:DescribeKey on DataKey',
    'kms:Encrypt on DataKey',
    'kms:GenerateDataKey on DataKey',
    'kms:GenerateDataKeyWithoutPlaintext on DataKey',
    'kms:ReEncryptFrom on DataKey',
    'kms:ReEncryptTo on DataKey',
    'logs:CreateLogStream on SendMessageLogs',
    'logs:PutLogEvents on SendMessageLogs',
    's3:GetObject on MediaBucket/media/*',
    's3:GetObject on MediaBucket/uploads/*',
    's3:ListBucket on MediaBucket',
    'secretsmanager:GetSecretValue on AppSecret',
    'sqs:SendMessage on BulkRequestsQueue',
    'sqs:SendMessage on SendRequestsQueue',
    'xray:PutTelemetryRecords on *',
    'xray:PutTraceSegments on *',
  ],
  'whatsapp-send-template': [
    'dynamodb:BatchGetItem on Table',
    'dynamodb:DeleteItem on Table',
    'dynamodb:GetItem on Table',
    'dynamodb:PutItem on Table',
    'dynamodb:UpdateItem on Table',
    'kms:Decrypt on DataKey',
    decryptsTokens,
    'kms:DescribeKey on DataKey',
    'kms:Encrypt on DataKey',
    'kms:GenerateDataKey on DataKey',
    'kms:GenerateDataKeyWithoutPlaintext on DataKey',
    'kms:ReEncryptFrom on DataKey',
    'kms:ReEncryptTo on DataKey',
    'logs:CreateLogStream on SendTemplateLogs',
    'logs:PutLogEvents on SendTemplateLogs',
    'secretsmanager:GetSecretValue on AppSecret',
    'sqs:SendMessage on BulkRequestsQueue',
    'sqs:SendMessage on SendRequestsQueue',
    'xray:PutTelemetryRecords on *',
    'xray:PutTraceSegments on *',
  ],
  'whatsapp-send-reaction': [
    'dynamodb:BatchGetItem on Table',
    'dynamodb:DeleteItem on Table',
    'dynamodb:GetItem on Table',
    'dynamodb:PutItem on Table',
    'dynamodb:UpdateItem on Table',
    'kms:Decrypt on DataKey',
    decryptsTokens,
    'kms:DescribeKey on DataKey',
    'kms:Encrypt on DataKey',
    'kms:GenerateDataKey on DataKey',
    'kms:GenerateDataKeyWithoutPlaintext on DataKey',
    'kms:ReEncryptFrom on DataKey',
    'kms:ReEncryptTo on DataKey',
    'logs:CreateLogStream on SendReactionLogs',
    'logs:PutLogEvents on SendReactionLogs',
    'secretsmanager:GetSecretValue on AppSecret',
    'sqs:SendMessage on BulkRequestsQueue',
    'sqs:SendMessage on SendRequestsQueue',
    'xray:PutTelemetryRecords on *',
    'xray:PutTraceSegments on *',
  ],
  'whatsapp-reply-status': [
    'dynamodb:BatchGetItem on Table',
    'dynamodb:GetItem on Table',
    'dynamodb:Query on Table',
    'kms:Decrypt on DataKey',
    decryptsTokens,
    'kms:DescribeKey on DataKey',
    'kms:Encrypt on DataKey',
    'kms:GenerateDataKey on DataKey',
    'kms:GenerateDataKeyWithoutPlaintext on DataKey',
    'kms:ReEncryptFrom on DataKey',
    'kms:ReEncryptTo on DataKey',
    'logs:CreateLogStream on ReplyStatusLogs',
    'logs:PutLogEvents on ReplyStatusLogs',
    'secretsmanager:GetSecretValue on AppSecret',
    'xray:PutTelemetryRecords on *',
    'xray:PutTraceSegments on *',
  ],
  'whatsapp-get-templates': [
    'dynamodb:BatchGetItem on Table',
    'dynamodb:DeleteItem on Table',
    'dynamodb:PutItem on Table',
    'dynamodb:Query on Table',
    'dynamodb:UpdateItem on Table',
    'kms:Decrypt on DataKey',
    decryptsTokens,
    'kms:DescribeKey on DataKey',
    'kms:Encrypt on DataKey',
    'kms:GenerateDataKey on DataKey',
    'kms:GenerateDataKeyWithoutPlaintext on DataKey',
    'kms:ReEncryptFrom on DataKey',
    'kms:ReEncryptTo on DataKey',
    'logs:CreateLogStream on GetTemplatesLogs',
    'logs:PutLogEvents on GetTemplatesLogs',
    'secretsmanager:GetSecretValue on AppSecret',
    'xray:PutTelemetryRecords on *',
    'xray:PutTraceSegments on *',
  ],
  'whatsapp-templates': [
    'dynamodb:BatchGetItem on Table',
    'dynamodb:DeleteItem on Table',
    'dynamodb:PutItem on Table',
    'dynamodb:Query on Table',
    'dynamodb:UpdateItem on Table',
    'kms:Decrypt on DataKey',
    decryptsTokens,
    'kms:DescribeKey on DataKey',
    'kms:Encrypt on DataKey',
    'kms:GenerateDataKey on DataKey',
    'kms:GenerateDataKeyWithoutPlaintext on DataKey',
    'kms:ReEncryptFrom on DataKey',
    'kms:ReEncryptTo on DataKey',
    'logs:CreateLogStream on TemplatesLogs',
    'logs:PutLogEvents on TemplatesLogs',
    'secretsmanager:GetSecretValue on AppSecret',
    'xray:PutTelemetryRecords on *',
    'xray:PutTraceSegments on *',
  ],
  'whatsapp-graph': [
    'dynamodb:BatchGetItem on Table',
    'dynamodb:DeleteItem on Table',
    'dynamodb:GetItem on Table',
    'dynamodb:PutItem on Table',
    'dynamodb:Query on Table',
    'dynamodb:UpdateItem on Table',
    'kms:Decrypt on DataKey',
    decryptsTokens,
    'kms:DescribeKey on DataKey',
    'kms:Encrypt on DataKey',
    'kms:GenerateDataKey on DataKey',
    'kms:GenerateDataKeyWithoutPlaintext on DataKey',
    'kms:ReEncryptFrom on DataKey',
    'kms:ReEncryptTo on DataKey',
    'logs:CreateLogStream on GraphLogs',
    'logs:PutLogEvents on GraphLogs',
    'secretsmanager:GetSecretValue on AppSecret',
    'xray:PutTelemetryRecords on *',
    'xray:PutTraceSegments on *',
  ],
  deliver: [
    'dynamodb:BatchGetItem on Table',
    'dynamodb:GetItem on Table',
    'dynamodb:UpdateItem on Table',
    'kms:Decrypt on DataKey',
    decryptsTokens,
    'kms:DescribeKey on DataKey',
    'kms:Encrypt on DataKey',
    'kms:GenerateDataKey on DataKey',
    'kms:GenerateDataKeyWithoutPlaintext on DataKey',
    'kms:ReEncryptFrom on DataKey',
    'kms:ReEncryptTo on DataKey',
    'logs:CreateLogStream on DeliverLogs',
    'logs:PutLogEvents on DeliverLogs',
    's3:PutObject on RawBucket/quarantine/*',
    'secretsmanager:GetSecretValue on AppSecret',
    'sqs:ChangeMessageVisibility on BulkRequestsQueue',
    'sqs:ChangeMessageVisibility on SendRequestsQueue',
    'sqs:DeleteMessage on BulkRequestsQueue',
    'sqs:DeleteMessage on SendRequestsQueue',
    'sqs:GetQueueAttributes on BulkRequestsQueue',
    'sqs:GetQueueAttributes on SendRequestsQueue',
    'sqs:GetQueueUrl on BulkRequestsQueue',
    'sqs:GetQueueUrl on SendRequestsQueue',
    'sqs:ReceiveMessage on BulkRequestsQueue',
    'sqs:ReceiveMessage on SendRequestsQueue',
    'xray:PutTelemetryRecords on *',
    'xray:PutTraceSegments on *',
  ],
  settle: [
    'dynamodb:BatchGetItem on Table',
    'dynamodb:Query on Table/index/Listing',
    'dynamodb:UpdateItem on Table',
    'kms:Decrypt on DataKey',
    'kms:DescribeKey on DataKey',
    'kms:Encrypt on DataKey',
    'kms:GenerateDataKey on DataKey',
    'kms:GenerateDataKeyWithoutPlaintext on DataKey',
    'kms:ReEncryptFrom on DataKey',
    'kms:ReEncryptTo on DataKey',
    'logs:CreateLogStream on SettleLogs',
    'logs:PutLogEvents on SettleLogs',
    'xray:PutTelemetryRecords on *',
    'xray:PutTraceSegments on *',
  ],
  'mirror-media': [
    'dynamodb:BatchGetItem on Table',
    'dynamodb:GetItem on Table',
    'dynamodb:UpdateItem on Table',
    'kms:Decrypt on DataKey',
    decryptsTokens,
    'kms:DescribeKey on DataKey',
    'kms:Encrypt on DataKey',
    'kms:GenerateDataKey on DataKey',
    'kms:GenerateDataKeyWithoutPlaintext on DataKey',
    'kms:ReEncryptFrom on DataKey',
    'kms:ReEncryptTo on DataKey',
    'logs:CreateLogStream on MirrorMediaLogs',
    'logs:PutLogEvents on MirrorMediaLogs',
    's3:PutObject on MediaBucket/media/*',
    's3:PutObject on RawBucket/quarantine/*',
    's3:PutObjectTagging on MediaBucket/media/*',
    'secretsmanager:GetSecretValue on AppSecret',
    'sqs:ChangeMessageVisibility on MediaJobsQueue',
    'sqs:DeleteMessage on MediaJobsQueue',
    'sqs:GetQueueAttributes on MediaJobsQueue',
    'sqs:GetQueueUrl on MediaJobsQueue',
    'sqs:ReceiveMessage on MediaJobsQueue',
    'xray:PutTelemetryRecords on *',
    'xray:PutTraceSegments on *',
  ],
  'whatsapp-media': [
    'dynamodb:BatchGetItem on Table',
    'dynamodb:PutItem on Table',
    'dynamodb:UpdateItem on Table',
    'kms:Decrypt on DataKey',
    'kms:DescribeKey on DataKey',
    'kms:Encrypt on DataKey',
    'kms:GenerateDataKey on DataKey',
    'kms:GenerateDataKeyWithoutPlaintext on DataKey',
    'kms:ReEncryptFrom on DataKey',
    'kms:ReEncryptTo on DataKey',
    'logs:CreateLogStream on MediaLogs',
    'logs:PutLogEvents on MediaLogs',
    's3:GetObject on MediaBucket/media/*',
    's3:GetObject on MediaBucket/transcripts/*',
    's3:PutObject on MediaBucket/uploads/*',
    'xray:PutTelemetryRecords on *',
    'xray:PutTraceSegments on *',
  ],
  'voice-transcription-worker': [
    'dynamodb:BatchGetItem on Table',
    'dynamodb:PutItem on Table',
    'dynamodb:Query on Table',
    'dynamodb:Query on Table/index/Listing',
    'dynamodb:UpdateItem on Table',
    passesRole,
    'kms:Decrypt on DataKey',
    'kms:DescribeKey on DataKey',
    'kms:Encrypt on DataKey',
    'kms:GenerateDataKey on DataKey',
    'kms:GenerateDataKeyWithoutPlaintext on DataKey',
    'kms:ReEncryptFrom on DataKey',
    'kms:ReEncryptTo on DataKey',
    'logs:CreateLogStream on TranscriptionWorkerLogs',
    'logs:PutLogEvents on TranscriptionWorkerLogs',
    's3:GetObject on MediaBucket/media/*',
    's3:GetObject on MediaBucket/transcripts/*',
    's3:ListBucket on MediaBucket',
    's3:PutObject on MediaBucket/transcripts/*',
    's3:PutObject on RawBucket/quarantine/*',
    's3:PutObjectTagging on MediaBucket/transcripts/*',
    'sqs:ChangeMessageVisibility on TranscribeJobsQueue',
    'sqs:DeleteMessage on TranscribeJobsQueue',
    'sqs:GetQueueAttributes on TranscribeJobsQueue',
    'sqs:GetQueueUrl on TranscribeJobsQueue',
    'sqs:ReceiveMessage on TranscribeJobsQueue',
    looksAtJobs,
    startsJobs,
    'xray:PutTelemetryRecords on *',
    'xray:PutTraceSegments on *',
  ],
  'whatsapp-inbox': [
    'dynamodb:BatchGetItem on Table',
    'dynamodb:GetItem on Table',
    'dynamodb:PutItem on Table',
    'dynamodb:Query on Table',
    'dynamodb:Query on Table/index/Conversation',
    'dynamodb:UpdateItem on Table',
    'kms:Decrypt on DataKey',
    decryptsTokens,
    'kms:DescribeKey on DataKey',
    'kms:Encrypt on DataKey',
    'kms:GenerateDataKey on DataKey',
    'kms:GenerateDataKeyWithoutPlaintext on DataKey',
    'kms:ReEncryptFrom on DataKey',
    'kms:ReEncryptTo on DataKey',
    'logs:CreateLogStream on InboxLogs',
    'logs:PutLogEvents on InboxLogs',
    'secretsmanager:GetSecretValue on AppSecret',
    'sqs:GetQueueAttributes on BulkRequestsDeadLetters',
    'sqs:GetQueueAttributes on BulkRequestsQueue',
    'sqs:GetQueueAttributes on ErasureJobsDeadLetters',
    'sqs:GetQueueAttributes on ErasureJobsQueue',
    'sqs:GetQueueAttributes on InboxEventsDeadLetters',
    'sqs:GetQueueAttributes on InboxEventsQueue',
    'sqs:GetQueueAttributes on InboxHistoryDeadLetters',
    'sqs:GetQueueAttributes on InboxHistoryQueue',
    'sqs:GetQueueAttributes on MediaJobsDeadLetters',
    'sqs:GetQueueAttributes on MediaJobsQueue',
    'sqs:GetQueueAttributes on RepublishJobsDeadLetters',
    'sqs:GetQueueAttributes on RepublishJobsQueue',
    'sqs:GetQueueAttributes on SendRequestsDeadLetters',
    'sqs:GetQueueAttributes on SendRequestsQueue',
    'sqs:GetQueueAttributes on TranscribeJobsDeadLetters',
    'sqs:GetQueueAttributes on TranscribeJobsQueue',
    'sqs:GetQueueAttributes on WebhookEventsDeadLetters',
    'sqs:GetQueueAttributes on WebhookEventsQueue',
    'sqs:SendMessage on ErasureJobsQueue',
    'sqs:SendMessage on RepublishJobsQueue',
    'xray:PutTelemetryRecords on *',
    'xray:PutTraceSegments on *',
  ],
  erase: [
    'dynamodb:BatchGetItem on Table',
    'dynamodb:DeleteItem on Table',
    'dynamodb:PutItem on Table',
    'dynamodb:Query on Table',
    'dynamodb:Query on Table/index/Conversation',
    'dynamodb:Query on Table/index/Listing',
    'dynamodb:UpdateItem on Table',
    'kms:Decrypt on DataKey',
    'kms:DescribeKey on DataKey',
    'kms:Encrypt on DataKey',
    'kms:GenerateDataKey on DataKey',
    'kms:GenerateDataKeyWithoutPlaintext on DataKey',
    'kms:ReEncryptFrom on DataKey',
    'kms:ReEncryptTo on DataKey',
    'logs:CreateLogStream on EraseLogs',
    'logs:PutLogEvents on EraseLogs',
    ...erasesFiles,
    's3:ListBucket on MediaBucket',
    'sqs:ChangeMessageVisibility on ErasureJobsQueue',
    'sqs:DeleteMessage on ErasureJobsQueue',
    'sqs:GetQueueAttributes on ErasureJobsQueue',
    'sqs:GetQueueUrl on ErasureJobsQueue',
    'sqs:ReceiveMessage on ErasureJobsQueue',
    'xray:PutTelemetryRecords on *',
    'xray:PutTraceSegments on *',
  ],
  republish: [
    'dynamodb:BatchGetItem on Table',
    'dynamodb:PutItem on Table',
    'dynamodb:Query on Table',
    'dynamodb:Query on Table/index/Conversation',
    'dynamodb:Query on Table/index/Listing',
    'kms:Decrypt on DataKey',
    'kms:DescribeKey on DataKey',
    'kms:Encrypt on DataKey',
    'kms:GenerateDataKey on DataKey',
    'kms:GenerateDataKeyWithoutPlaintext on DataKey',
    'kms:ReEncryptFrom on DataKey',
    'kms:ReEncryptTo on DataKey',
    'logs:CreateLogStream on RepublishLogs',
    'logs:PutLogEvents on RepublishLogs',
    'sqs:ChangeMessageVisibility on RepublishJobsQueue',
    'sqs:DeleteMessage on RepublishJobsQueue',
    'sqs:GetQueueAttributes on RepublishJobsQueue',
    'sqs:GetQueueUrl on RepublishJobsQueue',
    'sqs:ReceiveMessage on RepublishJobsQueue',
    'sqs:SendMessage on InboxEventsQueue',
    'sqs:SendMessage on InboxHistoryQueue',
    'xray:PutTelemetryRecords on *',
    'xray:PutTraceSegments on *',
  ],
  'wa-es-callback': [
    'dynamodb:BatchGetItem on Table',
    'dynamodb:DeleteItem on Table',
    'dynamodb:GetItem on Table',
    'dynamodb:PutItem on Table',
    'dynamodb:Query on Table',
    'dynamodb:UpdateItem on Table',
    'kms:Decrypt on DataKey',
    ...keepsSecrets,
    'kms:DescribeKey on DataKey',
    'kms:Encrypt on DataKey',
    'kms:GenerateDataKey on DataKey',
    'kms:GenerateDataKeyWithoutPlaintext on DataKey',
    'kms:ReEncryptFrom on DataKey',
    'kms:ReEncryptTo on DataKey',
    'logs:CreateLogStream on EsCallbackLogs',
    'logs:PutLogEvents on EsCallbackLogs',
    'secretsmanager:GetSecretValue on AppSecret',
    'xray:PutTelemetryRecords on *',
    'xray:PutTraceSegments on *',
  ].sort(),
  'save-whatsapp-credentials': [
    'dynamodb:BatchGetItem on Table',
    'dynamodb:DeleteItem on Table',
    'dynamodb:GetItem on Table',
    'dynamodb:PutItem on Table',
    'dynamodb:Query on Table',
    'dynamodb:UpdateItem on Table',
    'kms:Decrypt on DataKey',
    ...keepsSecrets,
    'kms:DescribeKey on DataKey',
    'kms:Encrypt on DataKey',
    'kms:GenerateDataKey on DataKey',
    'kms:GenerateDataKeyWithoutPlaintext on DataKey',
    'kms:ReEncryptFrom on DataKey',
    'kms:ReEncryptTo on DataKey',
    'logs:CreateLogStream on SaveCredentialsLogs',
    'logs:PutLogEvents on SaveCredentialsLogs',
    'secretsmanager:GetSecretValue on AppSecret',
    'xray:PutTelemetryRecords on *',
    'xray:PutTraceSegments on *',
  ].sort(),
};

/** What Transcribe may do with the role that the worker passes to it. */
const transcribeAccess = [
  'kms:Decrypt on DataKey',
  'kms:GenerateDataKey on DataKey',
  's3:GetObject on MediaBucket/media/*',
  's3:GetObject on MediaBucket/transcripts/*',
  's3:PutObject on MediaBucket/transcripts/*',
];

/** What Firehose may do with the archive. */
const archiveAccess = [
  'kms:Decrypt on DataKey',
  'kms:GenerateDataKey on DataKey',
  'logs:PutLogEvents on ArchiveLogs',
  's3:AbortMultipartUpload on RawBucket/archive/*',
  's3:GetBucketLocation on RawBucket',
  's3:GetObject on RawBucket/archive/*',
  's3:ListBucket on RawBucket',
  's3:ListBucketMultipartUploads on RawBucket',
  's3:PutObject on RawBucket/archive/*',
];

/** No function administers anything, destroys what it cannot have made, or passes rights on. */
const forbidden = [
  /^dynamodb:(Scan|\w*(Table|Backup|TimeToLive|ResourcePolicy))$/,
  /^(iam|sts|lambda|cloudformation|organizations):/,
  /^kms:(CreateGrant|PutKeyPolicy|ScheduleKeyDeletion|Disable\w+|\w*Alias)$/,
  /^logs:(Delete\w+|CreateLogGroup|PutRetentionPolicy)$/,
  /^s3:(Delete\w+|\w*(Acl|Policy|Configuration|Retention|LegalHold)|PutBucket\w+)$/,
  /^secretsmanager:(?!GetSecretValue$)/,
  /^sqs:(PurgeQueue|CreateQueue|DeleteQueue|SetQueueAttributes|\w+Permission)$/,
];

function excesses(permissions: readonly Permission[]): string[] {
  return permissions
    .filter(
      ({ action, resource }) =>
        action.includes('*') ||
        (resource === '*' && !action.startsWith('xray:')) ||
        forbidden.some((pattern) => pattern.test(action)),
    )
    .map(asText)
    .filter((text) => ![passesRole, startsJobs, ...erasesFiles].includes(text));
}

function asText({ action, resource, condition }: Permission): string {
  return `${action} on ${resource}${condition ? ` if ${JSON.stringify(condition)}` : ''}`;
}

it.each([
  '*',
  'kms:*',
  's3:Get*',
  'sqs:PurgeQueue',
  'sqs:DeleteQueue',
  'dynamodb:Scan',
  'dynamodb:DeleteTable',
  'kms:ScheduleKeyDeletion',
  's3:DeleteObject',
  'secretsmanager:PutSecretValue',
  'iam:PassRole',
])('%s is too much for a function', (action) => {
  expect(excesses([{ action, resource: 'Anything', condition: undefined }])).toHaveLength(1);
});

it('every resource is too many for anything but X-Ray', () => {
  const onAll = (action: string) => ({ action, resource: '*', condition: undefined });
  expect(excesses([onAll('sqs:SendMessage'), onAll('xray:PutTraceSegments')])).toEqual([
    'sqs:SendMessage on *',
  ]);
});

describe.each(templates)('permissions of $stage', ({ stage, resources, functions }) => {
  describe.each(functions)('$id', (fn) => {
    it('are those of the matrix, no more and no less', () => {
      const expected = Object.entries(matrix).find(([id]) => id === fn.id)?.[1];
      const permissions = permissionsOf(fn, resources)
        .map(asText)
        .map((text) => text.replace(`nexus-whatsapp-${stage}-`, 'nexus-whatsapp-<stage>-'));
      expect([...new Set(permissions)].sort()).toEqual(expected);
    });

    it('hold no wildcard and nothing that only an administrator needs', () => {
      expect(excesses(permissionsOf(fn, resources))).toEqual([]);
    });
  });

  it('are lent to Transcribe for the jobs of this account alone', () => {
    const permissions = permissionsOf({ roleName: 'TranscribeAccess' }, resources).map(asText);
    expect(permissions.sort()).toEqual(transcribeAccess);
    expect(named(resources, 'TranscribeAccess').properties).toMatchObject({
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Action: 'sts:AssumeRole',
            Principal: { Service: 'transcribe.amazonaws.com' },
            Condition: { StringEquals: { 'aws:SourceAccount': 'AWS::AccountId' } },
          },
        ],
      },
    });
  });

  it('are lent to Firehose for the archive of this account alone', () => {
    const permissions = permissionsOf({ roleName: 'ArchiveAccess' }, resources).map(asText);
    expect(permissions.sort()).toEqual(archiveAccess);
    expect(named(resources, 'ArchiveAccess').properties).toMatchObject({
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Action: 'sts:AssumeRole',
            Principal: { Service: 'firehose.amazonaws.com' },
            Condition: { StringEquals: { 'sts:ExternalId': 'AWS::AccountId' } },
          },
        ],
      },
    });
  });

  it('belong to the functions, Transcribe and Firehose alone, and stand in the policies of their roles', () => {
    expect(
      ofType(
        resources,
        'AWS::IAM::ManagedPolicy',
        'AWS::IAM::RolePolicy',
        'AWS::IAM::User',
        'AWS::IAM::Group',
      ),
    ).toEqual([]);
    const roles = ofType(resources, 'AWS::IAM::Role').map(({ name }) => name);
    const users = functions.map(({ roleName }) => roleName);
    expect(roles.sort()).toEqual([...users, 'ArchiveAccess', 'TranscribeAccess'].sort());
  });
});
