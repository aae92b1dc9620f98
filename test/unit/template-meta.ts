import {
  type TemplateDefinition,
  templateDefinitionSchema,
} from '../../lambdas/send/template/template-definition.schema.ts';
import type { TemplatePorts } from '../../lambdas/send/template/template-library.ts';
import { AccessToken } from '../../shared/credentials/access-token.ts';
import type { Credential, Credentials } from '../../shared/credentials/credential.port.ts';
import type { Graph, GraphAnswer, GraphRequest } from '../../shared/graph/graph.port.ts';
import { graphErrorKind } from '../../shared/graph/graph-errors.ts';
import { MemoryTemplates } from '../fakes/memory-templates.ts';

/** One organisation with two WABAs, and Meta with templates. */
export const owner = { organizationId: 'north', wabaId: '1001' };

/** A refusal of Meta's. */
export function refused(code: number, retryAfterMs?: number): GraphAnswer {
  const error = { ...graphErrorKind(code), code, httpStatus: 400, retryAfterMs };
  return { kind: 'refused', error };
}

/** A simple approved template. */
export function template(name: string, fields: Record<string, unknown> = {}): TemplateDefinition {
  return templateDefinitionSchema.parse({
    name,
    language: 'en_US',
    status: 'APPROVED',
    category: 'UTILITY',
    components: [{ type: 'BODY', text: 'Hello' }],
    ...fields,
  });
}

/** What template use-cases run with in tests: Meta's side and the time can be set. */
export class TemplateWorld {
  readonly store = new MemoryTemplates();
  readonly calls: GraphRequest[] = [];
  readonly reports: unknown[] = [];
  /** What Meta has. */
  templates: unknown[] = [];
  /** Answers instead of Meta's templates, where it is set. */
  answer: ((request: GraphRequest) => GraphAnswer | Promise<GraphAnswer>) | undefined;
  usagePercent = 0;
  pageSize = 100;
  opened = 0;
  openFails = false;
  #now = Date.parse('2026-11-22T10:00:00.000Z');
  readonly #credentials = new Map<string, Credential>();

  constructor() {
    for (const wabaId of ['1001', '1002']) {
      this.#credentials.set(`north ${wabaId}`, {
        organizationId: 'north',
        wabaId,
        state: 'VALID',
        ciphertext: new Uint8Array(),
      });
    }
  }

  pass(ms: number): void {
    this.#now += ms;
  }

  /** A webhook says that a template has changed. */
  async change(wabaId: string): Promise<void> {
    this.pass(1);
    await this.store.change(wabaId, this.ports.now().toISOString());
    this.pass(1);
  }

  stateOf(wabaId: string): Pick<Credential, 'state' | 'reason'> | undefined {
    const credential = this.#credentials.get(`north ${wabaId}`);
    return credential && { state: credential.state, reason: credential.reason };
  }

  get ports(): TemplatePorts {
    return {
      store: this.store,
      credentials: this.#port(),
      graph: this.#graph(),
      now: () => new Date(this.#now),
      report: (error) => this.reports.push(error),
    };
  }

  #port(): Credentials {
    return {
      find: async (organizationId, wabaId) => this.#credentials.get(`${organizationId} ${wabaId}`),
      wabasOf: async (organizationId) =>
        [...this.#credentials.values()]
          .filter((credential) => credential.organizationId === organizationId)
          .map(({ wabaId }) => wabaId),
      open: async () => {
        this.opened++;
        if (this.openFails) {
          throw new Error('KMS is away');
        }
        return new AccessToken('token');
      },
      invalidate: async (credential, reason) => {
        const key = `${credential.organizationId} ${credential.wabaId}`;
        this.#credentials.set(key, { ...credential, state: 'INVALID', reason });
        return true;
      },
    };
  }

  #graph(): Graph {
    return {
      call: async (request) => {
        this.calls.push(request);
        const { after = '0', name = '' } = request.query ?? {};
        const usage = { percent: this.usagePercent, regainAccessMs: 0 };
        if (this.answer) {
          return { usage, ...(await this.answer(request)) };
        }
        // Meta's filter finds parts of names.
        const all = this.templates.filter((row) => JSON.stringify(row).includes(name));
        const start = Number(after);
        const end = start + this.pageSize;
        const paging = {
          cursors: { before: after, after: String(end) },
          ...(end < all.length ? { next: 'https://graph.facebook.com/secret' } : {}),
        };
        return { usage, kind: 'ok', body: { data: all.slice(start, end), paging } };
      },
    };
  }
}
