import * as z from 'zod';
import type { AccessToken } from '../shared/credentials/access-token.ts';
import { CommandError } from './command-error.ts';
import {
  type ApiAnswer,
  type ApiCall,
  callApi,
  refusalOf,
  type ServiceApi,
} from './service-api.ts';

const metaSaysSchema = z.looseObject({
  code: z.number(),
  subcode: z.number().optional(),
  title: z.string().optional(),
  details: z.string().optional(),
});

const stepProblemSchema = z.looseObject({
  step: z.string(),
  reason: z.string(),
  whatToDo: z.string(),
  meta: metaSaysSchema.optional(),
});

const numberSchema = z.looseObject({
  phoneNumberId: z.string(),
  displayPhoneNumber: z.string().optional(),
  verifiedName: z.string().optional(),
  status: z.string().optional(),
  quality: z.string().optional(),
  messagingLimit: z.string().optional(),
  health: z.string().optional(),
  coexistence: z.boolean(),
  active: z.boolean(),
  problem: stepProblemSchema.optional(),
});

const connectionSchema = z.looseObject({
  wabaId: z.string(),
  state: z.string(),
  connectedAt: z.string(),
  steps: z.record(z.string(), z.string()),
  problem: stepProblemSchema.optional(),
  numbers: z.array(numberSchema),
  expiresAt: z.string().optional(),
});

const savedSchema = z.object({ connection: connectionSchema });
const listedSchema = z.object({
  data: z.array(connectionSchema),
  nextCursor: z.string().optional(),
});

/** By these the service says that a step has failed before there was a connection to tell of it. */
const stoppedSchema = z.object({
  code: z.enum(['meta-refused', 'unavailable']),
  detail: z.string(),
  meta: metaSaysSchema.optional(),
});

/** What Meta said of a problem. */
export type MetaSays = z.output<typeof metaSaysSchema>;
/** Where a connection or one of its numbers has stopped, why, and what to do. */
export type StepProblem = z.output<typeof stepProblemSchema>;
/** A number of a connection, as the API shows it. */
export type ShownNumber = z.output<typeof numberSchema>;
/** A connection as the API shows it, with what this version does not know. */
export type ShownConnection = z.output<typeof connectionSchema>;
/** A problem document of a connection that was not begun. */
export type Stopped = z.output<typeof stoppedSchema>;

/** What has become of connecting. */
export type ConnectOutcome =
  | { kind: 'connection'; connection: ShownConnection }
  | { kind: 'stopped'; problem: Stopped };

/** What somebody has to say to have an account connected. */
export interface NewConnection {
  organizationId: string;
  wabaId: string;
  accessToken: AccessToken;
  phoneNumberIds?: string[] | undefined;
}

/** How a connection goes on. */
export interface GoOn {
  organizationId: string;
  wabaId: string;
  pin?: AccessToken | undefined;
  clearOverrides?: boolean | undefined;
}

/** The connections' addresses of the API. Every method throws `CommandError` where there is no usable answer. */
export interface ConnectionsApi {
  save(connection: NewConnection): Promise<ConnectOutcome>;
  resume(how: GoOn): Promise<ConnectOutcome>;
  /** @param source `live`: Meta is asked for the numbers first */
  list(
    organizationId: string,
    source: 'live' | 'stored',
    signal?: AbortSignal,
  ): Promise<ShownConnection[]>;
  disconnect(owner: { organizationId: string; wabaId: string }): Promise<ShownConnection>;
}

const path = '/save-whatsapp-credentials';

/** Most that the API gives at once, and few enough for asking Meta for each in time. */
const pageLengths = { stored: '100', live: '10' };

/** The connections as the API at an address has them. */
export function connectionsApi(api: ServiceApi): ConnectionsApi {
  async function begun(call: ApiCall): Promise<ConnectOutcome> {
    const answer = await callApi(api, call);
    const stopped = stoppedSchema.safeParse(answer.body);
    return stopped.success
      ? { kind: 'stopped', problem: stopped.data }
      : { kind: 'connection', connection: read(savedSchema, call, answer).connection };
  }
  return {
    save: ({ accessToken, ...body }) =>
      begun({ method: 'POST', path, body: { ...body, accessToken: accessToken.reveal() } }),

    resume: ({ pin, ...body }) =>
      begun({
        ...{ method: 'POST', path: '/wa-es-callback/resume' },
        body: { ...body, pin: pin?.reveal() },
      }),

    async list(organizationId, source, signal) {
      const found: ShownConnection[] = [];
      for (let cursor: string | undefined; ; ) {
        const limit = pageLengths[source];
        const query = { organizationId, source, limit, ...(cursor !== undefined && { cursor }) };
        const call: ApiCall = { method: 'GET', path, query, signal };
        const { data, nextCursor } = read(listedSchema, call, await callApi(api, call));
        found.push(...data);
        if (nextCursor === undefined) return found;
        cursor = nextCursor;
      }
    },

    async disconnect(body) {
      const call: ApiCall = { method: 'DELETE', path, body };
      return read(savedSchema, call, await callApi(api, call)).connection;
    },
  };
}

function read<Schema extends z.ZodType>(
  schema: Schema,
  call: ApiCall,
  answer: ApiAnswer,
): z.output<Schema> {
  if (answer.status !== 200) {
    throw new CommandError(refusalOf(call, answer));
  }
  const body = schema.safeParse(answer.body);
  if (!body.success) {
    throw new CommandError(`${call.method} ${call.path} answers what this version cannot read.`);
  }
  return body.data;
}
