import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { BootError } from '../boot-error.ts';
import { accountId, condition, resolve, type Scope } from './intrinsics.ts';

const templateSchema = z.object({
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      Properties: z.record(z.string(), z.unknown()).default({}),
      Condition: z.string().optional(),
    }),
  ),
  Outputs: z
    .record(
      z.string(),
      z.object({ Value: z.unknown(), Export: z.object({ Name: z.unknown() }).optional() }),
    )
    .default({}),
  Parameters: z.record(z.string(), z.object({ Default: z.unknown().optional() })).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
});

const manifestSchema = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      environment: z.string().optional(),
      properties: z
        .object({ templateFile: z.string().optional(), file: z.string().optional() })
        .default({}),
    }),
  ),
});

const assetsSchema = z.object({
  files: z.record(z.string(), z.object({ source: z.object({ path: z.string() }) })),
});

/** Where people and functions reach what the template describes. Without a trailing slash. */
export interface Endpoints {
  /** Instead of every AWS service's own address. */
  aws: string;
  /** Instead of every `https://<api id>.execute-api.<region>.amazonaws.com`. */
  api: string;
}

/** One resource of one of the assembly's stacks. */
export interface Resource {
  stack: string;
  region: string;
  logicalId: string;
  type: string;
  endpoints: Endpoints;
  /** A property, every intrinsic function in it resolved. Throws `BootError` where one cannot be. */
  property(name: string): unknown;
  /** All properties, resolved. */
  properties(): Record<string, unknown>;
}

/** What `Ref` (under that name) and Fn::GetAtt give for a resource. */
export type AttributesOf = (resource: Resource) => Record<string, string>;

/** A synthesised CDK app: the resources of all its stacks. */
export interface Assembly {
  region: string;
  resources: Resource[];
  /** The outputs of all stacks by name, without those that the CDK makes for other stacks. */
  outputs: Record<string, string>;
  /** The directory of an asset, by the `S3Key` that the template gives for it. */
  assetDirectory(s3Key: string): string;
}

/** The assembly's resources of these types. */
export function resourcesOfType(assembly: Assembly, ...types: string[]): Resource[] {
  return assembly.resources.filter(({ type }) => types.includes(type));
}

/** Validates a resource's properties. A `BootError` names the resource and every property at fault. */
export function parseProperties<Schema extends z.ZodType>(
  resource: Resource,
  schema: Schema,
): z.infer<Schema> {
  const parsed = schema.safeParse(resource.properties());
  if (parsed.success) return parsed.data;
  throw unsupported(resource, z.prettifyError(parsed.error));
}

/** The error for a resource that the local run cannot imitate. */
export function unsupported({ stack, logicalId, type }: Resource, why: string): BootError {
  return new BootError(`${stack}/${logicalId} (${type}) cannot be run locally: ${why}`);
}

/** The name that the template gives a resource, else one that is the same in every run. */
export function physicalName(resource: Resource, property: string, maxLength = 64): string {
  const given = resource.property(property);
  return typeof given === 'string'
    ? given
    : `${resource.stack}-${resource.logicalId}`.slice(-maxLength).replace(/^-/, '');
}

/** The ARN of a resource, from its service and what follows the account. */
export function arnOf({ region }: Resource, service: string, rest: string): string {
  return `arn:aws:${service}:${region}:${accountId}:${rest}`;
}

function readJson<Schema extends z.ZodType>(file: string, schema: Schema): z.infer<Schema> {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new BootError(`${file} cannot be read as part of a CDK assembly: ${error}`);
  }
}

/**
 * Reads the assembly in a directory. `attributesByType` lists every resource type that may occur:
 * another one is a `BootError`, so that nothing in a template is silently left out.
 */
export function readAssembly(
  directory: string,
  endpoints: Endpoints,
  attributesByType: Record<string, AttributesOf>,
): Assembly {
  const { artifacts } = readJson(path.join(directory, 'manifest.json'), manifestSchema);
  const assets = new Map<string, string>();
  const resources: Resource[] = [];
  const outputs: (() => [string, string])[] = [];
  const exports: { name: () => unknown; value: () => unknown }[] = [];

  for (const { type, properties } of Object.values(artifacts)) {
    if (type !== 'cdk:asset-manifest' || !properties.file) continue;
    const { files } = readJson(path.join(directory, properties.file), assetsSchema);
    for (const [hash, { source }] of Object.entries(files)) assets.set(hash, source.path);
  }
  for (const [stack, { environment, properties }] of Object.entries(artifacts)) {
    if (!properties.templateFile) continue;
    const template = readJson(path.join(directory, properties.templateFile), templateSchema);
    const region = environment?.match(/[a-z]+-[a-z-]+-\d$/)?.[0] ?? 'us-east-1';
    const own = new Map<string, Resource>();
    const scope: Scope = {
      stack,
      region,
      conditions: template.Conditions,
      parameters: template.Parameters,
      attributes: (logicalId) => {
        const resource = own.get(logicalId);
        return resource && attributesByType[resource.type]?.(resource);
      },
      imported: (name) => exports.find((exported) => exported.name() === name)?.value(),
      rewrite: (text) =>
        text.replace(/https:\/\/\w+\.execute-api\.[\w-]+\.amazonaws\.com/, endpoints.api),
    };
    for (const [logicalId, { Type: type, Properties, Condition }] of Object.entries(
      template.Resources,
    )) {
      if (Condition && !condition(Condition, logicalId, scope)) continue;
      const property = (name: string): unknown =>
        resolve(Properties[name], `${logicalId}.${name}`, scope);
      const resource: Resource = {
        ...{ stack, region, logicalId, type, endpoints, property },
        properties: () =>
          Object.fromEntries(Object.keys(Properties).map((name) => [name, property(name)])),
      };
      if (!attributesByType[type]) {
        throw unsupported(resource, 'add its type to local/resources/registry.ts');
      }
      own.set(logicalId, resource);
      resources.push(resource);
    }
    for (const [id, { Value, Export }] of Object.entries(template.Outputs)) {
      const value = (): unknown => resolve(Value, `Outputs.${id}`, scope);
      if (Export) exports.push({ name: () => resolve(Export.Name, id, scope), value });
      if (!id.startsWith('ExportsOutput')) outputs.push(() => [id, String(value())]);
    }
  }
  return {
    region: resources[0]?.region ?? 'us-east-1',
    resources,
    outputs: Object.fromEntries(outputs.map((output) => output())),
    assetDirectory: (s3Key) => {
      const asset = assets.get(s3Key.replace(/\.zip$/, ''));
      if (!asset) throw new BootError(`The assembly in ${directory} has no asset ${s3Key}`);
      return path.join(directory, asset);
    },
  };
}
