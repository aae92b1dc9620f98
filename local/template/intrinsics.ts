import { BootError } from '../boot-error.ts';

/** The account that every local ARN names; the engines use the same one. */
export const accountId = '000000000000';

/** What the intrinsic functions of one stack's template can refer to. */
export interface Scope {
  stack: string;
  region: string;
  conditions: Record<string, unknown>;
  parameters: Record<string, { Default?: unknown }>;
  /** Ref (as `Ref`) and Fn::GetAtt of a resource of the stack; undefined where there is none. */
  attributes(logicalId: string): Record<string, string> | undefined;
  /** The value that some stack exports under a name; undefined where none does. */
  imported(name: unknown): unknown;
  /** Last word on every text that an intrinsic function produced. */
  rewrite(text: string): string;
}

/** Tells a JSON object from the other JSON values. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Resolves every intrinsic function in a template's value; `at` is the value's place, for messages.
 * `AWS::NoValue` becomes undefined, and what holds it loses it. Throws a `BootError` that names the
 * stack and the place for what cannot be resolved.
 * Source: CloudFormation User Guide, Intrinsic function reference; Pseudo parameters reference.
 */
export function resolve(value: unknown, at: string, scope: Scope): unknown {
  if (Array.isArray(value)) {
    return value
      .map((item, index) => resolve(item, `${at}[${index}]`, scope))
      .filter((item) => item !== undefined);
  }
  if (!isRecord(value)) return value;
  const entries = Object.entries(value);
  const [first] = entries;
  if (first && entries.length === 1 && /^(Ref|Condition|Fn::\w+)$/.test(first[0])) {
    const result = call(first[0], first[1], at, scope);
    return typeof result === 'string' ? scope.rewrite(result) : result;
  }
  return Object.fromEntries(
    entries
      .map(([key, item]) => [key, resolve(item, `${at}.${key}`, scope)] as const)
      .filter(([, item]) => item !== undefined),
  );
}

function call(name: string, argument: unknown, at: string, scope: Scope): unknown {
  const items = Array.isArray(argument) ? argument : [];
  const item = (index: number): unknown => resolve(items[index], at, scope);
  switch (name) {
    case 'Ref':
      return ref(String(argument), at, scope);
    case 'Fn::GetAtt':
      return reference(items.length > 0 ? items.join('.') : String(argument), at, scope);
    case 'Fn::Join':
      return list(item(1), at, scope).join(String(items[0]));
    case 'Fn::Split':
      return String(item(1)).split(String(items[0]));
    case 'Fn::Select':
      return list(item(1), at, scope)[Number(item(0))] ?? fail(at, scope, 'no such item');
    case 'Fn::Sub':
      return substitute(items.length > 0 ? items : [argument], at, scope);
    case 'Fn::ImportValue': {
      const exported = resolve(argument, at, scope);
      return scope.imported(exported) ?? fail(at, scope, `no stack exports ${exported}`);
    }
    case 'Fn::If':
      return condition(items[0], at, scope) ? item(1) : item(2);
    case 'Condition':
      return condition(argument, at, scope);
    case 'Fn::Equals':
      return item(0) === item(1);
    case 'Fn::Not':
      return item(0) !== true;
    case 'Fn::And':
      return items.every((_, index) => item(index) === true);
    case 'Fn::Or':
      return items.some((_, index) => item(index) === true);
    default:
      return fail(at, scope, `the local run does not know ${name}`);
  }
}

/** Tells whether a named condition of the stack holds. */
export function condition(name: unknown, at: string, scope: Scope): boolean {
  const definition = scope.conditions[String(name)];
  if (definition === undefined) fail(at, scope, `there is no condition ${name}`);
  return resolve(definition, `Conditions.${name}`, scope) === true;
}

function substitute([text, variables]: unknown[], at: string, scope: Scope): string {
  const own = isRecord(variables) ? variables : {};
  return String(text).replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, key: string) => {
    if (literal) return `\${${key}}`;
    return String(key in own ? resolve(own[key], at, scope) : reference(key, at, scope));
  });
}

/** `Name` or `LogicalId.Attribute`. */
function reference(text: string, at: string, scope: Scope): unknown {
  const dot = text.indexOf('.');
  return dot < 0
    ? ref(text, at, scope)
    : attribute(text.slice(0, dot), text.slice(dot + 1), at, scope);
}

function ref(name: string, at: string, scope: Scope): unknown {
  const pseudo: Record<string, unknown> = {
    'AWS::AccountId': accountId,
    'AWS::NoValue': undefined,
    'AWS::Partition': 'aws',
    'AWS::Region': scope.region,
    'AWS::StackName': scope.stack,
    'AWS::URLSuffix': 'amazonaws.com',
  };
  if (name in pseudo) return pseudo[name];
  const parameter = scope.parameters[name];
  return parameter ? parameter.Default : attribute(name, 'Ref', at, scope);
}

function attribute(logicalId: string, name: string, at: string, scope: Scope): string {
  const known = scope.attributes(logicalId) ?? fail(at, scope, `there is no ${logicalId}`);
  return known[name] ?? fail(at, scope, `the local run does not know ${logicalId}'s ${name}`);
}

function list(value: unknown, at: string, scope: Scope): unknown[] {
  return Array.isArray(value) ? value : fail(at, scope, 'a list is expected');
}

function fail(at: string, scope: Scope, why: string): never {
  throw new BootError(`${scope.stack}: ${at} cannot be resolved: ${why}`);
}
