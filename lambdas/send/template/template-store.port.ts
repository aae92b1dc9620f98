import type { TemplateDefinition } from './template-definition.schema.ts';

/** What is known of one template. */
export interface StoredTemplate {
  name: string;
  language: string;
  /** Absent: Meta was asked, and has no such template. */
  definition?: TemplateDefinition | undefined;
  /** When Meta was asked, RFC 3339. */
  fetchedAt: string;
}

/** What is known of a WABA's templates together, RFC 3339. */
export interface TemplateListState {
  /** When Meta was asked for all of them last. */
  listedAt?: string | undefined;
  /** When a webhook said last that one of them has changed. */
  changedAt?: string | undefined;
}

/** A template that Meta has. */
export interface ListedTemplate {
  /** Where it stands among its WABA's. */
  place: string;
  definition: TemplateDefinition;
  fetchedAt: string;
}

/** A page of a WABA's templates. */
export interface TemplatePage {
  templates: ListedTemplate[];
  /** Behind which place the next page starts; undefined on the last. */
  next: string | undefined;
}

/** The templates of all WABAs, as Meta last told them. */
export interface TemplateStore {
  /** Reads one, consistently. */
  find(wabaId: string, name: string, language: string): Promise<StoredTemplate | undefined>;
  /** Reads what is known of all of a WABA's, consistently. */
  state(wabaId: string): Promise<TemplateListState>;
  /** A WABA's templates by name and language, at most `limit`, behind the place `after`. */
  page(
    wabaId: string,
    options: { after?: string | undefined; limit: number },
  ): Promise<TemplatePage>;
  /** Keeps some of a WABA's templates. What was asked for later already stays. */
  keep(wabaId: string, templates: readonly StoredTemplate[]): Promise<void>;
  /** Keeps these as all that a WABA has: every other that was not asked for later is deleted. */
  keepAll(
    wabaId: string,
    definitions: readonly TemplateDefinition[],
    listedAt: string,
  ): Promise<void>;
}
