import path from 'node:path';
import * as z from 'zod';
import type { JsonObject } from '../../../../shared/json.ts';
import { htmlPage } from '../../html-page.ts';
import { problemsOf } from '../../simulation.ts';
import type { GraphAnswerOut, GraphCallIn, GraphEdge } from '../edge.ts';
import { edgeAt } from '../edge-at.ts';
import type { GraphState } from '../state.ts';
import { signUp, signupRequest } from './signup.ts';
import type { OnboardingState } from './state.ts';

const pageAt = (name: string) => htmlPage(path.join(import.meta.dirname, name));
const dialogPage = pageAt('dialog.html');
const popupEndPage = pageAt('dialog-popup-end.html');
const refusalPage = pageAt('dialog-refusal.html');

const httpUrl = z.url({ protocol: /^https?$/ });

/** How the dialog is opened. Source: Facebook Login, "Manually build a login flow". */
const dialogRequest = z
  .object({
    client_id: z.string(),
    config_id: z.string(),
    state: z.string().default(''),
    redirect_uri: httpUrl.optional(),
    /** Of the page that has opened a popup: Meta's SDK tells it. */
    origin: httpUrl.optional(),
  })
  .refine(({ redirect_uri, origin }) => redirect_uri ?? origin, {
    error: 'The parameter redirect_uri is required',
  });

type DialogRequest = z.output<typeof dialogRequest>;

/** Left empty: made up. People write numbers with all kinds of signs between the digits. */
const typedId = z
  .string()
  .transform((text) => text.replace(/\D/g, '') || undefined)
  .optional();

const filledIn = z.object({
  businessName: z.string().trim(),
  displayPhoneNumber: typedId,
  wabaId: typedId,
  phoneNumberId: typedId,
  coexistence: z.literal('on').optional(),
});

/** How a person leaves the dialog: what a redirect tells, and what a popup tells its opener. */
interface Outcome {
  parameters: Record<string, string>;
  sessionInfo: JsonObject;
  login: JsonObject;
}

/** Source: Facebook Login, "Manually build a login flow"; Meta, "Embedded Signup: implementation". */
const cancelled: Outcome = {
  parameters: {
    error: 'access_denied',
    error_code: '200',
    error_description: 'Permissions error',
    error_reason: 'user_denied',
  },
  sessionInfo: {
    data: { current_step: 'BUSINESS_ACCOUNT_SELECTION' },
    type: 'WA_EMBEDDED_SIGNUP',
    event: 'CANCEL',
    version: 3,
  },
  login: { authResponse: null, status: 'unknown' },
};

/**
 * Meta's login dialog with Embedded Signup in it, GET and POST `/dialog/oauth`: a page that a person
 * fills in. With a `redirect_uri` the browser is sent there; a popup tells its opener, and closes. One
 * that is opened for another app, or with what is missing, gets a page that says so.
 */
export function dialogEdges(state: GraphState, onboarding: OnboardingState): GraphEdge[] {
  const edge = (
    method: string,
    answer: (request: DialogRequest, call: GraphCallIn) => GraphAnswerOut,
  ) =>
    edgeAt(method, 'dialog/oauth', (call) => {
      const { data, error } = dialogRequest.safeParse(Object.fromEntries(call.query));
      if (error) return refusal(problemsOf(error));
      return data.client_id === state.appId
        ? answer(data, call)
        : refusal(['Invalid App ID: The provided app ID does not look like a valid app ID.']);
    });
  return [
    edge('GET', emptyDialog),
    edge('POST', (request, { body }) => {
      if (z.object({ action: z.literal('cancel') }).safeParse(body).success) {
        return ended(request, cancelled);
      }
      const { data, error } = filledIn.transform(signupOf).pipe(signupRequest).safeParse(body);
      if (error) return refusal(problemsOf(error));
      const { redirect_uri: redirectUri } = request;
      const { code, sessionInfo } = signUp(state, onboarding, { ...data, redirectUri });
      const login = { authResponse: { code }, status: 'connected' };
      return ended(request, { parameters: { code }, sessionInfo, login });
    }),
  ];
}

/** The dialog with a business and a number in it that nobody has yet. */
function emptyDialog({ client_id: appId, config_id: configurationId }: DialogRequest) {
  const [number] = signupRequest.parse({}).phoneNumbers;
  const { displayPhoneNumber = '', verifiedName = '' } = number ?? {};
  const businessName = `${verifiedName} ${displayPhoneNumber.slice(-4)}`;
  return html(200, dialogPage({ appId, configurationId, businessName, displayPhoneNumber }));
}

function signupOf(given: z.output<typeof filledIn>): z.input<typeof signupRequest> {
  const { businessName, displayPhoneNumber, wabaId, phoneNumberId, coexistence } = given;
  return {
    wabaId,
    phoneNumbers: [
      {
        id: phoneNumberId,
        displayPhoneNumber,
        verifiedName: businessName === '' ? undefined : businessName,
      },
    ],
    coexistence: coexistence === 'on',
  };
}

function ended(
  { redirect_uri: redirectUri, origin = '', state }: DialogRequest,
  { parameters, sessionInfo, login }: Outcome,
): GraphAnswerOut {
  if (redirectUri === undefined) {
    const [session, response] = [sessionInfo, login].map((message) => JSON.stringify(message));
    return html(200, popupEndPage({ origin, session: session ?? '', login: response ?? '' }));
  }
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries({ ...parameters, state })) {
    url.searchParams.set(name, value);
  }
  return { status: 303, body: Buffer.alloc(0), headers: { location: url.toString() } };
}

function refusal(problems: string[]): GraphAnswerOut {
  return html(400, refusalPage({ problems: problems.join('\n') }));
}

function html(status: number, page: string): GraphAnswerOut {
  const headers = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' };
  return { status, body: Buffer.from(page), headers };
}
