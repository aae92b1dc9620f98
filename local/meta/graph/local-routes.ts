import { randomInt } from 'node:crypto';
import * as z from 'zod';
import type { LocalResponse, LocalRoute } from '../../routes.ts';
import { nowSeconds } from '../messages.ts';
import { problemsOf } from '../simulation.ts';
import { webhookBody } from '../webhook.ts';
import { faultSchema } from './faults.ts';
import type { Messaging } from './messages-edge.ts';
import { settingsChange } from './settings.ts';
import type { SimulatedTemplate } from './state.ts';

const template = z.looseObject({
  wabaId: z.string().optional(),
  id: z.string().optional(),
  name: z.string().min(1),
  language: z.string().min(1),
  status: z.string().optional(),
  category: z.string().optional(),
  components: z.array(z.looseObject({ type: z.string() })).optional(),
});
const reset = z.strictObject({ reset: z.literal(true) });

/** One call that the fake Graph API has answered. Headers and credentials are left out. */
export interface GraphCall {
  method: string;
  /** Path and query. */
  path: string;
  /** The parsed body, else its text; undefined where there is none. */
  body: unknown;
  /** Null for a call that got no answer. */
  status: number | null;
}

/** What the `/_local/graph/*` addresses work on. */
export interface Operated extends Messaging {
  calls: GraphCall[];
  /** Sends a webhook body to the stack. */
  tell: (body: string) => void;
}

/**
 * The operator's side of the fake Graph: GET `calls`, `messages` and `settings`; POST `faults` (or
 * `{reset: true}`), `settings` (what changes) and `templates` (one to add, or what changes of one, which
 * is told by webhook). Each answers 400 `{problems}` for a bad body.
 */
export function localRoutes({ state, settings, faults, outbox, calls, tell }: Operated) {
  function putTemplate({ wabaId, id, ...given }: z.output<typeof template>): LocalResponse {
    const account = wabaId ?? state.accounts.keys().next().value ?? '';
    if (!state.accounts.has(account)) return problems([`wabaId: there is no account ${account}`]);
    const all = state.templates.get(account) ?? [];
    const isSame = (each: SimulatedTemplate) =>
      each.name === given.name && each.language === given.language;
    const known = all.find(isSame);
    const put = {
      ...known,
      ...given,
      id: id ?? known?.id ?? String(randomInt(1e14, 2e14)),
      status: given.status ?? known?.status ?? 'APPROVED',
      category: given.category ?? known?.category ?? 'UTILITY',
      components: given.components ?? known?.components ?? [],
    };
    state.templates.set(
      account,
      known ? all.map((each) => (isSame(each) ? put : each)) : [...all, put],
    );
    tell(webhookBody(account, [statusUpdate(put)], nowSeconds()));
    return { status: 200, body: put };
  }

  const routes: LocalRoute[] = [
    get('calls', () => calls),
    get('messages', outbox.all),
    get('settings', () => settings),
    post('settings', settingsChange, (change) => {
      Object.assign(settings, change);
      return { status: 200, body: settings };
    }),
    {
      method: 'POST',
      path: '/_local/graph/faults',
      handle: async ({ body }) => {
        if (reset.safeParse(body).success) {
          faults.clear();
        } else {
          const { data, error } = faultSchema.safeParse(body);
          if (error) return problems(problemsOf(error));
          faults.add(data);
        }
        return { status: 200, body: { faults: faults.waiting() } };
      },
    },
    post('templates', template, putTemplate),
  ];
  return routes;
}

/** Source: Meta, "message_template_status_update webhook reference". */
function statusUpdate({ id, name, language, status, category, ...rest }: SimulatedTemplate) {
  const value = {
    event: status,
    message_template_id: Number(id),
    message_template_name: name,
    message_template_language: language,
    message_template_category: category,
    reason: rest['rejected_reason'] ?? 'NONE',
  };
  return { field: 'message_template_status_update', value };
}

function problems(list: string[]): LocalResponse {
  return { status: 400, body: { problems: list } };
}

function get(name: string, read: () => unknown): LocalRoute {
  return {
    method: 'GET',
    path: `/_local/graph/${name}`,
    handle: async () => ({ status: 200, body: read() }),
  };
}

function post<Body>(
  name: string,
  schema: z.ZodType<Body>,
  handle: (body: Body) => LocalResponse,
): LocalRoute {
  return {
    method: 'POST',
    path: `/_local/graph/${name}`,
    handle: async ({ body }) => {
      const { data, error } = schema.safeParse(body);
      return error ? problems(problemsOf(error)) : handle(data);
    },
  };
}
