import {
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  KMSClient,
  ReEncryptCommand,
} from '@aws-sdk/client-kms';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type LocalStack, startStack } from '../../local/stack.ts';
import { allow, lambda, removeAssemblies, writeAssembly } from './tiny-assembly.ts';

/** Calls KMS as the request says. */
const caller = `
const kms = require('@aws-sdk/client-kms');
const client = new kms.KMSClient({});
export const handler = async (event) => {
  const { command, input } = JSON.parse(event.body);
  if (input.CiphertextBlob) input.CiphertextBlob = Buffer.from(input.CiphertextBlob, 'base64');
  if (input.Plaintext) input.Plaintext = Buffer.from(input.Plaintext);
  try {
    const { CiphertextBlob, Plaintext } = await client.send(new kms[command + 'Command'](input));
    return {
      ciphertext: CiphertextBlob && Buffer.from(CiphertextBlob).toString('base64'),
      plaintext: Plaintext && Buffer.from(Plaintext).toString(),
    };
  } catch (error) {
    return { name: error.name, message: error.message };
  }
};`;

const tokenKey = { 'Fn::GetAtt': ['TokenKey', 'Arn'] };

const template = {
  Resources: {
    TokenKey: { Type: 'AWS::KMS::Key' },
    OtherKey: { Type: 'AWS::KMS::Key' },
    TokenAlias: {
      Type: 'AWS::KMS::Alias',
      Properties: { AliasName: 'alias/tokens', TargetKeyId: tokenKey },
    },
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'HTTP' } },
    Integration: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: { 'Fn::GetAtt': ['Caller', 'Arn'] },
        PayloadFormatVersion: '2.0',
      },
    },
    Route: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ApiId: { Ref: 'Api' },
        RouteKey: 'POST /call',
        Target: { 'Fn::Join': ['/', ['integrations', { Ref: 'Integration' }]] },
      },
    },
    ...lambda(
      'Caller',
      [
        {
          ...allow('kms:Decrypt', 'TokenKey'),
          Condition: {
            StringEquals: { 'kms:EncryptionContext:purpose': 'waba-token' },
            Null: { 'kms:EncryptionContext:organizationId': 'false' },
          },
        },
        allow(['kms:Encrypt', 'kms:ReEncryptFrom'], 'OtherKey'),
      ],
      { Timeout: 10 },
    ),
  },
  Outputs: { TokenKeyArn: { Value: tokenKey } },
};

const scope = 'arn:aws:kms:eu-west-1:000000000000:';
const tokenArn = `${scope}key/TokenKey`;
const otherArn = `${scope}key/OtherKey`;
const context = { purpose: 'waba-token', organizationId: 'north', wabaId: '1001' };
const Plaintext = Buffer.from('EAA مرحبا');

let stack: LocalStack;
let kms: KMSClient;

beforeAll(async () => {
  stack = await startStack({
    assemblyDir: writeAssembly(template, { Caller: caller }),
    log: () => {},
  });
  kms = new KMSClient({
    endpoint: stack.awsEndpoint,
    region: stack.region,
    credentials: { accessKeyId: 'operator', secretAccessKey: 'operator' },
    maxAttempts: 1,
  });
});
afterAll(async () => {
  kms.destroy();
  await stack?.stop();
  removeAssemblies();
});

async function encrypted(KeyId = tokenArn, EncryptionContext: Record<string, string> = context) {
  const { CiphertextBlob } = await kms.send(
    new EncryptCommand({ KeyId, Plaintext, EncryptionContext }),
  );
  return CiphertextBlob ?? new Uint8Array();
}

describe('the keys of a template', () => {
  it.each([tokenArn, 'TokenKey', 'alias/tokens', `${scope}alias/tokens`])(
    'encrypt and decrypt under the name %s',
    async (KeyId) => {
      const CiphertextBlob = await encrypted(KeyId);
      expect(Buffer.from(CiphertextBlob).includes(Plaintext)).toBe(false);
      expect(await encrypted(KeyId)).not.toEqual(CiphertextBlob);
      const EncryptionContext = { wabaId: '1001', organizationId: 'north', purpose: 'waba-token' };
      for (const named of [{ KeyId }, {}]) {
        const command = new DecryptCommand({ CiphertextBlob, EncryptionContext, ...named });
        const answer = await kms.send(command);
        expect(answer).toMatchObject({ KeyId: tokenArn, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' });
        expect(Buffer.from(answer.Plaintext ?? [])).toEqual(Plaintext);
      }
    },
  );

  it('have the ARN that the template gives out', async () => {
    expect(stack.outputs['TokenKeyArn']).toBe(tokenArn);
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: 'alias/tokens' }));
    expect(KeyMetadata).toMatchObject({
      ...{ Arn: tokenArn, KeyId: 'TokenKey', KeyState: 'Enabled', KeyUsage: 'ENCRYPT_DECRYPT' },
      CreationDate: expect.any(Date),
    });
  });

  it('give data keys', async () => {
    const request = { KeyId: tokenArn, EncryptionContext: context };
    for (const [asked, bytes] of [
      [{ KeySpec: 'AES_256' }, 32],
      [{ KeySpec: 'AES_128' }, 16],
      [{ NumberOfBytes: 64 }, 64],
    ] as const) {
      const dataKey = await kms.send(new GenerateDataKeyCommand({ ...request, ...asked }));
      expect(dataKey.Plaintext).toHaveLength(bytes);
      const { CiphertextBlob } = dataKey;
      const opened = await kms.send(
        new DecryptCommand({ CiphertextBlob, EncryptionContext: context }),
      );
      expect(opened.Plaintext).toEqual(dataKey.Plaintext);
    }
  });

  it('take over from each other', async () => {
    const moved = await kms.send(
      new ReEncryptCommand({
        CiphertextBlob: await encrypted(),
        SourceEncryptionContext: context,
        DestinationKeyId: otherArn,
        DestinationEncryptionContext: { purpose: 'moved' },
      }),
    );
    expect(moved).toMatchObject({ SourceKeyId: tokenArn, KeyId: otherArn });
    const { CiphertextBlob } = moved;
    const opened = await kms.send(
      new DecryptCommand({ CiphertextBlob, EncryptionContext: { purpose: 'moved' } }),
    );
    expect(Buffer.from(opened.Plaintext ?? [])).toEqual(Plaintext);
  });
});

