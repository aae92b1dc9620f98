import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import * as z from 'zod';
import { canonicalJson } from '../../shared/json.ts';
import { AwsError } from '../aws-client.ts';
import type { EncryptionKey } from '../resources/key.ts';
import type { LocalService } from './secrets.ts';

const contextSchema = z.record(z.string(), z.string()).default({});
const bytesSchema = z.base64().transform((text) => Buffer.from(text, 'base64'));

const inputs = {
  Encrypt: z.object({
    KeyId: z.string(),
    Plaintext: bytesSchema.refine(({ length }) => length >= 1 && length <= 4096, '1 to 4096 bytes'),
    EncryptionContext: contextSchema,
  }),
  Decrypt: z.object({
    KeyId: z.string().optional(),
    CiphertextBlob: bytesSchema,
    EncryptionContext: contextSchema,
  }),
  GenerateDataKey: z.object({
    KeyId: z.string(),
    KeySpec: z.enum(['AES_128', 'AES_256']).optional(),
    NumberOfBytes: z.int().min(1).max(1024).optional(),
    EncryptionContext: contextSchema,
  }),
  ReEncrypt: z.object({
    CiphertextBlob: bytesSchema,
    SourceKeyId: z.string().optional(),
    SourceEncryptionContext: contextSchema,
    DestinationKeyId: z.string(),
    DestinationEncryptionContext: contextSchema,
  }),
  DescribeKey: z.object({ KeyId: z.string() }),
};

type Context = z.infer<typeof contextSchema>;

interface Key extends EncryptionKey {
  material: Buffer;
  /** In seconds. */
  createdAt: number;
}

const algorithm = 'aes-256-gcm';
const ivBytes = 12;
const tagBytes = 16;

/** `<length of the ARN, one byte><ARN><iv><tag><encrypted>` */
function encrypt({ arn, material }: Key, plaintext: Uint8Array, context: Context): string {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv(algorithm, material, iv).setAAD(additionalData(context));
  const encrypted = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  const name = Buffer.from(arn);
  return Buffer.concat([
    Buffer.from([name.length]),
    name,
    iv,
    cipher.getAuthTag(),
    encrypted,
  ]).toString('base64');
}

function decrypt({ arn, material }: Key, blob: Buffer, context: Context): Buffer {
  const start = 1 + Buffer.byteLength(arn);
  const iv = blob.subarray(start, start + ivBytes);
  const tag = blob.subarray(start + ivBytes, start + ivBytes + tagBytes);
  try {
    const decipher = createDecipheriv(algorithm, material, iv, { authTagLength: tagBytes })
      .setAAD(additionalData(context))
      .setAuthTag(tag);
    return Buffer.concat([
      decipher.update(blob.subarray(start + ivBytes + tagBytes)),
      decipher.final(),
    ]);
  } catch {
    throw invalidCiphertext();
  }
}

/** The order of a context's pairs does not matter. */
function additionalData(context: Context): Buffer {
  return Buffer.from(canonicalJson(context));
}

function invalidCiphertext(): AwsError {
  return new AwsError(
    'InvalidCiphertextException',
    'The ciphertext is damaged, or was encrypted under another encryption context or a key that is not here',
  );
}

/** The ARN of the key that a ciphertext of this engine names. */
export function keyArnOfCiphertext(blob: Uint8Array): string | undefined {
  const arn = Buffer.from(blob.subarray(1, 1 + (blob[0] ?? 0))).toString();
  return arn.startsWith('arn:') ? arn : undefined;
}

/**
 * KMS with Encrypt, Decrypt, GenerateDataKey, ReEncrypt and DescribeKey. Every start makes new keys.
 * Source: AWS KMS API Reference.
 */
export function createKms(encryptionKeys: EncryptionKey[]): LocalService {
  const keys: Key[] = encryptionKeys.map((key) => ({
    ...key,
    material: randomBytes(32),
    createdAt: Date.now() / 1000,
  }));

  /** By id, ARN, alias or the alias's ARN. */
  function keyOf(keyId: string): Key {
    const key = keys.find(({ arn, aliases }) => {
      const [scope, id] = arn.split('key/');
      return [arn, id, ...aliases, ...aliases.map((alias) => scope + alias)].includes(keyId);
    });
    if (!key) throw new AwsError('NotFoundException', `Key '${keyId}' does not exist`);
    return key;
  }

  function open(blob: Buffer, context: Context, keyId: string | undefined) {
    const named = keyArnOfCiphertext(blob);
    const key = keys.find(({ arn }) => arn === named);
    const expected = keyId === undefined ? key : keyOf(keyId);
    if (!key) throw invalidCiphertext();
    if (key !== expected) {
      throw new AwsError('IncorrectKeyException', 'The ciphertext was encrypted by another key');
    }
    return { key, plaintext: decrypt(key, blob, context) };
  }

  const actions: Record<string, (input: unknown) => object> = {
    Encrypt(input) {
      const { KeyId, Plaintext, EncryptionContext } = inputs.Encrypt.parse(input);
      const key = keyOf(KeyId);
      const CiphertextBlob = encrypt(key, Plaintext, EncryptionContext);
      return { CiphertextBlob, KeyId: key.arn, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
    },
    Decrypt(input) {
      const { KeyId, CiphertextBlob, EncryptionContext } = inputs.Decrypt.parse(input);
      const { key, plaintext } = open(CiphertextBlob, EncryptionContext, KeyId);
      return {
        Plaintext: plaintext.toString('base64'),
        KeyId: key.arn,
        EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      };
    },
    GenerateDataKey(input) {
      const { KeyId, KeySpec, NumberOfBytes, EncryptionContext } =
        inputs.GenerateDataKey.parse(input);
      const key = keyOf(KeyId);
      const plaintext = randomBytes(NumberOfBytes ?? (KeySpec === 'AES_128' ? 16 : 32));
      return {
        Plaintext: plaintext.toString('base64'),
        CiphertextBlob: encrypt(key, plaintext, EncryptionContext),
        KeyId: key.arn,
      };
    },
    ReEncrypt(input) {
      const request = inputs.ReEncrypt.parse(input);
      const { CiphertextBlob, SourceKeyId, SourceEncryptionContext } = request;
      const source = open(CiphertextBlob, SourceEncryptionContext, SourceKeyId);
      const key = keyOf(request.DestinationKeyId);
      return {
        CiphertextBlob: encrypt(key, source.plaintext, request.DestinationEncryptionContext),
        SourceKeyId: source.key.arn,
        KeyId: key.arn,
        SourceEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
        DestinationEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      };
    },
    DescribeKey(input) {
      const { arn, createdAt } = keyOf(inputs.DescribeKey.parse(input).KeyId);
      return {
        KeyMetadata: {
          Arn: arn,
          KeyId: arn.split('/').at(-1),
          AWSAccountId: arn.split(':')[4],
          CreationDate: createdAt,
          Enabled: true,
          KeyState: 'Enabled',
          KeyUsage: 'ENCRYPT_DECRYPT',
          KeySpec: 'SYMMETRIC_DEFAULT',
          KeyManager: 'CUSTOMER',
          Origin: 'AWS_KMS',
        },
      };
    },
  };

  return (action, json) => {
    const perform = actions[action];
    if (!perform) throw new AwsError('UnknownOperationException', `There is no ${action} here`);
    try {
      return perform(JSON.parse(json));
    } catch (error) {
      if (!(error instanceof z.ZodError)) throw error;
      throw new AwsError('ValidationException', z.prettifyError(error));
    }
  };
}
