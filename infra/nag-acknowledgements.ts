import type { Acknowledgement } from './nag.ts';

/** One reason for the same finding at several resources. */
function acknowledge(
  rule: string,
  resources: readonly string[],
  owner: Acknowledgement['owner'],
  reason: string,
): Acknowledgement[] {
  return resources.map((resource) => ({ rule, resource, owner, reason }));
}

function policyOf(role: string): string {
  return `${role}/DefaultPolicy`;
}

/** By a queue, the stream or an API: whoever calls waits for the answer. */
const functionsCalledWithAnswer = [
  ...['Deliver', 'DeliverEvents', 'Erase', 'EsCallback', 'GetTemplates', 'Graph', 'Inbox'],
  ...['Media', 'MirrorMedia', 'Normalise', 'Publish', 'ReplyStatus', 'Republish'],
  ...['SaveCredentials', 'SendMessage', 'SendReaction', 'SendTemplate', 'Templates', 'Webhook'],
];

/** By EventBridge, which waits for none. */
const functionsCalledByRules = ['Drain', 'Settle', 'TranscriptionWorker'];

const functions = [...functionsCalledWithAnswer, ...functionsCalledByRules];

const rules = ['Settling', 'Sweep', 'TranscriptionEnd', 'TranscriptionSweep'];

/** Whose objects' keys only the running code knows, by prefix. */
const objectsOf = {
  '<MediaBucket.Arn>/media/*': [
    ...['EraseRole', 'MediaRole', 'MirrorMediaRole', 'SendMessageRole'],
    ...['TranscribeAccess', 'TranscriptionWorkerRole'],
  ],
  '<MediaBucket.Arn>/transcripts/*': [
    ...['EraseRole', 'MediaRole', 'TranscribeAccess', 'TranscriptionWorkerRole'],
  ],
  '<MediaBucket.Arn>/uploads/*': ['EraseRole', 'MediaRole', 'SendMessageRole'],
  '<RawBucket.Arn>/archive/*': ['ArchiveAccess'],
  '<RawBucket.Arn>/aws/lambda/*': ['DrainRole', 'PublishRole'],
  '<RawBucket.Arn>/oversize/*': ['NormaliseRole', 'WebhookRole'],
  '<RawBucket.Arn>/quarantine/*': [
    ...['DeliverRole', 'MirrorMediaRole', 'NormaliseRole', 'PublishRole'],
    ...['TranscriptionWorkerRole', 'WebhookRole'],
  ],
  '<RawBucket.Arn>/unrecognised/*': ['EraseRole', 'NormaliseRole'],
};

const workedQueues = {
  BulkRequests: 'Deliver',
  ErasureJobs: 'Erase',
  InboxEvents: 'DeliverEvents',
  InboxHistory: 'DeliverEvents',
  MediaJobs: 'MirrorMedia',
  RepublishJobs: 'Republish',
  SendRequests: 'Deliver',
  TranscribeJobs: 'TranscriptionWorker',
  WebhookEvents: 'Normalise',
};

const metaRoutes = ['wa-webhook', 'whatsapp-status-webhook', 'whatsapp-webhook'].flatMap((path) =>
  ['GET', 'POST'].map((method) => `WebhookApi/Api/${method}--${path}`),
);

/**
 * Every finding of cdk-nag that stands, each with its reason. Rather mend than add. A finding that is missing
 * here fails the synthesis, and so does an entry that nothing is found for.
 */
export const acknowledgements: readonly Acknowledgement[] = [
  ...acknowledge(
    'AwsSolutions-APIG4',
    metaRoutes,
    'ingest',
    "Meta has no credentials of ours: the function checks Meta's signature, and the verify token, before anything else.",
  ),
  ...acknowledge(
    'AwsSolutions-APIG4',
    [
      'GET--wa-es-callback',
      'POST--wa-deauthorize',
      'GET--wa-data-deletion',
      'POST--wa-data-deletion',
    ].map((route) => `SendApi/Api/${route}`),
    'connect',
    'A browser or Meta calls: the function checks the state that it gave out, the signed request, or the confirmation code.',
  ),
  ...acknowledge(
    'AwsSolutions-APIG4',
    ['DELETE', 'GET', 'POST'].map((method) => `SendApi/Api/${method}--graph--{path+}`),
    'send',
    "Clients of Meta's API know bearer tokens only: the function checks the token that it issued, by its hash.",
  ),
  ...acknowledge(
    'AwsSolutions-IAM5[Resource::*]',
    functions.map((name) => policyOf(`${name}Role`)),
    'infra',
    'X-Ray has no resources to name, and for the worker neither has transcribe:StartTranscriptionJob. test/template/iam.test.ts allows * for these actions alone.',
  ),
  ...Object.entries(objectsOf).flatMap(([objects, roles]) =>
    acknowledge(
      `AwsSolutions-IAM5[Resource::${objects}]`,
      roles.map(policyOf),
      'infra',
      'Keys of objects are made at run time: a prefix is the narrowest that a policy can name.',
    ),
  ),
  ...acknowledge(
    'AwsSolutions-IAM5[Resource::arn:aws:transcribe:eu-west-1:<AWS::AccountId>:transcription-job/<stack>-*]',
    [policyOf('TranscriptionWorkerRole')],
    'transcribe',
    "Names of jobs are made at run time, and begin with the stack's name.",
  ),
  ...acknowledge(
    'AwsSolutions-SMG4',
    ['AppSecret', 'EventsSecret'],
    'infra',
    'Meta makes the app secret, and the receiver of events knows the other: neither can be changed from here alone. SECURITY.md says how to rotate them.',
  ),
  ...acknowledge(
    'Serverless-EventBusDLQ',
    rules,
    'infra',
    'A turn that was missed is made up for by the next one, which looks for all that is due; so is the end of a transcription.',
  ),
  ...acknowledge(
    'Serverless-LambdaTracing',
    functions,
    'infra',
    "No SDK of X-Ray's runs in the functions: a trace would be one function's run, which its metrics tell. A trace that a caller has begun goes on in them.",
  ),
  ...acknowledge(
    'Serverless-LambdaDLQ',
    functionsCalledWithAnswer,
    'infra',
    'Concerns asynchronous invocation only. What these fail at stays in its queue or the stream, or is answered as an error.',
  ),
  ...acknowledge(
    'Serverless-LambdaDLQ',
    functionsCalledByRules,
    'infra',
    'The event of a rule holds nothing to be kept: the next turn looks for all that is due.',
  ),
  ...acknowledge(
    'Serverless-LambdaEventSourceMappingDestination',
    Object.entries(workedQueues).map(([queue, fn]) => `${fn}/SqsEventSource:${queue}Queue`),
    'infra',
    'A mapping of a queue has no such destination: the queue itself passes on what fails too often to its dead-letter queue.',
  ),
  ...acknowledge(
    'Serverless-SQSRedrivePolicy',
    Object.keys(workedQueues).map((queue) => `${queue}/DeadLetters`),
    'infra',
    'It is a dead-letter queue itself: what is in it waits for somebody on call.',
  ),
];