describe('a key refuses', () => {
  const damaged = (blob: Uint8Array, index: number) => blob.with(index, (blob.at(index) ?? 0) ^ 1);

  it.each<[string, string, object]>([
    ['another context', 'InvalidCiphertextException', { EncryptionContext: { purpose: 'x' } }],
    ['no context', 'InvalidCiphertextException', { EncryptionContext: undefined }],
    ['another key', 'IncorrectKeyException', { KeyId: otherArn }],
    ['a key that is not there', 'NotFoundException', { KeyId: 'alias/missing' }],
    ['noise', 'InvalidCiphertextException', { CiphertextBlob: Buffer.from('noise') }],
  ])('%s: %s', async (_what, name, change) => {
    const input = { CiphertextBlob: await encrypted(), EncryptionContext: context, ...change };
    await expect(kms.send(new DecryptCommand(input))).rejects.toMatchObject({ name });
  });

  it('a ciphertext with any bit changed', async () => {
    const blob = Buffer.from(await encrypted());
    for (let index = 0; index < blob.length; index++) {
      const CiphertextBlob = Uint8Array.from(damaged(Uint8Array.from(blob), index));
      const command = new DecryptCommand({ CiphertextBlob, EncryptionContext: context });
      await expect(kms.send(command)).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
    }
  });

  it.each<[string, object, string]>([
    ['to encrypt nothing', { Plaintext: new Uint8Array() }, 'ValidationException'],
    ['to encrypt too much', { Plaintext: new Uint8Array(4097) }, 'ValidationException'],
    ['to encrypt under a name of nobody', { KeyId: 'Nobody' }, 'NotFoundException'],
  ])('%s', async (_what, change, name) => {
    const command = new EncryptCommand({ KeyId: tokenArn, Plaintext, ...change });
    await expect(kms.send(command)).rejects.toMatchObject({ name });
  });

  it('what it does not know', async () => {
    await expect(stack.awsCall('kms', 'ScheduleKeyDeletion', {})).rejects.toMatchObject({
      code: 'UnknownOperationException',
    });
  });
});

describe('a function', () => {
  const call = async (command: string, input: object): Promise<unknown> => {
    const answer = await fetch(`${stack.url}/call`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ command, input }),
    });
    return answer.json();
  };
  const blob = async (...of: Parameters<typeof encrypted>) =>
    Buffer.from(await encrypted(...of)).toString('base64');
  const denied = (what: string) => ({
    name: 'AccessDeniedException',
    message: expect.stringContaining(what),
  });

  it('decrypts under the context that its role names', async () => {
    const CiphertextBlob = await blob();
    for (const named of [{}, { KeyId: tokenArn }]) {
      const input = { CiphertextBlob, EncryptionContext: context, ...named };
      expect(await call('Decrypt', input)).toEqual({ plaintext: Plaintext.toString() });
    }
  });

  it.each<[string, Record<string, string>]>([
    ['another purpose', { ...context, purpose: 'other' }],
    ['no organisation', { purpose: 'waba-token' }],
    ['no context', {}],
  ])('does not decrypt under %s', async (_what, EncryptionContext) => {
    const CiphertextBlob = await blob(tokenArn, EncryptionContext);
    expect(await call('Decrypt', { CiphertextBlob, EncryptionContext })).toMatchObject(
      denied(`kms:Decrypt on ${tokenArn}`),
    );
  });

  it('is judged by the key that a ciphertext names, not by the one that it says itself', async () => {
    const input = { CiphertextBlob: await blob(otherArn), EncryptionContext: context };
    for (const named of [{}, { KeyId: tokenArn }]) {
      expect(await call('Decrypt', { ...input, ...named })).toMatchObject(
        denied(`kms:Decrypt on ${otherArn}`),
      );
    }
  });

  it('encrypts with the keys that its role names', async () => {
    const input = { Plaintext: 'EAA' };
    expect(await call('Encrypt', { ...input, KeyId: otherArn })).toMatchObject({
      ciphertext: expect.any(String),
    });
    expect(await call('Encrypt', { ...input, KeyId: 'OtherKey' })).toMatchObject({
      ciphertext: expect.any(String),
    });
    expect(await call('Encrypt', { ...input, KeyId: tokenArn })).toMatchObject(
      denied(`kms:Encrypt on ${tokenArn}`),
    );
  });

  it('re-encrypts where it may from the one key and to the other', async () => {
    const CiphertextBlob = await blob(otherArn, {});
    expect(await call('ReEncrypt', { CiphertextBlob, DestinationKeyId: tokenArn })).toMatchObject(
      denied(`kms:ReEncryptTo on ${tokenArn}`),
    );
  });
});
