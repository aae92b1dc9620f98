import type { GraphEdge } from '../edge.ts';
import { edgeAt } from '../edge-at.ts';
import type { GraphState } from '../state.ts';
import { exchangeCode } from './code-exchange.ts';
import { debugToken } from './debug-token.ts';
import { deregister, register } from './registration.ts';
import { syncAppData } from './smb-app-data.ts';
import type { OnboardingState } from './state.ts';
import {
  listSubscribedApps,
  listSubscriptions,
  subscribeApp,
  subscribeFields,
  unsubscribeApp,
} from './subscriptions.ts';

/** What Embedded Signup calls: tokens, subscriptions, registration and the app's data. */
export function onboardingEdges(state: GraphState, onboarding: OnboardingState): GraphEdge[] {
  const byId = [
    ['GET', ':id/subscribed_apps', listSubscribedApps],
    ['POST', ':id/subscribed_apps', subscribeApp],
    ['DELETE', ':id/subscribed_apps', unsubscribeApp],
    ['GET', ':id/subscriptions', listSubscriptions],
    ['POST', ':id/subscriptions', subscribeFields],
    ['POST', ':id/register', register],
    ['POST', ':id/deregister', deregister],
    ['POST', ':id/smb_app_data', syncAppData],
  ] as const;
  return [
    edgeAt('GET', 'oauth/access_token', (call) => exchangeCode(state, onboarding, call)),
    edgeAt('GET', 'debug_token', (call) => debugToken(state, onboarding, call)),
    ...byId.map(([method, pattern, answer]) =>
      edgeAt(method, pattern, (call, id) => answer(state, onboarding, call, id)),
    ),
  ];
}
