import type { Credentials } from '../../../shared/credentials/credential.port.ts';
import type { Graph, GraphError } from '../../../shared/graph/graph.port.ts';
import { isTokenDead } from '../../../shared/graph/graph-errors.ts';
import { type MetaSays, Problem } from '../../../shared/http/problem.ts';
import { assertConnected, openToken } from '../refusals.ts';
import { busyPercent, type FetchedTemplates, fetchTemplates } from './fetch-templates.ts';
import type { TemplateDefinition } from './template-definition.schema.ts';
import type { TemplateListState, TemplateStore } from './template-store.port.ts';

/** What templates are kept in and fetched with. */
export interface TemplatePorts {
  store: TemplateStore;
  credentials: Credentials;
  graph: Graph;
  now(): Date;
  /** Takes the errors that are answered with something else. */
  report(error: unknown): void;
}

interface TemplateName {
  name: string;
  language: string;
}

/** A WABA of an organisation. */
export interface WabaOwner {
  organizationId: string;
  wabaId: string;
}

/** The templates as they are now, as far as Meta can be asked. */
export interface TemplateLibrary {
  /**
   * One template; no definition where Meta has none.
   * @returns `stale`: Meta could not be asked, this is what it said before
   * @throws Problem where Meta had to be asked and could not be
   */
  find(
    owner: WabaOwner,
    name: string,
    language: string,
  ): Promise<{ definition: TemplateDefinition | undefined; stale: boolean }>;
  /**
   * Brings all of a WABA's stored templates up to date, if they are not.
   * @param options.force also if they are; then what is stored does not do instead
   * @throws Problem where Meta had to be asked and could not be
   */
  refresh(owner: WabaOwner, options: { force: boolean }): Promise<{ stale: boolean }>;
}

/** How long Meta's answer holds without a webhook that says otherwise, in ms. */
const freshMs = 24 * 60 * 60 * 1000;
/** How long Meta is left alone where its limits are used up and it does not say for how long, in ms. */
const restMs = 60_000;
/** After what time it is worth trying again where Meta could not be reached, in ms. */
const retryMs = 5000;

