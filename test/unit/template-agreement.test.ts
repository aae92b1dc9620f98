import { expect, it } from '@jest/globals';
import { templateContentSchema } from '../../lambdas/send/message/template.schema.ts';
import { recipientProblem, statusProblem } from '../../lambdas/send/template/template-status.ts';
import { checkTemplate } from '../../lambdas/send/template/validate-template.ts';
import { checkTemplateSend } from '../../local/meta/graph/template-rules.ts';
import { isJsonObject } from '../../shared/json.ts';
import { templateMismatches, templatePairs } from './template-fixtures.ts';

type Fixture = (typeof templatePairs)[number]['fixture'];

const isToUser = ({ send }: Fixture) => send.to === undefined;

/** What we say of a send before Meta is called: the code of the first problem. */
function ours(fixture: Fixture): number | undefined {
  const { definition, send } = fixture;
  const [problem] = [
    statusProblem(definition),
    recipientProblem(definition, isToUser(fixture) ? 'user' : 'phone'),
    ...checkTemplate(definition, send.template),
  ].filter((one) => one !== undefined);
  return problem?.meta?.code;
}

/** What the simulated Meta, whose rules are written apart from ours, says of it. */
function metas(fixture: Fixture): number | undefined {
  return checkTemplateSend(fixture.definition, fixture.send.template, isToUser(fixture))?.code;
}

it.each(templatePairs)('both take $name', ({ fixture }) => {
  expect({ ours: ours(fixture), metas: metas(fixture) }).toEqual({
    ours: undefined,
    metas: undefined,
  });
});

it.each(templateMismatches)('both refuse $name alike', ({ fixture }) => {
  const { code } = fixture;
  expect({ ours: ours(fixture), metas: metas(fixture) }).toEqual({ ours: code, metas: code });
});

/** Every send that differs from a given one in one place: something is missing, or another text. */
function* mutations(value: unknown): Generator<unknown> {
  if (Array.isArray(value)) {
    for (const [index, inner] of value.entries()) {
      yield value.toSpliced(index, 1);
      for (const mutant of mutations(inner)) {
        yield value.with(index, mutant);
      }
    }
  } else if (isJsonObject(value)) {
    for (const [name, inner] of Object.entries(value)) {
      for (const mutant of mutations(inner)) {
        yield { ...value, [name]: mutant };
      }
    }
  } else if (typeof value === 'string') {
    yield* ['', 'one\ntwo', 'x'.repeat(1100), 'image', 'url', '7'];
  }
}

it.each(templatePairs)('both take or refuse what is almost $name', ({ fixture }) => {
  const { definition, send } = fixture;
  const differences: unknown[] = [];
  let compared = 0;
  for (const components of mutations(send.template.components ?? [])) {
    const template = templateContentSchema.safeParse({ ...send.template, components }).data;
    // What is no template at all never gets as far as the definition.
    if (!template) continue;
    compared++;
    const mutant = { definition, send: { ...send, template } };
    const [one, other] = [ours(mutant), metas(mutant)];
    // Meta's order of checks is not documented: of two faults either may be named first.
    if ((one === undefined) !== (other === undefined))
      differences.push({ one, other, components: JSON.stringify(components) });
  }
  expect(differences).toEqual([]);
  expect(compared).toBeGreaterThan(send.template.components ? 5 : -1);
});
