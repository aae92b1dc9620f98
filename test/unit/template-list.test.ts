import { beforeEach, describe, expect, it } from '@jest/globals';
import { type TemplateLists, templateLists } from '../../lambdas/send/template/list-templates.ts';
import {
  templateListQuerySchema,
  templatesOfWabaQuerySchema,
} from '../../lambdas/send/template/templates-query.schema.ts';
import { refused, TemplateWorld, template } from './template-meta.ts';

let world: TemplateWorld;
let lists: TemplateLists;
beforeEach(() => {
  world = new TemplateWorld();
  world.templates = [
    template('alpha', { id: '7', quality_score: { score: 'GREEN' } }),
    template('beta', { status: 'PAUSED', category: 'MARKETING', language: 'pt_BR' }),
    template('gamma', { components: [{ type: 'body', text: 'Hi {{1}}' }] }),
  ];
  lists = templateLists(world.ports);
});

const ofWaba = (query: object) =>
  lists.ofWaba(
    templatesOfWabaQuerySchema.parse({ organizationId: 'north', wabaId: '1001', ...query }),
  );
const ofOrganization = (query: object) =>
  lists.ofOrganization(templateListQuerySchema.parse({ organizationId: 'north', ...query }));

describe('the templates of a WABA', () => {
  it('are whole, with their parameters and whether they can be sent', async () => {
    const { data, stale } = await ofWaba({});
    expect(stale).toBe(false);
    expect(
      data.map(({ name, sendable, parameters }) => [name, sendable, parameters.length]),
    ).toEqual([
      ['alpha', true, 0],
      ['beta', false, 0],
      ['gamma', true, 1],
    ]);
    expect(data[0]).toMatchObject({ id: '7', definition: { quality_score: { score: 'GREEN' } } });
    expect(data[1]?.notSendableBecause).toContain('paused');
  });

  it('are asked for live, or only where what is stored may be old', async () => {
    await ofWaba({});
    await ofWaba({ source: 'stored' });
    expect(world.calls).toHaveLength(1);
    await ofWaba({ source: 'live' });
    expect(world.calls).toHaveLength(2);
  });

  it('go on behind a cursor without asking again', async () => {
    const { data, nextCursor } = await ofWaba({ limit: '2', source: 'live' });
    expect(data.map(({ name }) => name)).toEqual(['alpha', 'beta']);
    const rest = await ofWaba({ limit: '2', source: 'live', cursor: nextCursor });
    expect(rest.data.map(({ name }) => name)).toEqual(['gamma']);
    expect(rest.nextCursor).toBeUndefined();
    expect(world.calls).toHaveLength(1);
  });

  it('are nobody else’s: nothing is decrypted', async () => {
    await expect(ofWaba({ wabaId: '1003' })).rejects.toMatchObject({
      code: 'not-found',
      details: { problems: [{ path: 'wabaId' }] },
    });
    await expect(ofWaba({ organizationId: 'south', source: 'live' })).rejects.toMatchObject({
      code: 'not-found',
    });
    expect([world.opened, world.calls.length]).toEqual([0, 0]);
  });
});

describe('the templates of an organisation', () => {
  const namesOf = ({ data }: Awaited<ReturnType<typeof ofOrganization>>) =>
    data.map(({ wabaId, name }) => `${wabaId} ${name}`);

  it('are those of all its WABAs, page by page', async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await ofOrganization({ limit: '4', ...(cursor ? { cursor } : {}) });
      seen.push(...namesOf(page));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(seen).toEqual(
      ['1001', '1002'].flatMap((waba) =>
        ['alpha', 'beta', 'gamma'].map((name) => `${waba} ${name}`),
      ),
    );
    expect(world.calls).toHaveLength(2);
  });

  it.each([
    [{ status: 'paused' }, ['1001 beta']],
    [{ category: 'Marketing' }, ['1001 beta']],
    [{ language: 'pt-BR' }, ['1001 beta']],
    [{ name: 'gamma' }, ['1001 gamma']],
    [{ status: 'APPROVED', category: 'UTILITY', limit: '1' }, ['1001 alpha']],
    [{ name: 'beta', status: 'APPROVED' }, []],
  ])('are filtered by %j', async (filter, names) => {
    expect(namesOf(await ofOrganization({ wabaId: '1001', ...filter }))).toEqual(names);
  });

  it('of a WABA that Meta does not show now are left out, and that is said', async () => {
    world.answer = ({ path }) =>
      path.startsWith('1002') ? refused(190) : { kind: 'ok', body: { data: [template('alpha')] } };
    const page = await ofOrganization({});
    expect([namesOf(page), page.stale]).toEqual([['1001 alpha'], true]);
  });

  it('are a problem where Meta shows none', async () => {
    world.answer = () => refused(80007);
    await expect(ofOrganization({})).rejects.toMatchObject({ code: 'unavailable' });
    expect(
      (await lists.ofOrganization(templateListQuerySchema.parse({ organizationId: 'south' }))).data,
    ).toEqual([]);
  });

  it('of one WABA only where it is its own', async () => {
    await expect(ofOrganization({ wabaId: '1003' })).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('a query', () => {
  it.each([
    [{ limit: '0' }, 'limit'],
    [{ limit: '101' }, 'limit'],
    [{ limit: 'ten' }, 'limit'],
    [{ cursor: 'garbage' }, 'cursor'],
    [{ cursor: Buffer.from('{"wabaId":"x","after":"y"}').toString('base64url') }, 'cursor'],
    [{ wabaId: 'waba/../1' }, 'wabaId'],
    [{ organizationId: '' }, 'organizationId'],
  ])('%j is refused', (query, path) => {
    const { error } = templateListQuerySchema.safeParse({ organizationId: 'north', ...query });
    expect(error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
  });
});
