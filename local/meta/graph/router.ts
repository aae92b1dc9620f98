import {
  type GraphAnswerOut,
  type GraphCallIn,
  type GraphEdge,
  GraphError,
  graphError,
} from './edge.ts';
import { throttleCodes } from './error-table.ts';
import type { GraphSettings } from './settings.ts';
import type { GraphState } from './state.ts';
import type { createThrottles, HourlyUsage } from './throttle.ts';

/** What limits every call. */
export interface Limits {
  state: GraphState;
  settings: GraphSettings;
  throttles: ReturnType<typeof createThrottles>;
}

/** Answers a call by the first edge that knows it. Never rejects. Usage headers as in Meta, "Rate limits". */
export function createRouter(edges: readonly GraphEdge[], limits: Limits) {
  return async (call: GraphCallIn): Promise<GraphAnswerOut> => {
    const usage: Record<string, string> = {};
    const answer = await limitedAnswer(call, edges, limits, usage).catch((error) =>
      refusal(error, limits.settings),
    );
    return { ...answer, headers: { ...usage, ...answer.headers } };
  };
}

async function limitedAnswer(
  call: GraphCallIn,
  edges: readonly GraphEdge[],
  { state, settings, throttles }: Limits,
  usage: Record<string, string>,
): Promise<GraphAnswerOut> {
  const app = throttles.app(state.now(), settings.appCallsPerHour);
  usage['x-app-usage'] = JSON.stringify(percentages(app));
  if (app.regainMinutes > 0) throw graphError(4);
  const [id = ''] = call.path;
  if (state.accounts.has(id)) {
    const account = throttles.account(id)(state.now(), settings.wabaCallsPerHour);
    const row = { ...percentages(account), estimated_time_to_regain_access: account.regainMinutes };
    usage['x-business-use-case-usage'] = JSON.stringify({ [id]: [{ type: 'whatsapp', ...row }] });
    if (account.regainMinutes > 0) throw graphError(80007);
  }
  for (const edge of edges) {
    const answer = await edge(call);
    if (answer) return answer;
  }
  const message = `Unsupported request: ${call.method} /${call.path.join('/')} is not simulated yet`;
  throw graphError(100, { subcode: 33, message });
}

function percentages({ percent }: HourlyUsage) {
  const shown = Math.min(percent, 100);
  return { call_count: shown, total_cputime: shown, total_time: shown };
}

function refusal(error: unknown, settings: GraphSettings): GraphAnswerOut {
  if (!(error instanceof GraphError)) {
    return graphError(1, { status: 500, message: `The simulator failed: ${error}` }).answer;
  }
  const status = throttleStatus(error.code, settings) ?? error.answer.status;
  return { ...error.answer, status };
}

/** The HTTP status that throttle errors are set to; undefined for other errors. */
export function throttleStatus(code: number, settings: GraphSettings): number | undefined {
  return throttleCodes.has(code) ? settings.throttleStatus : undefined;
}
