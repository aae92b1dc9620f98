import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import type { StageName } from '../../infra/config.ts';
import { ensureSynth } from '../../local/synth.ts';
import { isJsonObject } from '../../shared/json.ts';
import { eventsEndpoint } from '../synthesise.ts';

const templateSchema = z.object({
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      Properties: z.record(z.string(), z.unknown()).default({}),
      DeletionPolicy: z.string().optional(),
      UpdateReplacePolicy: z.string().optional(),
    }),
  ),
  Outputs: z
    .record(
      z.string(),
      z.object({ Value: z.unknown(), Export: z.object({ Name: z.string() }).optional() }),
    )
    .default({}),
});

const manifestSchema = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      properties: z.object({ terminationProtection: z.boolean().optional() }).default({}),
    }),
  ),
});

const propertiesSchema = z.record(z.string(), z.unknown());

const functionSchema = z.object({
  Code: z.object({ S3Key: z.string() }),
  Role: z.string(),
  Timeout: z.number(),
  LoggingConfig: z.object({ LogGroup: z.string() }),
  Environment: z.object({
    Variables: z
      .object({ POWERTOOLS_SERVICE_NAME: z.string(), POWERTOOLS_METRICS_NAMESPACE: z.string() })
      .catchall(z.string().describe('a literal, or the name of a resource')),
  }),
});

/**
 * One resource. Its properties hold no intrinsic functions: `Ref` became the resource's name,
 * `Fn::GetAtt` its name and attribute (`Table.StreamArn`), also where another stack exports it.
 */
export interface Resource {
  stack: string;
  logicalId: string;
  /** The logical id without CDK's hash: the same in every stage. */
  name: string;
  type: string;
  properties: Record<string, unknown>;
  deletionPolicy: string | undefined;
  updateReplacePolicy: string | undefined;
}

/** One of our functions. */
export interface DeployedFunction {
  /** As in `functionSources` (infra/bundle.ts). */
  id: string;
  name: string;
  roleName: string;
  logGroupName: string;
  timeoutSeconds: number;
  /** By which the stages of one account do not mix. */
  metricNamespace: string;
  /** Without those of Powertools. */
  variables: Record<string, string>;
  assetDirectory: string;
  properties: Record<string, unknown>;
}

/** Both stacks of one stage. */
export interface StageTemplates {
  stage: StageName;
  /** The templates' text by stack. */
  texts: Record<string, string>;
  /** The stacks that CloudFormation refuses to delete. */
  protectedStacks: string[];
  resources: Resource[];
  functions: DeployedFunction[];
  /** Without those that only the other stack imports. */
  outputs: Record<string, unknown>;
}

/** The templates of the stages that the rules are checked on: one with an endpoint for events, one without. */
export const templates = [
  await readTemplates('dev', eventsEndpoint),
  await readTemplates('prod'),
] as const;

async function readTemplates(stage: StageName, endpoint?: string): Promise<StageTemplates> {
  const { directory } = await ensureSynth(stage, endpoint);
  const stacks = [`nexus-whatsapp-${stage}-state`, `nexus-whatsapp-${stage}`];
  const resources: Resource[] = [];
  const texts: Record<string, string> = {};
  const outputs: Record<string, unknown> = {};
  const exported = new Map<unknown, unknown>();
  for (const stack of stacks) {
    const text = readFileSync(path.join(directory, `${stack}.template.json`), 'utf8');
    const { Resources, Outputs } = templateSchema.parse(JSON.parse(text));
    texts[stack] = text;
    for (const [logicalId, resource] of Object.entries(Resources)) {
      resources.push({
        stack,
        logicalId,
        name: nameOf(logicalId),
        type: resource.Type,
        properties: propertiesSchema.parse(resolved(resource.Properties, exported)),
        deletionPolicy: resource.DeletionPolicy,
        updateReplacePolicy: resource.UpdateReplacePolicy,
      });
    }
    for (const [id, { Value, Export }] of Object.entries(Outputs)) {
      const value = resolved(Value, exported);
      if (Export) exported.set(Export.Name, value);
      else outputs[id] = value;
    }
  }
  const repeated = Map.groupBy(resources, ({ name }) => name)
    .values()
    .find(({ length }) => length > 1);
  if (repeated) {
    throw new Error(`Two resources of ${stage} have the name ${repeated[0]?.name}`);
  }
  const manifest = readFileSync(path.join(directory, 'manifest.json'), 'utf8');
  const { artifacts } = manifestSchema.parse(JSON.parse(manifest));
  const protectedStacks = stacks.filter(
    (stack) => artifacts[stack]?.properties.terminationProtection,
  );
  const functions = ofType(resources, 'AWS::Lambda::Function').map((resource) =>
    deployedFunction(resource, directory),
  );
  return { stage, texts, protectedStacks, resources, functions, outputs };
}

