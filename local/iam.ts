import * as z from 'zod';
import { BootError } from './boot-error.ts';
import {
  type Assembly,
  type AttributesOf,
  arnOf,
  parseProperties,
  physicalName,
  resourcesOfType,
} from './template/assembly.ts';

const texts = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());

const documentSchema = z.object({
  Statement: z.array(
    z.object({
      Effect: z.enum(['Allow', 'Deny']),
      Action: texts.optional(),
      NotAction: texts.optional(),
      Resource: texts.optional(),
      NotResource: texts.optional(),
      Condition: z
        .record(
          z.string(),
          z.record(z.string(), z.union([texts, z.coerce.string().transform((text) => [text])])),
        )
        .default({}),
    }),
  ),
});

/** A policy document as IAM takes it, its references resolved. */
export type PolicyDocument = z.infer<typeof documentSchema>;

const policySchema = z.object({
  PolicyDocument: documentSchema,
  Roles: z.array(z.string()).default([]),
});
const roleSchema = z.object({ Policies: z.array(policySchema).default([]) });

/** What one call asks IAM for. */
export interface Permission {
  /** `<service prefix>:<action>` */
  action: string;
  /** An ARN, or `*` for an action that has no resource. */
  resource: string;
  /** Condition keys of the request with their values. */
  context?: Record<string, string[]>;
}

/** Decides whether a permission is granted. */
export type Policy = (permission: Permission) => boolean;

/** A role of the template with everything that its own policies say. */
export interface Role {
  name: string;
  allows: Policy;
}

/** A role's references. */
export const roleAttributes: AttributesOf = (role) => {
  const name = physicalName(role, 'RoleName');
  return {
    Ref: name,
    Arn: arnOf(role, 'iam', `role/${name}`).replace(/:iam:[^:]*:/, ':iam::'),
    RoleId: name,
  };
};

/** Tells whether a text matches one of the patterns: `*` is any text, `?` any one character. */
function anyOf(patterns: string[], flags = ''): (text: string) => boolean {
  const sources = patterns.map((pattern) =>
    pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.'),
  );
  const expression = new RegExp(`^(?:${sources.join('|')})$`, `s${flags}`);
  return (text) => expression.test(text);
}

type Comparison = (expected: string[]) => (value: string) => boolean;

const equals: Comparison = (expected) => (value) => expected.includes(value);

const not =
  (compare: Comparison): Comparison =>
  (expected) => {
    const matches = compare(expected);
    return (value) => !matches(value);
  };

const operators: Record<string, Comparison> = {
  ArnEquals: (expected) => anyOf(expected),
  ArnLike: (expected) => anyOf(expected),
  Bool: (expected) => (value) => expected.includes(value.toLowerCase()),
  StringEquals: equals,
  StringLike: (expected) => anyOf(expected),
  StringNotEquals: not(equals),
  StringNotLike: not((expected) => anyOf(expected)),
};

type Values = string[] | undefined;

/** Source: IAM User Guide, IAM JSON policy elements: Condition operators; Multivalued context keys. */
function compileCondition(name: string, expected: string[]): (values: Values) => boolean {
  if (name === 'Null') return (values) => (values === undefined) === expected.includes('true');
  const [, set, operator = '', ifExists] =
    name.match(/^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/) ?? [];
  const compare = operators[operator];
  if (!compare) throw new BootError(`The local run does not know IAM's operator ${name}`);
  const matches = compare(expected);
  if (set === 'ForAllValues') return (values = []) => values.every(matches);
  if (set === 'ForAnyValue') return (values = []) => values.some(matches);
  const whenMissing = ifExists !== undefined || operator.includes('Not');
  return (values) => (values === undefined ? whenMissing : values.some(matches));
}

/**
 * Compiles policy documents into one decision: a matching Deny wins, else a matching Allow is needed.
 * Throws a `BootError` for a condition operator that it does not know.
 * Source: IAM User Guide, Policy evaluation logic.
 */
export function compilePolicy(documents: PolicyDocument[]): Policy {
  const statements = documents
    .flatMap(({ Statement }) => Statement)
    .map((statement) => {
      const action = anyOf(statement.Action ?? statement.NotAction ?? [], 'i');
      const resource = anyOf(statement.Resource ?? statement.NotResource ?? []);
      const conditions = Object.entries(statement.Condition).flatMap(([operator, keys]) =>
        Object.entries(keys).map(([key, expected]) => ({
          key: key.toLowerCase(),
          holds: compileCondition(operator, expected),
        })),
      );
      const matches = (permission: Permission, context: Map<string, string[]>): boolean =>
        action(permission.action) === (statement.Action !== undefined) &&
        resource(permission.resource) === (statement.Resource !== undefined) &&
        conditions.every(({ key, holds }) => holds(context.get(key)));
      return { effect: statement.Effect, matches };
    });
  return (permission) => {
    const context = new Map(
      Object.entries(permission.context ?? {}).map(([key, values]) => [key.toLowerCase(), values]),
    );
    const effects = statements
      .filter(({ matches }) => matches(permission, context))
      .map(({ effect }) => effect);
    return effects.includes('Allow') && !effects.includes('Deny');
  };
}

/** Reads the roles of the template by ARN, each with its inline and its attached policies. */
export function readRoles(assembly: Assembly): Map<string, Role> {
  const attached = resourcesOfType(assembly, 'AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy').map(
    (policy) => parseProperties(policy, policySchema),
  );
  return new Map(
    resourcesOfType(assembly, 'AWS::IAM::Role').map((resource) => {
      const { Ref: name = '', Arn: arn = '' } = roleAttributes(resource);
      const { Policies } = parseProperties(resource, roleSchema);
      const own = [...Policies, ...attached.filter(({ Roles }) => Roles.includes(name))];
      return [
        arn,
        { name, allows: compilePolicy(own.map(({ PolicyDocument: document }) => document)) },
      ];
    }),
  );
}
