import { describe, expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import { functionSources } from '../../infra/bundle.ts';
import { readModules } from '../architecture/modules.ts';
import { named, plausibleEnvironment, templates } from './template.ts';

const modules = new Map((await readModules()).map((module) => [module.file, module]));

function importsOf(file: string): string[] {
  return modules.get(file)?.imports.map(({ path }) => path) ?? [];
}

/** An entry, and the compositions that it is made of. */
function makersOf(file: string): string[] {
  const compositions = importsOf(file).filter((path) => path.endsWith('.composition.ts'));
  return [file, ...compositions.flatMap(makersOf)];
}

/** What each function is made of. */
const makers = new Map(
  Object.entries(functionSources).map(([id, { entry }]) => [id, makersOf(entry)]),
);

/** The `*.env.ts` file that each function reads its environment by. */
const envFiles = new Map(
  [...makers].map(([id, files]) => {
    const found = files.flatMap(importsOf).filter((path) => path.endsWith('.env.ts'));
    return [id, [...new Set(found)]];
  }),
);

/** By the end of a variable's name. `Ref` gives a queue's URL, a secret's ARN and the others' names. */
const kinds: [RegExp, string][] = [
  [/_QUEUE_URL$/, 'AWS::SQS::Queue'],
  [/_SECRET_ARN$/, 'AWS::SecretsManager::Secret'],
  [/_KEY_ARN$/, 'AWS::KMS::Key'],
  [/_ROLE_ARN$/, 'AWS::IAM::Role'],
  [/_BUCKET$/, 'AWS::S3::Bucket'],
  [/^TABLE_NAME$/, 'AWS::DynamoDB::GlobalTable'],
  [/_STREAM_NAME$/, 'AWS::KinesisFirehose::DeliveryStream'],
];

/** The schemas that a function's files read its environment by. */
async function envSchemas(id: string): Promise<z.ZodMiniObject[]> {
  const [file, ...others] = envFiles.get(id) ?? [];
  if (!file || others.length > 0) throw new Error(`${id} reads its environment not by one file`);
  // Without the suffix esbuild, which reads the tests' imports too, would take this for any file.
  const source = file.replace('.env.ts', '');
  const exported: Record<string, unknown> = await import(`../../${source}.env.ts`);
  const code = (makers.get(id) ?? []).map((maker) => modules.get(maker)?.code ?? '');
  const schemas = Object.entries(exported)
    .filter(([name]) => code.some((text) => text.includes(`readEnv(${name})`)))
    .map(([, schema]) => schema)
    .filter((schema) => schema instanceof z.ZodMiniObject);
  if (schemas.length === 0) throw new Error(`${id} reads its environment by no schema`);
  return schemas;
}

it('each environment schema is that of a function', () => {
  // What AWS's clients read is set by Lambda, and not by the template.
  const schemas = [...modules.keys()].filter((file) => /^lambdas\/.*\.env\.ts$/.test(file));
  expect(schemas.sort()).toEqual([...new Set([...envFiles.values()].flat())].sort());
});

describe.each(templates)('functions of $stage', ({ stage, functions, resources, outputs }) => {
  it('are those of infra/bundle.ts, each once; deliver-events only where there is an endpoint', () => {
    const ids = Object.keys(functionSources).filter(
      (id) => id !== 'deliver-events' || 'EventsSecretArn' in outputs,
    );
    expect(functions.map(({ id }) => id).sort()).toEqual(ids.sort());
  });

  describe.each(functions)('$id', (fn) => {
    it("counts its stage's metrics apart", () => {
      expect(fn.metricNamespace).toBe(`nexus-whatsapp-${stage}`);
    });

    it('runs on Node 24 and arm64, with time, memory and tracing set', () => {
      expect(fn.properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        Timeout: expect.any(Number),
        MemorySize: expect.any(Number),
        TracingConfig: { Mode: 'PassThrough' },
      });
    });

    it('has a log group of its own, which does not keep for ever', () => {
      const users = functions.filter(({ logGroupName }) => logGroupName === fn.logGroupName);
      expect(users.map(({ id }) => id)).toEqual([fn.id]);
      expect(named(resources, fn.logGroupName)).toMatchObject({
        type: 'AWS::Logs::LogGroup',
        properties: { RetentionInDays: expect.any(Number) },
      });
    });

    it('has a role of its own, without managed policies, for Lambda alone', () => {
      const users = functions.filter(({ roleName }) => roleName === fn.roleName);
      expect(users.map(({ id }) => id)).toEqual([fn.id]);
      const role = named(resources, fn.roleName);
      expect(role.properties).not.toHaveProperty('ManagedPolicyArns');
      expect(role.properties).toMatchObject({
        AssumeRolePolicyDocument: {
          Statement: [
            {
              Effect: 'Allow',
              Action: 'sts:AssumeRole',
              Principal: { Service: 'lambda.amazonaws.com' },
            },
          ],
        },
      });
    });

    it('has the variables of its schema and no others, with values that the schema takes', async () => {
      const schemas = await envSchemas(fn.id);
      const names = new Set(schemas.flatMap(({ shape }) => Object.keys(shape)));
      // Callers sign in these stages; a claim is for tokens.
      names.delete('ORGANIZATIONS_CLAIM');
      expect(Object.keys(fn.variables).sort()).toEqual([...names].sort());
      for (const schema of schemas) {
        expect(schema.safeParse(plausibleEnvironment(fn, resources)).error).toBeUndefined();
      }
    });

    it('finds under each variable the kind of resource that its name says', () => {
      for (const [variable, value] of Object.entries(fn.variables)) {
        const [, kind] = kinds.find(([ending]) => ending.test(variable)) ?? [];
        const type = resources.find(({ name }) => name === value.replace(/\.Arn$/, ''))?.type;
        expect({ variable, type }).toEqual({ variable, type: kind });
      }
    });
  });
});
