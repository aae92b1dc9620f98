import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { BootError } from '../boot-error.ts';
import {
  type Assembly,
  type AttributesOf,
  arnOf,
  parseProperties,
  physicalName,
  resourcesOfType,
} from '../template/assembly.ts';

const schema = z.object({
  SecretString: z.string().optional(),
  GenerateSecretString: z
    .object({
      PasswordLength: z.number().default(32),
      SecretStringTemplate: z.string().default('{}'),
      GenerateStringKey: z.string().optional(),
    })
    .optional(),
});

/** A secret's references: Ref is its ARN, which ends, as on AWS, in six characters of its own. */
export const secretAttributes: AttributesOf = (secret) => {
  const arn = arnOf(secret, 'secretsmanager', `secret:${physicalName(secret, 'Name')}-local0`);
  return { Ref: arn, Id: arn };
};

/**
 * The initial value of every AWS::SecretsManager::Secret, by ARN. `overrides` replaces the
 * template's: its keys are outputs that hold a secret's ARN, or the start of a logical id.
 */
export function initialSecrets(
  assembly: Assembly,
  overrides: Record<string, string>,
): Map<string, string> {
  const values = new Map<string, string>();
  const unused = new Set(Object.keys(overrides));
  for (const secret of resourcesOfType(assembly, 'AWS::SecretsManager::Secret')) {
    const { SecretString, GenerateSecretString: generate } = parseProperties(secret, schema);
    const arn = secretAttributes(secret)['Ref'] ?? '';
    const key = Object.keys(overrides).find(
      (name) => assembly.outputs[name] === arn || secret.logicalId.startsWith(name),
    );
    if (key) unused.delete(key);
    const password = randomBytes(64).toString('base64url').slice(0, generate?.PasswordLength);
    const generated = generate?.GenerateStringKey
      ? JSON.stringify({
          ...JSON.parse(generate.SecretStringTemplate),
          [generate.GenerateStringKey]: password,
        })
      : password;
    values.set(arn, (key && overrides[key]) ?? SecretString ?? generated);
  }
  if (unused.size > 0) {
    throw new BootError(`No secret of the template is called ${[...unused].join(', ')}`);
  }
  return values;
}
