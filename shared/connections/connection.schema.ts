import * as z from 'zod';
import { organizationIdSchema } from '../organization-id.schema.ts';

const instant = z.iso.datetime({ precision: 3 });

/** The steps of connecting, in their order. */
export const connectionSteps = [
  'grants',
  'numbers',
  'claim',
  'webhooks',
  'subscribe',
  'register',
  'sync',
  'templates',
  'activate',
] as const;

/** A step of connecting. */
export type ConnectionStep = (typeof connectionSteps)[number];

/** What is wrong, and what to do about it. */
export const connectionProblemSchema = z.strictObject({
  /** `lifecycle`: what has become of the connection since; `disconnect`: of taking it apart. */
  step: z.enum([...connectionSteps, 'disconnect', 'lifecycle']),
  /** A stable word: of `connection-reasons.ts` or of `graph-errors.ts`. */
  reason: z.string(),
  /** For a person. */
  whatToDo: z.string(),
  /** What Meta said, where it has spoken. */
  meta: z
    .strictObject({
      code: z.number(),
      subcode: z.number().optional(),
      title: z.string().optional(),
      details: z.string().optional(),
      fbtraceId: z.string().optional(),
    })
    .optional(),
});

/** What is wrong with a connection, and what to do about it. */
export type ConnectionProblem = z.output<typeof connectionProblemSchema>;

const coexistenceSync = z.strictObject({
  smb_app_state_sync: instant.optional(),
  history: instant.optional(),
});

/** A number of a connection, as Meta last showed it. */
export const connectedNumberSchema = z.strictObject({
  phoneNumberId: z.string(),
  displayPhoneNumber: z.string().optional(),
  verifiedName: z.string().optional(),
  /** Meta's words, open: CONNECTED, PENDING, FLAGGED, RESTRICTED, BANNED, ... */
  status: z.string().optional(),
  quality: z.string().optional(),
  /** Meta's `whatsapp_business_manager_messaging_limit`: TIER_250, ... */
  messagingLimit: z.string().optional(),
  throughput: z.string().optional(),
  /** AVAILABLE, LIMITED or BLOCKED; open. */
  health: z.string().optional(),
  /** The WhatsApp Business app uses the number as well. */
  coexistence: z.boolean(),
  /** Meta takes messages for it. */
  registered: z.boolean(),
  /** Its webhooks go elsewhere than to the app's callback URL. */
  webhookOverride: z.boolean(),
  /** When it was registered by us: Meta takes ten calls in 72 hours. */
  registerCalls: z.array(instant),
  /** When the app's data was asked for. */
  synced: coexistenceSync,
  /** Its route leads to the organisation. */
  active: z.boolean(),
  problem: connectionProblemSchema.optional(),
});

/** A number of a connection. */
export type ConnectionNumber = z.output<typeof connectedNumberSchema>;

/** An organisation's connection to a WhatsApp Business Account: everything but its token. */
export const connectionRecordSchema = z.strictObject({
  organizationId: organizationIdSchema,
  wabaId: z.string().min(1),
  /** Without the credential's say: see `connectionView`. */
  state: z.enum(['connecting', 'active', 'degraded', 'disconnected']),
  /** When the state, the step or the problem changed last. */
  stateAt: instant,
  /** When the token was handed over: what Meta said before is about another one. */
  connectedAt: instant,
  source: z.enum(['embedded-signup', 'by-hand']),
  /** Who has connected it, in the inbox backend's own name. */
  userId: z.string().optional(),
  /** Only these numbers are wanted; absent: all. */
  wantedNumbers: z.array(z.string()).optional(),
  /** When each step was done since `connectedAt`. */
  steps: z.partialRecord(z.enum(connectionSteps), instant),
  problem: connectionProblemSchema.optional(),
  numbers: z.array(connectedNumberSchema),
  /** The account's webhooks go elsewhere than to the app's callback URL. */
  webhookOverride: z.boolean(),
  scopes: z.array(z.string()),
  /** When the token ends; absent: never. */
  expiresAt: instant.optional(),
  dataAccessExpiresAt: instant.optional(),
  /** What Meta has forbidden. Source: Meta, Webhooks reference, account_update, restriction_info. */
  restrictions: z.array(z.strictObject({ type: z.string(), expiresAt: instant.optional() })),
  /** When Meta last said something of the account's life: older news do not count. */
  lifecycleAt: instant.optional(),
});

/** An organisation's connection to a WhatsApp Business Account. */
export type ConnectionRecord = z.output<typeof connectionRecordSchema>;

/** A connection's name. */
export type ConnectionOwner = Pick<ConnectionRecord, 'organizationId' | 'wabaId'>;
