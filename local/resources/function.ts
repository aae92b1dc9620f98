import * as z from 'zod';
import {
  type Assembly,
  type AttributesOf,
  arnOf,
  parseProperties,
  physicalName,
  resourcesOfType,
} from '../template/assembly.ts';

const schema = z.object({
  Code: z.object({ S3Key: z.string() }, 'only code from an asset is supported'),
  Handler: z.string(),
  Role: z.string(),
  Runtime: z.string().regex(/^nodejs/, 'only Node.js functions are supported'),
  Timeout: z.number().default(3),
  MemorySize: z.number().default(128),
  ReservedConcurrentExecutions: z.number().optional(),
  LoggingConfig: z.object({ LogFormat: z.string().default('Text') }).default({ LogFormat: 'Text' }),
  Environment: z
    .object({ Variables: z.record(z.string(), z.coerce.string()).default({}) })
    .default({ Variables: {} }),
});

/** All that running a function takes. */
export interface FunctionSpec {
  /** The function's name as Lambda knows it. */
  name: string;
  /** The logical id without the hash that the CDK puts behind it: how people know the function. */
  shortName: string;
  arn: string;
  region: string;
  roleArn: string;
  /** The directory that holds the code. */
  taskRoot: string;
  handler: string;
  runtime: string;
  timeoutMs: number;
  memoryMb: number;
  /** Text or JSON. */
  logFormat: string;
  reservedConcurrency: number | undefined;
  /** The environment variables of the template. */
  variables: Record<string, string>;
}

/** A function's references. */
export const functionAttributes: AttributesOf = (resource) => {
  const name = physicalName(resource, 'FunctionName');
  return { Ref: name, Arn: arnOf(resource, 'lambda', `function:${name}`) };
};

/** Reads every AWS::Lambda::Function of the assembly. */
export function readFunctions(assembly: Assembly): FunctionSpec[] {
  return resourcesOfType(assembly, 'AWS::Lambda::Function').map((resource) => {
    const properties = parseProperties(resource, schema);
    const { Ref: name = '', Arn: arn = '' } = functionAttributes(resource);
    return {
      name,
      arn,
      shortName: resource.logicalId.replace(/[0-9A-F]{8}$/, ''),
      region: resource.region,
      roleArn: properties.Role,
      taskRoot: assembly.assetDirectory(properties.Code.S3Key),
      handler: properties.Handler,
      runtime: properties.Runtime,
      timeoutMs: properties.Timeout * 1000,
      memoryMb: properties.MemorySize,
      logFormat: properties.LoggingConfig.LogFormat,
      reservedConcurrency: properties.ReservedConcurrentExecutions,
      variables: properties.Environment.Variables,
    };
  });
}