/** CDK ends a logical id with eight digits that tell it from others. */
function nameOf(logicalId: unknown): string {
  return String(logicalId).replace(/[0-9A-F]{8}$/, '');
}

/** A template's value with a readable text for each intrinsic function. */
function resolved(value: unknown, exported: ReadonlyMap<unknown, unknown>): unknown {
  if (Array.isArray(value)) return value.map((item) => resolved(item, exported));
  if (!isJsonObject(value)) return value;
  const [name = '', argument] = Object.entries(value)[0] ?? [];
  const items = Array.isArray(argument) ? argument : [argument];
  switch (name) {
    case 'Ref':
      return nameOf(argument);
    case 'Fn::GetAtt':
      return `${nameOf(items[0])}.${items[1]}`;
    case 'Fn::ImportValue':
      if (exported.has(argument)) return exported.get(argument);
      throw new Error(`No stack exports ${argument}`);
    case 'Fn::Join':
      return z.array(z.unknown()).parse(resolved(items[1], exported)).join(String(items[0]));
    case 'Fn::Sub':
      return String(items[0]);
  }
  if (name.startsWith('Fn::')) throw new Error(`test/template/template.ts does not know ${name}`);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, resolved(item, exported)]),
  );
}

function deployedFunction(resource: Resource, directory: string): DeployedFunction {
  const { Code, Role, Timeout, LoggingConfig, Environment } = parsed(resource, functionSchema);
  const {
    POWERTOOLS_SERVICE_NAME: id,
    POWERTOOLS_METRICS_NAMESPACE: metricNamespace,
    ...variables
  } = Environment.Variables;
  return {
    id,
    metricNamespace,
    name: resource.name,
    roleName: Role.replace(/\.Arn$/, ''),
    logGroupName: LoggingConfig.LogGroup,
    timeoutSeconds: Timeout,
    variables,
    assetDirectory: path.join(directory, `asset.${Code.S3Key.replace(/\.zip$/, '')}`),
    properties: resource.properties,
  };
}

/** The resources of these types. */
export function ofType(resources: readonly Resource[], ...types: string[]): Resource[] {
  return resources.filter(({ type }) => types.includes(type));
}

/** The one resource of a name. @throws when there is none. */
export function named(resources: readonly Resource[], name: string): Resource {
  const found = resources.find((resource) => resource.name === name);
  if (!found) throw new Error(`The templates have no ${name}`);
  return found;
}

/** A resource's properties as a rule needs them. @throws naming the resource. */
export function parsed<Schema extends z.ZodType>(
  { stack, logicalId, type, properties }: Resource,
  schema: Schema,
): z.output<Schema> {
  const { data, error } = schema.safeParse(properties);
  if (error) throw new Error(`${stack}/${logicalId} (${type}): ${z.prettifyError(error)}`);
  return data;
}

/** A function's environment with values as AWS might give them. */
export function plausibleEnvironment(
  { variables }: DeployedFunction,
  resources: readonly Resource[],
): Record<string, string> {
  const plausible = (value: string): string => {
    switch (resources.find(({ name }) => name === value)?.type) {
      case 'AWS::SQS::Queue':
        return `https://sqs.eu-west-1.amazonaws.com/000000000000/${value}`;
      case 'AWS::SecretsManager::Secret':
        return `arn:aws:secretsmanager:eu-west-1:000000000000:secret:${value}`;
      default:
        return value
          .replace(/^(\w+)\.Arn$/, 'arn:aws:kms:eu-west-1:000000000000:key/$1')
          .replace('AWS::URLSuffix', 'amazonaws.com');
    }
  };
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, plausible(value)]),
  );
}
