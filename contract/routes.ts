import type * as z from 'zod';
import { listQuerySchema } from '../lambdas/connect/connect-request.schema.ts';
import { erasureQuerySchema } from '../lambdas/inbox/erasure-request.schema.ts';
import { healthQuerySchema } from '../lambdas/inbox/health-request.schema.ts';
import {
  conversationQuerySchema,
  messagesQuerySchema,
} from '../lambdas/inbox/reading-request.schema.ts';
import { republishQuerySchema } from '../lambdas/inbox/republish-request.schema.ts';
import { settingsQuerySchema } from '../lambdas/inbox/settings-request.schema.ts';
import { mediaLinkQuerySchema } from '../lambdas/media/whatsapp-media.schema.ts';
import {
  listTokensQuerySchema,
  revokeTokenQuerySchema,
} from '../lambdas/send/facade/graph-tokens-request.schema.ts';
import { replyStatusQuerySchema } from '../lambdas/send/reply-status.schema.ts';
import {
  templateListQuerySchema,
  templatesOfWabaQuerySchema,
} from '../lambdas/send/template/templates-query.schema.ts';
import type { ProblemCode } from '../shared/http/problem.ts';
import type { answerSchemas } from './answers.schema.ts';
import {
  deletionQuerySchema,
  type requestSchemas,
  signupRedirectQuerySchema,
} from './requests.schema.ts';

/** The groups that routes are shown in, each with what it is for. */
export const tags = {
  Sending: 'Messages to customers, and what becomes of them.',
  Templates: "Meta's message templates, and what a send of each needs.",
  Reading: 'What is stored of conversations, and events told again.',
  Media: 'Files and transcripts.',
  Settings: 'What an organisation decides for itself.',
  'Graph façade':
    'Tokens for clients of the Cloud API that call this service instead: [graph-facade.md](graph-facade.md).',
  Connections: 'WhatsApp Business Accounts: connecting, looking at, taking apart.',
  'Meta callbacks': 'What Meta and browsers call by themselves. Not for the inbox backend.',
} as const;

/** The name of a request's schema in the contract. */
export type RequestName = keyof typeof requestSchemas;

/** The name of an answer's schema in the contract. */
export type AnswerName = keyof typeof answerSchemas;

/** What a route takes: a JSON body, a query, or a form. */
export type RouteInput = { body: RequestName } | { query: z.ZodType } | { form: RequestName };

/** What a route answers with one status. */
export interface RouteAnswer {
  description: string;
  schema: AnswerName;
  /** By name: what each says. */
  headers?: Readonly<Record<string, string>>;
}

/** One method of one path, as the contract promises it. */
export interface ContractRoute {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  operationId: string;
  tag: keyof typeof tags;
  summary: string;
  description?: string;
  /** `public`: whoever calls is let in, and something in the request says for whom. */
  access: 'authorised' | 'public';
  /** The operationId of the route that this one is another address of. */
  sameAs?: string;
  /** A send: it needs an Idempotency-Key. */
  isSend?: true;
  input: RouteInput;
  answers: Readonly<Record<string, RouteAnswer>>;
  problems: readonly ProblemCode[];
}

const query: ProblemCode[] = ['invalid-request', 'not-found', 'internal-error'];
const body: ProblemCode[] = [...query, 'request-too-large', 'unsupported-media-type'];
const form: ProblemCode[] = [
  ...(['invalid-request', 'request-too-large', 'unsupported-media-type'] as const),
  'internal-error',
];
const asksMeta: ProblemCode[] = ['connection-invalid', 'meta-error', 'unavailable'];
const sends: ProblemCode[] = [
  ...body,
  ...asksMeta,
  ...(['idempotency-key-required', 'send-in-flight', 'idempotency-key-reused'] as const),
  ...(['meta-refused', 'send-failed', 'throttled'] as const),
];
const templates: ProblemCode[] = [
  ...(['recipient-opted-out', 'template-not-sendable'] as const),
  'template-parameters-invalid',
];
const connects: ProblemCode[] = [...body, 'meta-refused', 'unavailable'];

const replayed = {
  'Idempotent-Replayed': '`true`: answered from the record of an earlier request with this key.',
};

const send = {
  method: 'POST',
  tag: 'Sending',
  access: 'authorised',
  isSend: true,
  answers: {
    200: {
      description: 'Meta has the message, or nothing more will come of it.',
      schema: 'SendAnswer',
      headers: replayed,
    },
    202: {
      description:
        'It is queued, or nobody knows yet: `send.updated` and `message.status` will tell.',
      schema: 'SendAnswer',
      headers: replayed,
    },
  },
} as const;