/** The templates of all WABAs: stored, and fetched again where a webhook or their age asks for it. */
export function templateLibrary({
  store,
  credentials,
  graph,
  now,
  report,
}: TemplatePorts): TemplateLibrary {
  const running = new Map<string, Promise<Problem | undefined>>();
  const rests = new Map<string, { untilMs: number; isThrottled: boolean }>();

  function isFresh(time: string | undefined, { changedAt }: TemplateListState): boolean {
    return (
      time !== undefined &&
      (changedAt === undefined || time > changedAt) &&
      now().getTime() - Date.parse(time) < freshMs
    );
  }

  /** Asks Meta once, however many want to know at the same time. @returns why it could not be asked */
  function asked(
    owner: WabaOwner,
    wanted: TemplateName | undefined,
    isStored: boolean,
  ): Promise<Problem | undefined> {
    const key = JSON.stringify([owner.organizationId, owner.wabaId, wanted]);
    const already = running.get(key);
    if (already) {
      return already;
    }
    const asking = ask(owner, wanted, isStored)
      .then(() => undefined, problemOnly)
      .finally(() => running.delete(key));
    running.set(key, asking);
    return asking;
  }

  async function ask(
    { organizationId, wabaId }: WabaOwner,
    wanted: TemplateName | undefined,
    isStored: boolean,
  ): Promise<void> {
    const { untilMs = 0, isThrottled = false } = rests.get(wabaId) ?? {};
    const leftMs = untilMs - now().getTime();
    if (leftMs > 0 && (isStored || isThrottled)) {
      throw unavailable(leftMs);
    }
    const credential = assertConnected(await credentials.find(organizationId, wabaId));
    const token = await openToken(credentials, credential, report);
    // Before the call: what changes while Meta answers is newer than the answer.
    const fetchedAt = now().toISOString();
    const fetched = await fetchTemplates(graph, {
      token,
      wabaId,
      name: wanted?.name,
      isPatient: isStored,
    });
    restAfter(wabaId, fetched);
    if (fetched.kind !== 'fetched') {
      if (fetched.kind === 'refused' && isTokenDead(fetched.error)) {
        await credentials.invalidate(credential, fetched.error.reason, now().toISOString());
      }
      throw problemOf(fetched);
    }
    const { definitions } = fetched;
    if (!wanted) {
      await store.keepAll(wabaId, definitions, fetchedAt);
      return;
    }
    const found = definitions.map((definition) => {
      const { name, language } = definition;
      return { name, language, definition, fetchedAt };
    });
    const isThere = found.some(({ language }) => isSameLanguage(language, wanted.language));
    await store.keep(wabaId, isThere ? found : [...found, { ...wanted, fetchedAt }]);
  }

  /** Leaves Meta alone for a while: each send would wait for a call that fails. */
  function restAfter(wabaId: string, fetched: FetchedTemplates): void {
    const { kind, usage } = fetched;
    const isThrottled = kind === 'refused' && fetched.error.class === 'throttle';
    const failedMs =
      kind === 'fetched' ? 0 : (problemOf(fetched).details.retryAfterSeconds ?? 0) * 1000;
    const busyMs =
      usage && usage.percent >= busyPercent ? Math.max(usage.regainAccessMs, restMs) : 0;
    const untilMs = now().getTime() + Math.max(failedMs, busyMs);
    rests.set(wabaId, { untilMs, isThrottled });
  }

  return {
    async find(owner, name, language) {
      const { wabaId } = owner;
      const [stored, state] = await Promise.all([
        store.find(wabaId, name, language),
        store.state(wabaId),
      ]);
      if (isFresh(stored?.fetchedAt, state) || (!stored && isFresh(state.listedAt, state))) {
        return { definition: stored?.definition, stale: false };
      }
      const problem = await asked(owner, { name, language }, stored?.definition !== undefined);
      if (!problem) {
        const asToldNow = await store.find(wabaId, name, language);
        return { definition: asToldNow?.definition, stale: false };
      }
      if (!stored?.definition || !mayPass(problem)) {
        throw problem;
      }
      return { definition: stored.definition, stale: true };
    },
    async refresh(owner, { force }) {
      const state = await store.state(owner.wabaId);
      if (!force && isFresh(state.listedAt, state)) {
        return { stale: false };
      }
      const problem = await asked(owner, undefined, state.listedAt !== undefined);
      if (problem && (force || state.listedAt === undefined || !mayPass(problem))) {
        throw problem;
      }
      return { stale: problem !== undefined };
    },
  };
}

function isSameLanguage(one: string, other: string): boolean {
  return one.replaceAll('-', '_') === other.replaceAll('-', '_');
}

function problemOnly(error: unknown): Problem {
  if (error instanceof Problem) {
    return error;
  }
  throw error;
}

/** Tells whether what is stored does until Meta can be asked again. */
function mayPass({ code }: Problem): boolean {
  return code === 'unavailable' || code === 'meta-error';
}

function problemOf(fetched: Exclude<FetchedTemplates, { kind: 'fetched' }>): Problem {
  switch (fetched.kind) {
    case 'unavailable':
      return unavailable(fetched.usage?.regainAccessMs || retryMs);
    case 'unreadable':
      return new Problem('meta-error', {
        detail: `Meta could not tell its templates: ${fetched.problem}. Try again later.`,
      });
    case 'refused':
      return refused(fetched.error);
  }
}

function refused(error: GraphError): Problem {
  const { code, subcode, title, details, fbtraceId, retryAfterMs, reason } = error;
  const meta = { code, subcode, title, details, fbtraceId };
  switch (error.class) {
    case 'reconnect':
      return new Problem('connection-invalid', {
        detail: `Meta refuses this organisation's access token (${reason}). Connect the WhatsApp Business Account again, then repeat the request.`,
        meta,
      });
    case 'throttle':
      return unavailable(retryAfterMs ?? restMs, meta);
    case 'retry':
      return unavailable(retryAfterMs ?? retryMs, meta);
    default:
      return new Problem('meta-error', {
        detail: `Meta does not show the templates of this account (${reason}). See docs/error-reasons.md for what to do.`,
        meta,
      });
  }
}

function unavailable(waitMs: number, meta?: MetaSays): Problem {
  return new Problem('unavailable', {
    detail:
      'Meta cannot be asked for its templates at the moment. Repeat the request after Retry-After.',
    retryAfterSeconds: Math.ceil(waitMs / 1000),
    meta,
  });
}
