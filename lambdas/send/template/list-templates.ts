import { Problem } from '../../../shared/http/problem.ts';
import { notFound } from '../refusals.ts';
import { type TemplatePorts, templateLibrary } from './template-library.ts';
import { parametersOfTemplate, sendability } from './template-parameters.ts';
import type { ListedTemplate, TemplateStore } from './template-store.port.ts';
import {
  type TemplateCursor,
  type TemplateListQuery,
  type TemplatesOfWabaQuery,
  writtenCursor,
} from './templates-query.schema.ts';

/** A template, and whose it is. */
interface TemplateOfWaba extends ListedTemplate {
  wabaId: string;
}

/** So many are read at a time while a filter leaves most of them out. */
const pageItems = 100;

/** What the two routes that list templates answer with. */
export type TemplateLists = ReturnType<typeof templateLists>;

/** Lists templates: of one WABA in full, or of all that an organisation has. */
export function templateLists(ports: TemplatePorts) {
  const library = templateLibrary(ports);
  const { store, credentials } = ports;

  async function assertOwn(organizationId: string, wabaId: string): Promise<void> {
    if (!(await credentials.find(organizationId, wabaId))) {
      throw notFound('wabaId', 'This organisation has no such WhatsApp Business Account.');
    }
  }

  return {
    /**
     * The full definitions of one WABA.
     * @throws Problem `not-found` where it is not the organisation's, or that Meta cannot be asked
     */
    async ofWaba({ organizationId, wabaId, source, limit, cursor }: TemplatesOfWabaQuery) {
      await assertOwn(organizationId, wabaId);
      // What goes on is the same list, also if Meta has another one meanwhile.
      const { stale } = cursor
        ? { stale: false }
        : await library.refresh({ organizationId, wabaId }, { force: source === 'live' });
      const { found, next } = await collect(store, [wabaId], { limit, cursor });
      return {
        data: found.map((template) => ({
          ...summary(template),
          definition: template.definition,
          parameters: parametersOfTemplate(template.definition),
        })),
        stale,
        ...next,
      };
    },

    /**
     * The templates of all the organisation's WABAs, or of one.
     * @throws Problem `not-found` where that one is not the organisation's; why Meta cannot be asked,
     * where that leaves nothing to answer with
     */
    async ofOrganization({ organizationId, wabaId, limit, cursor, ...filter }: TemplateListQuery) {
      if (wabaId !== undefined) {
        await assertOwn(organizationId, wabaId);
      }
      const wabaIds =
        wabaId === undefined ? (await credentials.wabasOf(organizationId)).sort() : [wabaId];
      const refreshed = cursor
        ? []
        : await Promise.allSettled(
            wabaIds.map((wabaId) => library.refresh({ organizationId, wabaId }, { force: false })),
          );
      const { found, next } = await collect(store, wabaIds, {
        limit,
        cursor,
        wanted: (template) => matches(template, filter),
      });
      const failures = refreshed.flatMap((result) =>
        result.status === 'rejected' ? [result.reason] : [],
      );
      const serious = failures.find((failure) => !(failure instanceof Problem));
      if (failures.length > 0 && (serious !== undefined || found.length === 0)) {
        throw serious ?? failures[0];
      }
      return {
        data: found.map(summary),
        stale: refreshed.some((result) => result.status === 'rejected' || result.value.stale),
        ...next,
      };
    },
  };
}

function summary({ wabaId, definition, fetchedAt }: TemplateOfWaba) {
  const { id, name, language, status, category } = definition;
  return { wabaId, id, name, language, status, category, fetchedAt, ...sendability(definition) };
}

function matches(
  { definition }: ListedTemplate,
  filter: Pick<TemplateListQuery, 'status' | 'category' | 'language' | 'name'>,
): boolean {
  const { status, category, language, name } = filter;
  return (
    (status === undefined || definition.status.toUpperCase() === status) &&
    (category === undefined || definition.category.toUpperCase() === category) &&
    (language === undefined || definition.language.replaceAll('-', '_') === language) &&
    (name === undefined || definition.name === name)
  );
}

/** Up to `limit` templates of these WABAs from a cursor on, and the cursor where there may be more. */
async function collect(
  store: TemplateStore,
  wabaIds: readonly string[],
  {
    limit,
    cursor,
    wanted = () => true,
  }: {
    limit: number;
    cursor: TemplateCursor | undefined;
    wanted?: (template: ListedTemplate) => boolean;
  },
): Promise<{ found: TemplateOfWaba[]; next: { nextCursor?: string } }> {
  const found: TemplateOfWaba[] = [];
  for (const wabaId of wabaIds.filter((id) => cursor === undefined || id >= cursor.wabaId)) {
    let after = wabaId === cursor?.wabaId ? cursor.after : undefined;
    do {
      const page = await store.page(wabaId, { after, limit: pageItems });
      for (const template of page.templates.filter(wanted)) {
        if (found.length === limit) {
          return { found, next: nextBehind(found) };
        }
        found.push({ wabaId, ...template });
      }
      after = page.next;
    } while (after !== undefined);
  }
  return { found, next: {} };
}

function nextBehind(found: readonly TemplateOfWaba[]): { nextCursor?: string } {
  const last = found.at(-1);
  return last ? { nextCursor: writtenCursor({ wabaId: last.wabaId, after: last.place }) } : {};
}
