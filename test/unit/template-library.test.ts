import { beforeEach, describe, expect, it } from '@jest/globals';
import type { TemplateLibrary } from '../../lambdas/send/template/template-library.ts';
import { templateLibrary } from '../../lambdas/send/template/template-library.ts';
import type { GraphAnswer } from '../../shared/graph/graph.port.ts';
import { owner, refused, TemplateWorld, template } from './template-meta.ts';

const hours = 60 * 60 * 1000;
const unreachable: GraphAnswer = { kind: 'unsent', problem: 'no route' };

let world: TemplateWorld;
let library: TemplateLibrary;
beforeEach(() => {
  world = new TemplateWorld();
  world.templates = [template('welcome'), template('welcome', { language: 'es' }), template('bye')];
  library = templateLibrary(world.ports);
});

const find = (name: string, language = 'en_US') => library.find(owner, name, language);
const refresh = (force = false) => library.refresh(owner, { force });

async function placesOf(wabaId: string): Promise<string[]> {
  const { templates } = await world.store.page(wabaId, { limit: 1000 });
  return templates.map(({ place }) => place);
}

describe('finding a template', () => {
  it('fetches it by name once, with all its languages and no other name', async () => {
    world.templates.push(template('welcome_back'));
    const { definition, stale } = await find('welcome');
    expect([definition?.name, definition?.language, stale]).toEqual(['welcome', 'en_US', false]);
    await find('welcome');
    await find('welcome', 'es');
    expect(world.calls).toHaveLength(1);
    expect(world.calls[0]).toMatchObject({
      method: 'GET',
      path: '1001/message_templates',
      query: { name: 'welcome', limit: '100' },
    });
    expect(await placesOf('1001')).toEqual(['welcome#en_US', 'welcome#es']);
  });

  it('fetches it again after a webhook, and after a day', async () => {
    await find('welcome');
    await world.change('1001');
    await find('welcome');
    await find('welcome');
    expect(world.calls).toHaveLength(2);
    world.pass(24 * hours);
    await find('welcome');
    expect(world.calls).toHaveLength(3);
  });

  it('tells that there is none, and asks again only after a change', async () => {
    expect((await find('nothing')).definition).toBeUndefined();
    expect((await find('nothing')).definition).toBeUndefined();
    expect(world.calls).toHaveLength(1);
    world.templates.push(template('nothing'));
    await world.change('1001');
    expect((await find('nothing')).definition?.name).toBe('nothing');
  });

  it('tells that a template is gone', async () => {
    await find('bye');
    world.templates = [];
    await world.change('1001');
    expect((await find('bye')).definition).toBeUndefined();
    expect(await placesOf('1001')).toEqual([]);
  });

  it('decrypts nothing where a fresh list does not name it', async () => {
    await refresh();
    expect(world.opened).toBe(1);
    expect((await find('nothing')).definition).toBeUndefined();
    expect([world.opened, world.calls.length]).toEqual([1, 1]);
  });

  it('asks Meta once for all who ask at the same time', async () => {
    const found = await Promise.all([find('welcome'), find('welcome'), find('welcome')]);
    expect(found.map(({ definition }) => definition?.name)).toEqual(Array(3).fill('welcome'));
    expect(world.calls).toHaveLength(1);
  });
});

const throttled = refused(80007, 120_000);

describe.each([
  ['throttles', throttled, 'unavailable', 120],
  ['throttles and does not say for how long', refused(4), 'unavailable', 60],
  ['is down', refused(2), 'unavailable', 5],
  ['cannot be reached', unreachable, 'unavailable', 5],
  ['does not answer', { kind: 'ambiguous', problem: 'timeout' }, 'unavailable', 5],
  ['answers something else', { kind: 'ok', body: 'Bonjour' }, 'meta-error', undefined],
  ['refuses for good', refused(100), 'meta-error', undefined],
  [
    'has no cursor',
    { kind: 'ok', body: { data: [], paging: { next: 'x' } } },
    'meta-error',
    undefined,
  ],
] satisfies [string, GraphAnswer, string, number | undefined][])(
  'while Meta %s',
  (_what, answer, code, retryAfterSeconds) => {
    it('what is stored does', async () => {
      await find('welcome');
      await refresh();
      await world.change('1001');
      world.answer = () => answer;
      const { definition, stale } = await find('welcome');
      expect([definition?.name, stale]).toEqual(['welcome', true]);
      expect(await refresh()).toEqual({ stale: true });
    });

    it('a template that nobody has seen cannot be judged', async () => {
      world.answer = () => answer;
      await expect(find('welcome')).rejects.toMatchObject({
        code,
        details: retryAfterSeconds === undefined ? {} : { retryAfterSeconds },
      });
      await expect(refresh()).rejects.toMatchObject({ code });
    });

    it('a forced refresh fails', async () => {
      await refresh();
      world.answer = () => answer;
      await expect(refresh(true)).rejects.toMatchObject({ code });
    });
  },
);