const sendMessage: ContractRoute = {
  ...send,
  path: '/whatsapp-send-message',
  operationId: 'sendMessage',
  summary: 'Send a message of any type',
  description:
    'Checked completely before Meta is called: what Meta would refuse is refused here, and stored nowhere. A send that has to wait is queued behind earlier ones to the same recipient.',
  input: { body: 'SendRequest' },
  problems: [...sends, ...templates, 'window-closed', 'reaction-target-invalid', 'media-unusable'],
};

/** An answer with status 200. */
function ok(schema: AnswerName, description: string): ContractRoute['answers'] {
  return { 200: { description, schema } };
}

/** Every route of the API, in the order of the documents. */
export const contractRoutes: readonly ContractRoute[] = [
  sendMessage,
  {
    ...sendMessage,
    path: '/wa-send',
    operationId: 'sendMessageShort',
    sameAs: 'sendMessage',
    summary: 'The same as POST /whatsapp-send-message',
  },
  {
    ...send,
    path: '/whatsapp-send-template',
    operationId: 'sendTemplate',
    summary: 'Send a template',
    description:
      'Reaches a customer also outside the customer service window. The answer says what the customer reads.',
    input: { body: 'TemplateSendRequest' },
    problems: [...sends, ...templates],
  },
  {
    ...send,
    path: '/whatsapp-send-reaction',
    operationId: 'sendReaction',
    summary: 'Send a reaction, or take one back',
    input: { body: 'ReactionSendRequest' },
    problems: [...sends, 'window-closed', 'reaction-target-invalid'],
  },
  {
    method: 'GET',
    path: '/whatsapp-reply-status',
    operationId: 'getReplyStatus',
    tag: 'Sending',
    summary: 'Where sends stand',
    description:
      'By exactly one of `sendId`, `clientReference` and `messageId`. Sends are known for 30 days.',
    access: 'authorised',
    input: { query: replyStatusQuerySchema },
    answers: ok('ReplyStatuses', 'Those that are known; 404 where none is.'),
    problems: query,
  },
  {
    method: 'POST',
    path: '/whatsapp-reply-status',
    operationId: 'markMessageRead',
    tag: 'Sending',
    summary: "Mark a customer's message as read, and show that somebody is typing",
    description: 'May be repeated without harm: it needs no key.',
    access: 'authorised',
    input: { body: 'MarkReadRequest' },
    answers: ok('MarkedRead', 'Meta knows.'),
    problems: [...body, ...asksMeta, 'meta-refused', 'throttled'],
  },
  {
    method: 'GET',
    path: '/whatsapp-get-templates',
    operationId: 'getTemplates',
    tag: 'Templates',
    summary: 'The full templates of one account, with what a send of each fills in',
    access: 'authorised',
    input: { query: templatesOfWabaQuerySchema },
    answers: ok('TemplatesOfAccount', 'A page of templates.'),
    problems: [...query, ...asksMeta],
  },
  {
    method: 'GET',
    path: '/whatsapp-templates',
    operationId: 'listTemplates',
    tag: 'Templates',
    summary: 'List the templates of an organisation',
    access: 'authorised',
    input: { query: templateListQuerySchema },
    answers: ok('TemplateList', 'A page of templates.'),
    problems: [...query, ...asksMeta],
  },
  {
    method: 'GET',
    path: '/whatsapp-conversation',
    operationId: 'readConversation',
    tag: 'Reading',
    summary: 'Whom a business number talks to, and what may be sent to them',
    description: 'By `conversationId`, or by `phoneNumberId` and one of `phone` and `userId`.',
    access: 'authorised',
    input: { query: conversationQuerySchema },
    answers: ok('ConversationAnswer', 'The person, their window, and whether they want marketing.'),
    problems: query,
  },
  {
    method: 'GET',
    path: '/whatsapp-messages',
    operationId: 'listMessages',
    tag: 'Reading',
    summary: "A conversation's messages, newest first",
    description:
      'Both directions, with their statuses, files and transcripts as they are now: for as long as the stage keeps messages.',
    access: 'authorised',
    input: { query: messagesQuerySchema },
    answers: ok('MessageList', 'A page of messages.'),
    problems: query,
  },
  {
    method: 'POST',
    path: '/whatsapp-republish',
    operationId: 'republish',
    tag: 'Reading',
    summary: 'Have stored events told again, with the same `eventId`s',
    description:
      'Of one conversation, or of all that came between two times (at most 31 days), also those that were consumed. They come as any other event.',
    access: 'authorised',
    input: { body: 'RepublishRequest' },
    answers: { 202: { description: 'It has been asked for.', schema: 'Republishing' } },
    problems: body,
  },
  {
    method: 'GET',
    path: '/whatsapp-republish',
    operationId: 'readRepublishing',
    tag: 'Reading',
    summary: 'How far a republishing has come',
    access: 'authorised',
    input: { query: republishQuerySchema },
    answers: ok('Republishing', 'How far it is.'),
    problems: query,
  },
  {
    method: 'POST',
    path: '/whatsapp-erasure',
    operationId: 'erase',
    tag: 'Reading',
    summary: 'Erase a person, or all that an organisation has',
    description:
      "Messages, files, transcripts and records of sends. Meta's retries bring nothing back; who writes again begins anew. It takes a quarter of an hour at least, until nothing that was under way is left; then `contact.erased` comes for each conversation. All of an organisation takes `all` and `confirm`, once every account is disconnected.",
    access: 'authorised',
    input: { body: 'ErasureRequest' },
    answers: { 202: { description: 'It has been asked for.', schema: 'Erasure' } },
    problems: [...body, 'still-connected'],
  },
  {
    method: 'GET',
    path: '/whatsapp-erasure',
    operationId: 'readErasure',
    tag: 'Reading',
    summary: 'How far an erasure has come',
    access: 'authorised',
    input: { query: erasureQuerySchema },
    answers: ok('Erasure', 'How far it is.'),
    problems: query,
  },
  {
    method: 'POST',
    path: '/graph-tokens',
    operationId: 'issueGraphToken',
    tag: 'Graph façade',
    summary: 'Issue a token for a client of the Cloud API',
    description:
      'The answer is the only time that the token is shown. An organisation has 50 at most.',
    access: 'authorised',
    input: { body: 'IssueGraphTokenRequest' },
    answers: ok('IssuedGraphToken', 'The token.'),
    problems: body,
  },
  {
    method: 'GET',
    path: '/graph-tokens',
    operationId: 'listGraphTokens',
    tag: 'Graph façade',
    summary: 'The tokens of an organisation',
    access: 'authorised',
    input: { query: listTokensQuerySchema },
    answers: ok('GraphTokenList', 'All of them, without the tokens themselves.'),
    problems: query,
  },
  {
    method: 'DELETE',
    path: '/graph-tokens',
    operationId: 'revokeGraphToken',
    tag: 'Graph façade',
    summary: 'Revoke a token',
    description: 'The next call with it is refused.',
    access: 'authorised',
    input: { query: revokeTokenQuerySchema },
    answers: ok('RevokedGraphToken', 'It is revoked.'),
    problems: query,
  },
  {
    method: 'GET',
    path: '/whatsapp-media',
    operationId: 'getMediaLink',
    tag: 'Media',
    summary: "A link to a message's file, or to the word timings of its transcript",
    access: 'authorised',
    input: { query: mediaLinkQuerySchema },
    answers: ok('MediaLink', 'A link that works for 5 minutes.'),
    problems: query,
  },
  {
    method: 'POST',
    path: '/whatsapp-media',
    operationId: 'createUpload',
    tag: 'Media',
    summary: 'A form to upload a file with that is to be sent',
    description:
      'Post the file to `url` as multipart/form-data: all `fields` first, the file last as `file`. Then send a message with `media: {uploadId}`.',
    access: 'authorised',
    input: { body: 'UploadRequest' },
    answers: ok('UploadForm', 'A form that works for 15 minutes.'),
    problems: body,
  },
  {
    method: 'POST',
    path: '/whatsapp-media/retry',
    operationId: 'retryMedia',
    tag: 'Media',
    summary: 'Ask again for a file that could not be fetched',
    description: 'One that is stored or on its way is left as it is.',
    access: 'authorised',
    input: { body: 'RetryMediaRequest' },
    answers: ok('MediaState', 'Where the file stands now.'),
    problems: [...body, 'media-expired'],
  },
  {
    method: 'POST',
    path: '/whatsapp-media/transcribe',
    operationId: 'transcribeAgain',
    tag: 'Media',
    summary: 'Ask for another transcript of a voice note',
    access: 'authorised',
    input: { body: 'TranscribeRequest' },
    answers: {
      202: {
        description: '`transcript.ready` or `transcript.failed` of this revision will follow.',
        schema: 'TranscriptAsked',
      },
    },
    problems: [...body, 'media-unusable', 'unavailable'],
  },
  {
    method: 'GET',
    path: '/whatsapp-settings',
    operationId: 'readSettings',
    tag: 'Settings',
    summary: 'The settings of an organisation',
    access: 'authorised',
    input: { query: settingsQuerySchema },
    answers: ok('Settings', 'All settings; defaults where nothing was set.'),
    problems: query,
  },
  {
    method: 'PUT',
    path: '/whatsapp-settings',
    operationId: 'writeSettings',
    tag: 'Settings',
    summary: 'Write all settings of an organisation anew',
    description:
      'What is left out gets its default. They hold after a minute at most. A new `retention` is for what is stored from then on; what is there already keeps its time, unless POST `/whatsapp-erasure` removes it. AWS may take a few days more to delete what is due. Raw webhooks that nobody could read are kept for 90 days, whatever is set.',
    access: 'authorised',
    input: { body: 'SettingsRequest' },
    answers: ok('Settings', 'All settings as they are now.'),
    problems: body,
  },
  {
    method: 'GET',
    path: '/whatsapp-health',
    operationId: 'readHealth',
    tag: 'Settings',
    summary: 'What works and what does not, of one organisation',
    description: 'Meta is asked: takes seconds. 200 also where checks have failed.',
    access: 'authorised',
    input: { query: healthQuerySchema },
    answers: ok('HealthReport', 'Every check with its cause and its cure.'),
    problems: query,
  },
  {
    method: 'POST',
    path: '/wa-es-start',
    operationId: 'startSignup',
    tag: 'Connections',
    summary: 'Start Embedded Signup',
    access: 'authorised',
    input: { body: 'StartSignupRequest' },
    answers: ok('SignupStarted', "What the page needs to open Meta's dialog."),
    problems: body,
  },
  {
    method: 'POST',
    path: '/wa-es-callback',
    operationId: 'finishSignup',
    tag: 'Connections',
    summary: 'Finish Embedded Signup in the popup flow',
    description:
      'As far as the connection gets within the request: where it has stopped, `problem` says why, and POST `/wa-es-callback/resume` goes on.',
    access: 'authorised',
    input: { body: 'FinishSignupRequest' },
    answers: ok('ConnectionAnswer', 'The connection.'),
    problems: connects,
  },
  {
    method: 'POST',
    path: '/wa-es-callback/resume',
    operationId: 'resumeConnection',
    tag: 'Connections',
    summary: 'Go on with a connection that has stopped',
    description: 'Needs no new signup. May be repeated.',
    access: 'authorised',
    input: { body: 'ResumeConnectionRequest' },
    answers: ok('ConnectionAnswer', 'The connection.'),
    problems: connects,
  },
  {
    method: 'GET',
    path: '/save-whatsapp-credentials',
    operationId: 'listConnections',
    tag: 'Connections',
    summary: "An organisation's connections with their numbers",
    access: 'authorised',
    input: { query: listQuerySchema },
    answers: ok('ConnectionList', 'A page of connections.'),
    problems: query,
  },
  {
    method: 'POST',
    path: '/save-whatsapp-credentials',
    operationId: 'saveCredentials',
    tag: 'Connections',
    summary: 'Connect an account with a token made by hand',
    description: 'Meta is asked what the token is good for; where it is not, nothing is stored.',
    access: 'authorised',
    input: { body: 'SaveCredentialsRequest' },
    answers: ok('ConnectionAnswer', 'The connection.'),
    problems: connects,
  },
  {
    method: 'DELETE',
    path: '/save-whatsapp-credentials',
    operationId: 'disconnect',
    tag: 'Connections',
    summary: 'Disconnect an account and delete its token',
    description: 'The numbers stay registered at Meta. May be repeated.',
    access: 'authorised',
    input: { body: 'DisconnectRequest' },
    answers: ok('ConnectionAnswer', 'The connection, disconnected.'),
    problems: body,
  },
  {
    method: 'GET',
    path: '/wa-es-callback',
    operationId: 'finishSignupByRedirect',
    tag: 'Meta callbacks',
    summary: "Where Meta's dialog sends the browser in the redirect flow",
    access: 'public',
    input: { query: signupRedirectQuerySchema },
    answers: {
      303: {
        description:
          'To the `redirectUri` of the start, with `result` (`active`, `connecting`, `degraded`, `declined`, `failed`) and, where there are any, `wabaId`, `step` and `reason` in its query.',
        schema: 'Nothing',
        headers: { Location: 'The page.' },
      },
    },
    problems: ['invalid-request', 'internal-error'],
  },
  {
    method: 'POST',
    path: '/wa-deauthorize',
    operationId: 'deauthorize',
    tag: 'Meta callbacks',
    summary: 'Meta tells that a person has removed the app',
    access: 'public',
    input: { form: 'SignedRequestForm' },
    answers: ok('Nothing', 'Their connections are disconnected.'),
    problems: form,
  },
  {
    method: 'POST',
    path: '/wa-data-deletion',
    operationId: 'deletePerson',
    tag: 'Meta callbacks',
    summary: 'Meta tells that a person wants to be forgotten',
    access: 'public',
    input: { form: 'SignedRequestForm' },
    answers: ok('DeletionConfirmed', 'Where the person can see how it went.'),
    problems: form,
  },
  {
    method: 'GET',
    path: '/wa-data-deletion',
    operationId: 'getDeletionStatus',
    tag: 'Meta callbacks',
    summary: 'How a deletion went',
    access: 'public',
    input: { query: deletionQuerySchema },
    answers: ok('DeletionStatus', 'How far it is.'),
    problems: ['not-found', 'internal-error'],
  },
];
