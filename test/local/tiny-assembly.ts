import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');

/** Before each handler's own code: the SDK of this project, since a written asset has none of its own. */
const prelude = `
import { createRequire } from 'node:module';
const require = createRequire(${JSON.stringify(path.join(root, 'package.json'))});
`;

const written: string[] = [];

/** Removes every assembly that was written. */
export function removeAssemblies(): void {
  for (const directory of written.splice(0)) rmSync(directory, { recursive: true });
}

/** Writes the assembly of one stack, `tiny`, in eu-west-1. `handlers` are the sources by function. */
export function writeAssembly(template: object, handlers: Record<string, string> = {}): string {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'nexus-assembly-'));
  written.push(directory);
  const write = (file: string, content: string): void =>
    writeFileSync(path.join(directory, file), content);
  const files: Record<string, object> = {};
  for (const [name, source] of Object.entries(handlers)) {
    mkdirSync(path.join(directory, name));
    write(`${name}/index.mjs`, prelude + source);
    files[name] = { source: { path: name } };
  }
  write('tiny.template.json', JSON.stringify(template));
  write('tiny.assets.json', JSON.stringify({ files }));
  write(
    'manifest.json',
    JSON.stringify({
      artifacts: {
        tiny: {
          type: 'aws:cloudformation:stack',
          environment: 'aws://unknown-account/eu-west-1',
          properties: { templateFile: 'tiny.template.json' },
        },
        'tiny.assets': { type: 'cdk:asset-manifest', properties: { file: 'tiny.assets.json' } },
      },
    }),
  );
  return directory;
}

/** A function with its role; the role's statements are its only rights. */
export function lambda(id: string, statements: object[], properties: object = {}): object {
  return {
    [`${id}Role`]: {
      Type: 'AWS::IAM::Role',
      Properties: { Policies: [{ PolicyDocument: { Statement: statements } }] },
    },
    [id]: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Code: { S3Key: `${id}.zip` },
        Handler: 'index.handler',
        Role: { 'Fn::GetAtt': [`${id}Role`, 'Arn'] },
        Runtime: 'nodejs24.x',
        MemorySize: 256,
        ...properties,
      },
    },
  };
}

/** A policy statement that allows actions on one resource of the template. */
export function allow(Action: string | string[], logicalId: string, suffix = ''): object {
  const arn = { 'Fn::GetAtt': [logicalId, 'Arn'] };
  return { Effect: 'Allow', Action, Resource: { 'Fn::Join': ['', [arn, suffix]] } };
}
