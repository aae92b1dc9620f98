import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { templateDefinitionSchema } from '../../lambdas/send/template/template-definition.schema.ts';
import { templatesInDynamoDb } from '../../lambdas/send/template/template-store.dynamodb.ts';
import type { TemplateStore } from '../../lambdas/send/template/template-store.port.ts';
import { tableReader } from '../../shared/table/table-reader.dynamodb.ts';
import { templateChangedSortKey, templateKey } from '../../shared/templates/template-item.ts';
import { MemoryTemplates } from '../fakes/memory-templates.ts';
import { type Engines, startEngines } from './engines.ts';

interface OpenStore {
  store: TemplateStore;
  change(wabaId: string, changedAt: string): Promise<void>;
}

let engines: Engines;
beforeAll(async () => {
  engines = await startEngines();
});
afterAll(() => engines.stop());

function inMemory(): OpenStore {
  const store = new MemoryTemplates();
  return { store, change: (wabaId, changedAt) => store.change(wabaId, changedAt) };
}

function inDynamoDb(): OpenStore {
  const { dynamoDb: client, tableName } = engines;
  return {
    store: templatesInDynamoDb({ client, tableName, reader: tableReader(client, tableName) }),
    async change(wabaId, changedAt) {
      await client.send(
        new PutItemCommand({
          TableName: tableName,
          Item: {
            pk: { S: templateKey(wabaId) },
            sk: { S: templateChangedSortKey },
            changedAt: { S: changedAt },
          },
        }),
      );
    },
  };
}

const morning = '2026-11-22T08:00:00.000Z';
const noon = '2026-11-22T12:00:00.000Z';
const evening = '2026-11-22T18:00:00.000Z';

function template(name: string, language = 'en_US', body = 'Hello') {
  return templateDefinitionSchema.parse({
    name,
    language,
    status: 'APPROVED',
    category: 'UTILITY',
    sub_category: 'CUSTOM',
    components: [{ type: 'BODY', text: body }],
  });
}

let next = 0;
const newWaba = () => `9000${next++}`;

describe.each([
  ['in memory', inMemory],
  ['in DynamoDB', inDynamoDb],
])('the templates %s', (_where, open) => {
  async function namesOf(store: TemplateStore, wabaId: string, limit = 100): Promise<string[]> {
    const names: string[] = [];
    let after: string | undefined;
    do {
      const page = await store.page(wabaId, { after, limit });
      names.push(...page.templates.map(({ definition }) => definition.name));
      after = page.next;
    } while (after !== undefined);
    return names;
  }

  it('are found as they were kept, by either way to write a language', async () => {
    const { store } = open();
    const wabaId = newWaba();
    const definition = template('welcome');
    const { name, language } = definition;
    await store.keep(wabaId, [{ name, language, definition, fetchedAt: noon }]);
    expect(await store.find(wabaId, 'welcome', 'en-US')).toEqual({
      name: 'welcome',
      language: 'en-US',
      definition,
      fetchedAt: noon,
    });
    expect(await store.find(wabaId, 'welcome', 'en')).toBeUndefined();
    expect(await store.find(newWaba(), 'welcome', 'en_US')).toBeUndefined();
  });

  it('remember that Meta has none of a name, and do not list it', async () => {
    const { store } = open();
    const wabaId = newWaba();
    await store.keep(wabaId, [{ name: 'gone', language: 'en', fetchedAt: noon }]);
    const found = await store.find(wabaId, 'gone', 'en');
    expect(found).toMatchObject({ fetchedAt: noon });
    expect(found?.definition).toBeUndefined();
    expect(await namesOf(store, wabaId)).toEqual([]);
  });

  it('stay as they were told later', async () => {
    const { store } = open();
    const wabaId = newWaba();
    const kept = (body: string, fetchedAt: string) => {
      const definition = template('welcome', 'en', body);
      return { name: 'welcome', language: 'en', definition, fetchedAt };
    };
    await store.keep(wabaId, [kept('new', noon)]);
    await store.keep(wabaId, [kept('old', morning)]);
    const [component] = (await store.find(wabaId, 'welcome', 'en'))?.definition?.components ?? [];
    expect(component?.text).toBe('new');
  });

  it('are listed page by page in order of name and language, and per WABA', async () => {
    const { store } = open();
    const wabaId = newWaba();
    const names = Array.from({ length: 60 }, (_, index) => `t${String(index).padStart(2, '0')}`);
    await store.keepAll(
      wabaId,
      names.toReversed().map((name) => template(name)),
      noon,
    );
    await store.keepAll(newWaba(), [template('other')], noon);
    expect(await namesOf(store, wabaId, 7)).toEqual(names);
    const { templates, next: after } = await store.page(wabaId, { limit: 2 });
    expect(after).toBe(templates.at(-1)?.place);
  });

  it('lose what a complete list does not name any more, unless it was told later', async () => {
    const { store } = open();
    const wabaId = newWaba();
    await store.keepAll(wabaId, [template('a'), template('b'), template('c', 'en')], morning);
    await store.keep(wabaId, [
      { name: 'c', language: 'en', definition: template('c', 'en'), fetchedAt: evening },
    ]);
    await store.keepAll(wabaId, [template('a')], noon);
    expect(await namesOf(store, wabaId)).toEqual(['a', 'c']);
  });

  it('know when they were listed and when one has changed', async () => {
    const { store, change } = open();
    const wabaId = newWaba();
    expect(await store.state(wabaId)).toEqual({ listedAt: undefined, changedAt: undefined });
    await store.keepAll(wabaId, [], noon);
    await store.keepAll(wabaId, [], morning);
    await change(wabaId, evening);
    expect(await store.state(wabaId)).toEqual({ listedAt: noon, changedAt: evening });
    expect(await namesOf(store, wabaId)).toEqual([]);
  });
});
