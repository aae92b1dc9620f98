import { setTimeout as delay } from 'node:timers/promises';
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  jest,
} from '@jest/globals';
import { type AwsGateway, startAwsGateway } from '../../local/aws-gateway.ts';
import { createKms, keyArnOfCiphertext } from '../../local/engines/kms.ts';
import { createFaults } from '../../local/faults.ts';
import { AccessToken } from '../../shared/credentials/access-token.ts';
import { credentialsInDynamoDb } from '../../shared/credentials/credential.dynamodb.ts';
import { credentialKey, pinKey, signupKey } from '../../shared/credentials/credential-item.ts';
import { credentialStoreInDynamoDb } from '../../shared/credentials/credential-store.dynamodb.ts';
import { tokenCipherInKms } from '../../shared/credentials/token-cipher.kms.ts';
import { tableReader } from '../../shared/table/table-reader.dynamodb.ts';
import { type Engines, startEngines } from '../contract/engines.ts';
import { startCommand } from './run-command.ts';

jest.setTimeout(40_000);

const oldKey = 'arn:aws:kms:eu-west-1:000000000000:key/TokenKey';
const newKey = 'arn:aws:kms:eu-west-1:000000000000:key/NextTokenKey';
const at = '2026-11-22T10:00:00.000Z';

let engines: Engines;
let gateway: AwsGateway;
let calls = 0;
/** What happens before KMS performs a ReEncrypt, the first being number 1. */
let beforeCall: (call: number) => Promise<unknown> = async () => undefined;

beforeAll(async () => {
  engines = await startEngines();
  const kms = createKms([oldKey, newKey].map((arn) => ({ arn, aliases: [] })));
  gateway = await startAwsGateway({
    engines: {
      async kms(action, input) {
        if (action === 'ReEncrypt') await beforeCall(++calls);
        return kms(action, input);
      },
    },
    callerOf: () => undefined,
    faults: createFaults(),
    log: (line) => console.error(line),
  });
  Object.assign(process.env, { AWS_ENDPOINT_URL_KMS: gateway.url });
});
afterAll(() => Promise.all([engines.stop(), gateway.stop()]));

beforeEach(() => {
  calls = 0;
});
afterEach(() => {
  beforeCall = async () => undefined;
});

function credentialsUnder(keyArn: string) {
  const { dynamoDb: client, tableName } = engines;
  const cipher = tokenCipherInKms(keyArn);
  const table = { client, tableName, cipher, reader: tableReader(client, tableName) };
  return { store: credentialStoreInDynamoDb(table), credentials: credentialsInDynamoDb(table) };
}

let next = 0;
/** An organisation with two tokens, a signup and a PIN under the old key. */
async function organization(): Promise<string> {
  const organizationId = `north-${next++}`;
  const { store } = credentialsUnder(oldKey);
  for (const wabaId of ['1001', '1002']) {
    const token = new AccessToken(`EAA-${organizationId}-${wabaId}`);
    await store.store({ organizationId, wabaId, storedAt: at }, token);
  }
  const signup = { organizationId, signupId: 'signup', userId: 'agent', exchangedAt: at };
  await store.keepSignup(signup, new AccessToken(`EAA-${organizationId}-signup`));
  const pin = new AccessToken('104729');
  await store.keepPin({ organizationId, phoneNumberId: '2001' }, pin, { replace: true });
  return organizationId;
}

/** What opens with a key: the tokens, the signup's token, the PIN. */
async function opened(organizationId: string, keyArn: string): Promise<string[]> {
  const { store, credentials } = credentialsUnder(keyArn);
  const open = async (wabaId: string) => {
    const credential = await credentials.find(organizationId, wabaId);
    if (!credential) throw new Error('There is no such credential');
    return credentials.open(credential);
  };
  const [signup] = await store.pendingSignups(organizationId);
  if (!signup) throw new Error('There is no such signup');
  const pin = { organizationId, phoneNumberId: '2001' };
  const all = await Promise.all([
    ...[open('1001'), open('1002'), store.openSignup(signup)],
    store.keepPin(pin, new AccessToken('000000'), { replace: false }),
  ]);
  return all.map((secret) => secret.reveal());
}

const secretsOf = (organizationId: string) => [
  ...['1001', '1002', 'signup'].map((name) => `EAA-${organizationId}-${name}`),
  '104729',
];

async function item({ pk, sk }: { pk: string; sk: string }) {
  const Key = { pk: { S: pk }, sk: { S: sk } };
  const TableName = engines.tableName;
  return (await engines.dynamoDb.send(new GetItemCommand({ TableName, Key }))).Item;
}

/** By the key that each is under. */
async function keysOf(organizationId: string): Promise<(string | undefined)[]> {
  const keys = [
    ...['1001', '1002'].map((wabaId) => credentialKey(organizationId, wabaId)),
    ...[signupKey(organizationId, 'signup'), pinKey(organizationId, '2001')],
  ];
  const items = await Promise.all(keys.map(item));
  return items.map((found) => keyArnOfCiphertext(found?.['ciphertext']?.B ?? new Uint8Array()));
}

const start = (...options: string[]) =>
  startCommand('ops/reencrypt.ts', ['--table', engines.tableName, '--key', newKey, ...options]);
const reencrypt = (...options: string[]) => start(...options).ended;

