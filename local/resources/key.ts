import * as z from 'zod';
import {
  type Assembly,
  type AttributesOf,
  arnOf,
  parseProperties,
  resourcesOfType,
} from '../template/assembly.ts';

const aliasSchema = z.object({ AliasName: z.string(), TargetKeyId: z.string() });

/** A key of the template. */
export interface EncryptionKey {
  arn: string;
  /** Each with `alias/` in front. */
  aliases: string[];
}

/** A key's references: Ref is its id. */
export const keyAttributes: AttributesOf = (key) => {
  const id = key.logicalId;
  return { Ref: id, KeyId: id, Arn: arnOf(key, 'kms', `key/${id}`) };
};

/** An alias's references: Ref is its name. */
export const aliasAttributes: AttributesOf = (alias) => ({
  Ref: String(alias.property('AliasName')),
});

/** Reads the AWS::KMS::Key resources, each with its aliases. */
export function readKeys(assembly: Assembly): EncryptionKey[] {
  const aliases = resourcesOfType(assembly, 'AWS::KMS::Alias').map((alias) =>
    parseProperties(alias, aliasSchema),
  );
  return resourcesOfType(assembly, 'AWS::KMS::Key').map((key) => {
    const { Ref: id = '', Arn: arn = '' } = keyAttributes(key);
    return {
      arn,
      aliases: aliases
        .filter(({ TargetKeyId }) => [id, arn].includes(TargetKeyId))
        .map(({ AliasName }) => AliasName),
    };
  });
}
