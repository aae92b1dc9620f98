import type * as z from 'zod';
import type { LocalResponse, LocalRoute } from '../../../routes.ts';
import { problemsOf } from '../../simulation.ts';
import { healthChange } from '../phone-number/health.ts';
import type { GraphState } from '../state.ts';
import { signUp, signupRequest } from './signup.ts';
import type { OnboardingState } from './state.ts';
import { changeTokens, tokenChange } from './token-changes.ts';

/**
 * What people and tests do in place of a business: POST `/_local/graph/signup`, `/_local/graph/tokens`
 * and `/_local/graph/health`. Each answers 400 `{problems}` for a bad body.
 */
export function onboardingRoutes(state: GraphState, onboarding: OnboardingState): LocalRoute[] {
  return [
    route('signup', signupRequest, (request) => ({
      status: 200,
      body: signUp(state, onboarding, request),
    })),
    route('tokens', tokenChange, (change) => {
      const changed = changeTokens(state, change);
      return changed > 0
        ? { status: 200, body: { changed } }
        : { status: 400, body: { problems: ['There is no such token'] } };
    }),
    route('health', healthChange, ({ id, canSendMessage, errors, additionalInfo }) => {
      onboarding.health.set(id, {
        can_send_message: canSendMessage,
        errors,
        additional_info: additionalInfo,
      });
      return { status: 200, body: { id, canSendMessage } };
    }),
  ];
}

function route<Body>(
  name: string,
  schema: z.ZodType<Body>,
  handle: (body: Body) => LocalResponse,
): LocalRoute {
  return {
    method: 'POST',
    path: `/_local/graph/${name}`,
    handle: async ({ body }) => {
      const { data, error } = schema.safeParse(body ?? {});
      return error ? { status: 400, body: { problems: problemsOf(error) } } : handle(data);
    },
  };
}
