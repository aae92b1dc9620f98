import * as z from 'zod';
import { erasureAnswerSchema } from '../lambdas/inbox/erasure-request.schema.ts';
import {
  conversationAnswerSchema,
  messageEntrySchema,
  messagesAnswerSchema,
} from '../lambdas/inbox/reading-answers.schema.ts';
import { republishAnswerSchema } from '../lambdas/inbox/republish-request.schema.ts';
import { renderedTemplateSchema } from '../lambdas/send/template/rendered-template.schema.ts';
import { templateDefinitionSchema } from '../lambdas/send/template/template-definition.schema.ts';
import { templateParameterSchema } from '../lambdas/send/template/template-parameters.ts';
import {
  connectedNumberSchema,
  connectionProblemSchema,
  connectionRecordSchema,
} from '../shared/connections/connection.schema.ts';
import { checkSchema, healthReportSchema } from '../shared/doctor/report.schema.ts';
import { contactSchema, metaErrorSchema } from '../shared/events/event-parts.schema.ts';
import { statusEntrySchema } from '../shared/events/message-item.ts';
import { organizationIdSchema } from '../shared/organization-id.schema.ts';
import { settingsSchema } from '../shared/settings/settings.schema.ts';

const instant = z.iso.datetime({ precision: 3 });
const nextCursor = { nextCursor: z.string().optional() };

const metaSays = z.strictObject({
  code: z.number(),
  subcode: z.number().optional(),
  title: z.string().optional(),
  details: z.string().optional(),
  fbtraceId: z.string().optional(),
});

const requestProblem = z.strictObject({
  path: z.string(),
  detail: z.string(),
  meta: metaSays.optional(),
});

const problem = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  problems: z.array(requestProblem).optional(),
  meta: metaSays.optional(),
  sendId: z.string().optional(),
  reason: z.string().optional(),
  step: z.string().optional(),
});

const sendAnswer = z.strictObject({
  sendId: z.string().optional(),
  messageId: z.string().optional(),
  waId: z.string().optional(),
  status: z.enum(['valid', 'queued', 'accepted', 'failed', 'unknown', 'unresolved', 'expired']),
  rendered: renderedTemplateSchema.optional(),
});

const replyStatus = z.strictObject({
  sendId: z.string().optional(),
  clientReference: z.string().optional(),
  messageId: z.string().optional(),
  phoneNumberId: z.string(),
  status: z.string(),
  send: z.strictObject({ status: z.string(), at: instant }).optional(),
  timestamps: z.strictObject({
    sent: instant.optional(),
    delivered: instant.optional(),
    read: instant.optional(),
    played: instant.optional(),
    failed: instant.optional(),
  }),
  history: z.array(statusEntrySchema.omit({ sendId: true, clientReference: true, orderKey: true })),
  error: metaErrorSchema.optional(),
});

const templateSummary = z.strictObject({
  wabaId: z.string(),
  id: z.string().optional(),
  name: z.string(),
  language: z.string(),
  status: z.string(),
  category: z.string(),
  fetchedAt: instant,
  sendable: z.boolean(),
  notSendableBecause: z.string().optional(),
});

const fullTemplate = z.strictObject({
  ...templateSummary.shape,
  /** Meta's own object: only that it is one is promised. */
  definition: templateDefinitionSchema.pick({ name: true, language: true }),
  parameters: z.array(templateParameterSchema),
});

const connectionNumber = connectedNumberSchema.omit({ registerCalls: true });

const connection = connectionRecordSchema
  .omit({ lifecycleAt: true })
  .extend({ numbers: z.array(connectionNumber) });

const graphToken = { tokenId: z.uuid(), name: z.string(), createdAt: instant };

/** What the API answers, by its names in the contract. */
export const answerSchemas = {
  Problem: problem,
  RequestProblem: requestProblem,
  MetaSays: metaSays,
  GatewayRefusal: z.strictObject({ message: z.string().nullable() }),
  SendAnswer: sendAnswer,
  RenderedTemplate: renderedTemplateSchema,
  ReplyStatuses: z.strictObject({ data: z.array(replyStatus), notFound: z.array(z.string()) }),
  ReplyStatus: replyStatus,
  MarkedRead: z.strictObject({ status: z.literal('read') }),
  TemplatesOfAccount: z.strictObject({
    data: z.array(fullTemplate),
    stale: z.boolean(),
    ...nextCursor,
  }),
  FullTemplate: fullTemplate,
  TemplateParameter: templateParameterSchema,
  TemplateList: z.strictObject({
    data: z.array(templateSummary),
    stale: z.boolean(),
    ...nextCursor,
  }),
  TemplateSummary: templateSummary,
  MediaLink: z.strictObject({
    url: z.url(),
    expiresAt: instant,
    mimeType: z.string(),
    sizeBytes: z.int().optional(),
    filename: z.string().optional(),
  }),
  UploadForm: z.strictObject({
    uploadId: z.string(),
    url: z.url(),
    fields: z.record(z.string(), z.string()),
    expiresAt: instant,
  }),
  MediaState: z.strictObject({
    state: z.enum(['pending', 'stored', 'failed']),
    revision: z.int(),
  }),
  TranscriptAsked: z.strictObject({ revision: z.int() }),
  ConversationAnswer: conversationAnswerSchema,
  MessageList: messagesAnswerSchema,
  MessageEntry: messageEntrySchema,
  Republishing: republishAnswerSchema,
  Erasure: erasureAnswerSchema,
  IssuedGraphToken: z.strictObject({ ...graphToken, token: z.string() }),
  GraphTokenList: z.strictObject({
    data: z.array(z.strictObject({ ...graphToken, lastUsedAt: instant.optional() })),
  }),
  RevokedGraphToken: z.strictObject({ tokenId: z.uuid(), status: z.literal('revoked') }),
  Settings: z.strictObject({ organizationId: organizationIdSchema, ...settingsSchema.shape }),
  HealthReport: healthReportSchema,
  HealthCheck: checkSchema,
  SignupStarted: z.strictObject({
    state: z.string(),
    expiresAt: instant,
    appId: z.string(),
    configurationId: z.string(),
    graphVersion: z.string(),
    dialogUrl: z.url().optional(),
  }),
  ConnectionAnswer: z.strictObject({ connection }),
  ConnectionList: z.strictObject({ data: z.array(connection), ...nextCursor }),
  Connection: connection,
  ConnectionNumber: connectionNumber,
  ConnectionProblem: connectionProblemSchema,
  Nothing: z.strictObject({}),
  DeletionConfirmed: z.strictObject({ url: z.url(), confirmation_code: z.string() }),
  DeletionStatus: z.strictObject({
    status: z.enum(['pending', 'completed']),
    requestedAt: instant,
    completedAt: instant.optional(),
  }),
} as const;

/** Parts that answers and events share, by their names in the contract. */
export const sharedSchemas = { Contact: contactSchema, MetaError: metaErrorSchema } as const;
