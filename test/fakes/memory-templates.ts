import type {
  ListedTemplate,
  StoredTemplate,
  TemplateListState,
  TemplatePage,
  TemplateStore,
} from '../../lambdas/send/template/template-store.port.ts';
import { templateSortKey } from '../../shared/templates/template-item.ts';

/** The templates of all WABAs in memory. */
export class MemoryTemplates implements TemplateStore {
  readonly #items = new Map<string, Map<string, StoredTemplate>>();
  readonly #states = new Map<string, TemplateListState>();

  /** What the inbound side writes at a webhook about templates. */
  async change(wabaId: string, changedAt: string): Promise<void> {
    this.#states.set(wabaId, { ...this.#states.get(wabaId), changedAt });
  }

  async find(wabaId: string, name: string, language: string) {
    const found = this.#of(wabaId).get(templateSortKey(name, language));
    return found && { ...found, name, language };
  }

  async state(wabaId: string): Promise<TemplateListState> {
    const { listedAt, changedAt } = this.#states.get(wabaId) ?? {};
    return { listedAt, changedAt };
  }

  async page(
    wabaId: string,
    { after = '', limit }: { after?: string | undefined; limit: number },
  ): Promise<TemplatePage> {
    const places = [...this.#of(wabaId).keys()].filter((place) => place > after).sort();
    const templates = places.slice(0, limit).flatMap((place): ListedTemplate[] => {
      const { definition, fetchedAt } = this.#of(wabaId).get(place) ?? {};
      return definition && fetchedAt ? [{ place, definition, fetchedAt }] : [];
    });
    return { templates, next: places.length > limit ? places[limit - 1] : undefined };
  }

  async keep(wabaId: string, templates: readonly StoredTemplate[]): Promise<void> {
    for (const template of templates) {
      const place = templateSortKey(template.name, template.language);
      const known = this.#of(wabaId).get(place);
      if (!known || known.fetchedAt <= template.fetchedAt) {
        this.#of(wabaId).set(place, template);
      }
    }
  }

  async keepAll(...[wabaId, definitions, listedAt]: Parameters<TemplateStore['keepAll']>) {
    const kept = definitions.map((definition) => {
      const { name, language } = definition;
      return { name, language, definition, fetchedAt: listedAt };
    });
    await this.keep(wabaId, kept);
    const places = new Set(kept.map(({ name, language }) => templateSortKey(name, language)));
    for (const [place, { fetchedAt }] of this.#of(wabaId)) {
      if (!places.has(place) && fetchedAt < listedAt) {
        this.#of(wabaId).delete(place);
      }
    }
    const state = this.#states.get(wabaId);
    if (!state?.listedAt || state.listedAt <= listedAt) {
      this.#states.set(wabaId, { ...state, listedAt });
    }
  }

  #of(wabaId: string): Map<string, StoredTemplate> {
    const items = this.#items.get(wabaId) ?? new Map<string, StoredTemplate>();
    this.#items.set(wabaId, items);
    return items;
  }
}
