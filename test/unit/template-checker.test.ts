import { beforeEach, expect, it } from '@jest/globals';
import {
  type TemplateChecker,
  templateChecker,
} from '../../lambdas/send/template/template-checker.ts';
import { pairOf } from './template-fixtures.ts';
import { owner, TemplateWorld } from './template-meta.ts';

let world: TemplateWorld;
let checker: TemplateChecker;
beforeEach(() => {
  world = new TemplateWorld();
  checker = templateChecker(world.ports);
});

it('answers what the customer will read, and the category', async () => {
  const { definition, content } = pairOf('09');
  world.templates = [definition];
  const { rendered, category } = await checker.check(owner, content, 'phone');
  expect(category).toBe('MARKETING');
  expect(rendered.body).toContain('use code 25OFF to get 25%');
});

it('says what Meta would say of a template that the account does not have', async () => {
  const { content } = pairOf('01');
  await expect(checker.check(owner, content, 'phone')).rejects.toMatchObject({
    code: 'not-found',
    details: {
      meta: { code: 132001, details: 'template name (hello_world) does not exist in en_US' },
    },
  });
});

it.each([
  ['PAUSED', 132015],
  ['DISABLED', 132016],
  ['PENDING', 132001],
])('refuses a template that is %s', async (status, code) => {
  const { definition, content } = pairOf('01');
  world.templates = [{ ...definition, status }];
  await expect(checker.check(owner, content, 'phone')).rejects.toMatchObject({
    code: 'template-not-sendable',
    details: { meta: { code } },
  });
});

it('refuses an authentication template to a user id', async () => {
  const { definition, content } = pairOf('13');
  world.templates = [definition];
  await expect(checker.check(owner, content, 'user')).rejects.toMatchObject({
    code: 'template-not-sendable',
    details: { meta: { code: 131062 }, problems: [{ path: 'message.recipient' }] },
  });
});

it('tells all problems, and what Meta would say of the first', async () => {
  const { definition, content } = pairOf('06');
  world.templates = [definition];
  await expect(checker.check(owner, { ...content, components: [] }, 'phone')).rejects.toMatchObject(
    {
      code: 'template-parameters-invalid',
      details: {
        meta: {
          code: 132012,
          details: 'header: Format mismatch, expected IMAGE, received UNKNOWN',
        },
        problems: [
          { meta: { code: 132012 } },
          { meta: { code: 132000 } },
          { meta: { code: 131008 } },
        ],
      },
    },
  );
});