describe('npm run reencrypt', () => {
  it('puts tokens, signups and PINs under the new key, and the old one opens them no more', async () => {
    const north = await organization();
    const { ciphertext: _before, ...before } = (await item(credentialKey(north, '1001'))) ?? {};
    const { code, out, err } = await reencrypt();
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toBe('4 re-encrypted, 0 under the key already, 0 changed meanwhile, 0 failed\n');
    expect(await opened(north, newKey)).toEqual(secretsOf(north));
    await expect(opened(north, oldKey)).rejects.toMatchObject({ name: 'IncorrectKeyException' });
    const { ciphertext: _after, ...after } = (await item(credentialKey(north, '1001'))) ?? {};
    expect(after).toEqual(before);
  });

  it('has nothing to do the second time', async () => {
    const north = await organization();
    await reencrypt('--organization', north);
    const once = await item(credentialKey(north, '1001'));
    const { code, out } = await reencrypt('--organization', north);
    expect(code).toBe(0);
    expect(out).toMatch(/^0 re-encrypted, 4 under the key already,/);
    expect(await item(credentialKey(north, '1001'))).toEqual(once);
  });

  it('leaves other organisations alone', async () => {
    const [north, south] = [await organization(), await organization()];
    const { out } = await reencrypt('--organization', north);
    expect(out).toMatch(/^4 re-encrypted/);
    expect(await keysOf(north)).toEqual([newKey, newKey, newKey, newKey]);
    expect(await keysOf(south)).toEqual([oldKey, oldKey, oldKey, oldKey]);
  });

  it('writes nothing in a dry run', async () => {
    const north = await organization();
    const { code, out } = await reencrypt('--organization', north, '--dry-run');
    expect({ code, out }).toEqual({
      code: 0,
      out: '4 to re-encrypt, 0 under the key already, 0 changed meanwhile, 0 failed\n',
    });
    expect(await opened(north, oldKey)).toEqual(secretsOf(north));
  });

  it('leaves what was stored meanwhile, and brings nothing back that was deleted', async () => {
    const north = await organization();
    const { store } = credentialsUnder(oldKey);
    const change = async () => {
      const storedAt = '2026-11-22T11:00:00.000Z';
      const token = new AccessToken('EAAnew');
      await store.store({ organizationId: north, wabaId: '1001', storedAt }, token);
      await store.remove(north, '1002');
    };
    let changing: Promise<void> | undefined;
    beforeCall = () => {
      changing ??= change();
      return changing;
    };
    const { code, out } = await reencrypt('--organization', north);
    expect(code).toBe(1);
    expect(out).toMatch(
      /^2 re-encrypted, 0 under the key already, 2 changed meanwhile, 0 failed\n/,
    );
    expect(await item(credentialKey(north, '1002'))).toBeUndefined();
    const again = await reencrypt('--organization', north);
    expect(again.code).toBe(0);
    expect(again.out).toMatch(/^1 re-encrypted, 2 under the key already, 0 changed/);
    const { credentials } = credentialsUnder(newKey);
    const credential = await credentials.find(north, '1001');
    expect((credential && (await credentials.open(credential)))?.reveal()).toBe('EAAnew');
  });

  it.each(['SIGINT', 'SIGKILL'] as const)('ends well after a %s in the middle', async (signal) => {
    const north = await organization();
    const stuck = Promise.withResolvers<undefined>();
    const { child, ended } = start('--organization', north);
    beforeCall = async (call) => {
      if (call === 4) {
        while ((await keysOf(north)).filter((key) => key === newKey).length < 3) await delay(10);
        child.kill(signal);
        await stuck.promise;
      }
    };
    const { code, err } = await ended;
    expect(code).toBe(signal === 'SIGINT' ? 130 : undefined);
    expect(err).toMatch(signal === 'SIGINT' ? /^Interrupted\. What is done is done/ : /^$/);
    stuck.resolve(undefined);
    beforeCall = async () => undefined;
    const again = await reencrypt('--organization', north);
    expect(again.code).toBe(0);
    expect(again.out).toMatch(/^1 re-encrypted, 3 under the key already, 0 changed/);
    expect(await opened(north, newKey)).toEqual(secretsOf(north));
  });

  it('names what KMS refuses, and does the rest', async () => {
    const [north, south] = [await organization(), await organization()];
    const foreign = await item(credentialKey(south, '1001'));
    const { pk, sk } = credentialKey(north, '1001');
    const put = (Item: Record<string, { S: string }>) =>
      engines.dynamoDb.send(
        new PutItemCommand({ TableName: engines.tableName, Item: { ...foreign, ...Item } }),
      );
    await put({ pk: { S: pk }, sk: { S: sk } });
    await put({ pk: { S: pk }, sk: { S: 'LATER#1' } });
    const { code, out } = await reencrypt('--organization', north);
    expect(code).toBe(1);
    expect(out.split('\n').sort()).toEqual([
      '',
      '3 re-encrypted, 0 under the key already, 0 changed meanwhile, 2 failed',
      `FAILED  ${north}  token 1001  InvalidCiphertextException`,
      `FAILED  ${north}  unknown LATER#1  this version does not know what it is`,
    ]);
  });

  it.each([
    [['--table', 'Contract'], /^--table needs a --key/],
    [['--table', 'Contract', '--key', 'alias/tokens'], /^--key must be the ARN/],
    [['--table', 'Missing', '--key', newKey], /^Stopped: ResourceNotFoundException/],
    [['--organization', 'a b'], /^--organization must be/],
  ])('ends with 2 for %j', async (options, message) => {
    const { code, out, err } = await startCommand('ops/reencrypt.ts', options).ended;
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(message);
  });
});
