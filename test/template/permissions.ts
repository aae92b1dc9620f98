import * as z from 'zod';
import { type DeployedFunction, named, ofType, parsed, type Resource } from './template.ts';

const oneOrMore = z.union([z.string().transform((text) => [text]), z.array(z.string())]);

/** Strict: an Effect, a NotAction or a NotResource that nobody thought of here fails. */
const documentSchema = z.object({
  Statement: z.array(
    z.strictObject({
      Sid: z.string().optional(),
      Effect: z.literal('Allow'),
      Action: oneOrMore,
      Resource: oneOrMore,
      Condition: z.record(z.string(), z.unknown()).optional(),
    }),
  ),
});

const policySchema = z.object({
  PolicyDocument: documentSchema,
  Roles: z.array(z.string()),
  Users: z.never().optional(),
  Groups: z.never().optional(),
});

const roleSchema = z.object({
  ManagedPolicyArns: z.never().optional(),
  Policies: z.array(z.object({ PolicyDocument: documentSchema })).default([]),
});

/** What a role lets its function do: one action on one resource. */
export interface Permission {
  action: string;
  /** A resource's name, or what is below it: `RawBucket/oversize/*`. */
  resource: string;
  condition: Record<string, unknown> | undefined;
}

/** Everything that a role, mostly a function's, allows, wherever it is said. */
export function permissionsOf(
  { roleName }: Pick<DeployedFunction, 'roleName'>,
  resources: readonly Resource[],
): Permission[] {
  const inline = parsed(named(resources, roleName), roleSchema).Policies;
  const attached = ofType(resources, 'AWS::IAM::Policy')
    .map((resource) => parsed(resource, policySchema))
    .filter(({ Roles }) => Roles.includes(roleName));
  return [...inline, ...attached].flatMap(({ PolicyDocument }) =>
    PolicyDocument.Statement.flatMap(({ Action, Resource, Condition }) =>
      Action.flatMap((action) =>
        Resource.map((resource) => ({
          action,
          resource: resource.replace(/\.Arn\b/, ''),
          condition: Condition,
        })),
      ),
    ),
  );
}