describe('after a failure', () => {
  it('what is stored is answered without waiting for Meta, until it is time to ask again', async () => {
    await find('welcome');
    await world.change('1001');
    world.answer = () => unreachable;
    await find('welcome');
    world.answer = undefined;
    expect((await find('welcome')).stale).toBe(true);
    expect(world.calls).toHaveLength(2);
    world.pass(5000);
    expect((await find('welcome')).stale).toBe(false);
  });

  it('what is not stored is asked for again, unless Meta throttles', async () => {
    world.answer = () => unreachable;
    await expect(find('welcome')).rejects.toMatchObject({ code: 'unavailable' });
    world.answer = () => throttled;
    await expect(find('welcome')).rejects.toMatchObject({ details: { retryAfterSeconds: 120 } });
    world.pass(30_000);
    await expect(find('bye')).rejects.toMatchObject({ details: { retryAfterSeconds: 90 } });
    expect(world.calls).toHaveLength(2);
    world.pass(90_000);
    world.answer = undefined;
    expect((await find('welcome')).stale).toBe(false);
  });
});

describe('a refused token', () => {
  it('is marked once, and the organisation has to reconnect', async () => {
    await find('welcome');
    await world.change('1001');
    world.answer = () => refused(190);
    await expect(find('welcome')).rejects.toMatchObject({ code: 'connection-invalid' });
    expect(world.stateOf('1001')).toEqual({ state: 'INVALID', reason: 'token-invalid' });
    await expect(find('welcome')).rejects.toMatchObject({ code: 'connection-invalid' });
    expect([world.calls.length, world.opened]).toEqual([2, 2]);
  });

  it('does not matter while what is stored is fresh', async () => {
    await find('welcome');
    world.answer = () => refused(190);
    expect((await find('welcome')).stale).toBe(false);
  });
});

it('a token that cannot be decrypted now is no reason to refuse what is stored', async () => {
  await find('welcome');
  await world.change('1001');
  world.openFails = true;
  expect((await find('welcome')).stale).toBe(true);
  await expect(find('bye')).rejects.toMatchObject({ code: 'unavailable' });
  expect(world.reports).toHaveLength(2);
});

it('a failure of ours is thrown as it is, and the next one tries again', async () => {
  world.answer = () => {
    throw new Error('a bug');
  };
  await expect(find('welcome')).rejects.toThrow('a bug');
  world.answer = undefined;
  expect((await find('welcome')).definition?.name).toBe('welcome');
});

describe('refreshing all', () => {
  it('follows the cursor and not the URL, to the last page', async () => {
    world.pageSize = 2;
    expect(await refresh()).toEqual({ stale: false });
    expect(world.calls.map(({ path, query }) => [path, query?.['after']])).toEqual([
      ['1001/message_templates', undefined],
      ['1001/message_templates', '2'],
    ]);
    expect(await placesOf('1001')).toEqual(['bye#en_US', 'welcome#en_US', 'welcome#es']);
  });

  it('deletes what Meta has no more', async () => {
    await refresh();
    world.templates = [template('bye')];
    await world.change('1001');
    await refresh();
    expect(await placesOf('1001')).toEqual(['bye#en_US']);
  });

  it('asks nothing while the list is fresh, unless it is told to', async () => {
    await refresh();
    await refresh();
    expect(world.calls).toHaveLength(1);
    await refresh(true);
    expect(world.calls).toHaveLength(2);
  });

  it('leaves out rows that are no templates', async () => {
    world.templates = [null, { id: '5' }, template('bye'), 'x'];
    await refresh();
    expect(await placesOf('1001')).toEqual(['bye#en_US']);
  });

  it('ends where Meta does not', async () => {
    const page = { data: [], paging: { next: 'x', cursors: { after: 'x' } } };
    world.answer = () => ({ kind: 'ok', body: page });
    await expect(refresh()).rejects.toMatchObject({
      code: 'meta-error',
      details: { detail: expect.stringContaining('200 pages') },
    });
    expect(world.calls).toHaveLength(200);
  });

  it('stops at 90 percent of the limits where something is stored, and leaves Meta alone for a while', async () => {
    await refresh();
    await world.change('1001');
    world.pageSize = 1;
    world.usagePercent = 90;
    expect(await refresh()).toEqual({ stale: true });
    expect(await refresh()).toEqual({ stale: true });
    expect(world.calls).toHaveLength(2);
    expect(await placesOf('1001')).toHaveLength(3);
    world.pass(60_000);
    world.usagePercent = 0;
    expect(await refresh()).toEqual({ stale: false });
  });

  it('goes on at 90 percent where nothing is stored', async () => {
    world.pageSize = 1;
    world.usagePercent = 95;
    expect(await refresh()).toEqual({ stale: false });
    expect(await placesOf('1001')).toHaveLength(3);
  });

  it('says where a WABA has no credential', async () => {
    await expect(
      library.refresh({ ...owner, wabaId: '1003' }, { force: false }),
    ).rejects.toMatchObject({ code: 'connection-invalid' });
    expect(world.opened).toBe(0);
  });
});
