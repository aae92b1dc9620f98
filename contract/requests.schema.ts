import * as z from 'zod';
import {
  callbackSchema,
  disconnectSchema,
  redirectQuerySchema,
  resumeSchema,
  saveSchema,
  startSchema,
} from '../lambdas/connect/connect-request.schema.ts';
import { erasureRequestSchema } from '../lambdas/inbox/erasure-request.schema.ts';
import { republishRequestSchema } from '../lambdas/inbox/republish-request.schema.ts';
import { settingsRequestSchema } from '../lambdas/inbox/settings-request.schema.ts';
import {
  retryRequestSchema,
  transcribeAgainSchema,
  uploadRequestSchema,
} from '../lambdas/media/whatsapp-media.schema.ts';
import { issueTokenSchema } from '../lambdas/send/facade/graph-tokens-request.schema.ts';
import { mediaReferenceSchema } from '../lambdas/send/media/media-reference.schema.ts';
import { contactsContentSchema } from '../lambdas/send/message/contacts.schema.ts';
import { interactiveContentSchema } from '../lambdas/send/message/interactive.schema.ts';
import { locationSchema } from '../lambdas/send/message/media.schema.ts';
import { outboundMessageSchema } from '../lambdas/send/message/outbound-message.schema.ts';
import { reactionMessageSchema } from '../lambdas/send/message/reaction-message.schema.ts';
import { parameterSchema, templateContentSchema } from '../lambdas/send/message/template.schema.ts';
import { templateMessageSchema } from '../lambdas/send/message/template-message.schema.ts';
import {
  audioContentSchema,
  captionedMediaSchema,
  documentContentSchema,
  pinContentSchema,
  reactionContentSchema,
  stickerContentSchema,
  textContentSchema,
} from '../lambdas/send/message/text-and-media.schema.ts';
import { markReadSchema } from '../lambdas/send/reply-status.schema.ts';
import { reactionSendRequestSchema } from '../lambdas/send/send-reaction-request.schema.ts';
import { sendRequestSchema } from '../lambdas/send/send-request.schema.ts';
import { templateSendRequestSchema } from '../lambdas/send/send-template-request.schema.ts';

/** Bodies of requests, by their names in the contract. */
export const requestSchemas = {
  SendRequest: sendRequestSchema,
  TemplateSendRequest: templateSendRequestSchema,
  ReactionSendRequest: reactionSendRequestSchema,
  MarkReadRequest: markReadSchema,
  UploadRequest: uploadRequestSchema,
  RetryMediaRequest: retryRequestSchema,
  TranscribeRequest: transcribeAgainSchema,
  SettingsRequest: settingsRequestSchema,
  RepublishRequest: republishRequestSchema,
  ErasureRequest: erasureRequestSchema,
  IssueGraphTokenRequest: issueTokenSchema,
  StartSignupRequest: startSchema,
  FinishSignupRequest: callbackSchema,
  ResumeConnectionRequest: resumeSchema,
  SaveCredentialsRequest: saveSchema,
  DisconnectRequest: disconnectSchema,
  /** What Meta posts to both of its callbacks, as a form. */
  SignedRequestForm: z.object({ signed_request: z.string() }),
} as const;

/** Parts of a message: Meta's own format. */
export const messageSchemas = {
  OutboundMessage: outboundMessageSchema,
  OutboundTemplateMessage: templateMessageSchema,
  OutboundReactionMessage: reactionMessageSchema,
  MediaReference: mediaReferenceSchema,
  TextContent: textContentSchema,
  ImageOrVideoContent: captionedMediaSchema,
  AudioContent: audioContentSchema,
  DocumentContent: documentContentSchema,
  StickerContent: stickerContentSchema,
  LocationContent: locationSchema,
  ContactsContent: contactsContentSchema,
  InteractiveContent: interactiveContentSchema,
  TemplateContent: templateContentSchema,
  TemplateComponentParameter: parameterSchema,
  ReactionContent: reactionContentSchema,
  PinContent: pinContentSchema,
} as const;

/** The query of GET `/wa-data-deletion`, whose link Meta gives to the person. */
export const deletionQuerySchema = z.object({ code: z.string() });

/** The query of GET `/wa-es-callback`. */
export const signupRedirectQuerySchema = redirectQuerySchema;
