import { BootError } from './boot-error.ts';
import { type Role, readRoles } from './iam.ts';
import { openFunctionLog } from './lambda/logs.ts';
import { createFunctionPool, type FunctionPool } from './lambda/pool.ts';
import { type FunctionSpec, readFunctions } from './resources/function.ts';
import type { Assembly } from './template/assembly.ts';

/** A function of the template, ready to be invoked, with the role that it and its event sources act as. */
export interface RunnableFunction {
  /** By which the gateway knows the function. */
  accessKeyId: string;
  role: Role;
  pool: FunctionPool;
}

/** What a function's process is started with, and the event that it gets. */
export interface Invocation {
  spec: FunctionSpec;
  variables: Record<string, string>;
  event: unknown;
}

/**
 * Prepares the functions of an assembly, by ARN. `overrides` replaces variables that the template
 * declares; one that it does not declare stays out, so that a missing variable is missed here too.
 */
export function createFunctions(
  assembly: Assembly,
  options: {
    awsEndpoint: string;
    overrides: Record<string, string>;
    logDir: string;
    log: (line: string) => void;
    onInvocation?: ((invocation: Invocation) => void) | undefined;
  },
): Map<string, RunnableFunction> {
  const roles = readRoles(assembly);
  const functions = new Map<string, RunnableFunction>();
  for (const [index, spec] of readFunctions(assembly).entries()) {
    const role = roles.get(spec.roleArn);
    if (!role) throw new BootError(`${spec.shortName}: the template does not define its role`);
    const accessKeyId = `LOCALFUNCTION${index}`;
    const overridden = Object.entries(options.overrides).filter(([name]) => name in spec.variables);
    const variables = {
      ...spec.variables,
      ...Object.fromEntries(overridden),
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_SESSION_TOKEN: 'local',
      AWS_ENDPOINT_URL: options.awsEndpoint,
    };
    const functionLog = openFunctionLog(options.logDir, spec.shortName, options.log);
    const pool = createFunctionPool(spec, variables, functionLog);
    const invoke = (event: unknown) => {
      options.onInvocation?.({ spec, variables, event });
      return pool.invoke(event);
    };
    functions.set(spec.arn, { accessKeyId, role, pool: { ...pool, invoke } });
  }
  return functions;
}
