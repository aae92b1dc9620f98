import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AwsGateway, startAwsGateway } from '../../local/aws-gateway.ts';
import { createKms } from '../../local/engines/kms.ts';
import { createFaults } from '../../local/faults.ts';
import { AccessToken } from '../../shared/credentials/access-token.ts';
import { credentialsInDynamoDb } from '../../shared/credentials/credential.dynamodb.ts';
import type { Credential, Credentials } from '../../shared/credentials/credential.port.ts';
import { credentialKey, tokenContext } from '../../shared/credentials/credential-item.ts';
import { tokenCipherInKms } from '../../shared/credentials/token-cipher.kms.ts';
import { tableReader } from '../../shared/table/table-reader.dynamodb.ts';
import { MemoryCredentials } from '../fakes/memory-credentials.ts';
import { type Engines, startEngines } from './engines.ts';

const keyArn = 'arn:aws:kms:eu-west-1:000000000000:key/TokenKey';
const at = '2026-11-22T10:00:00.000Z';

interface Opened {
  credentials: Credentials;
  connect(organizationId: string, wabaId: string, token: string): Promise<void>;
}

let engines: Engines;
let gateway: AwsGateway;
const faults = createFaults();

beforeAll(async () => {
  engines = await startEngines();
  gateway = await startAwsGateway({
    engines: { kms: createKms([{ arn: keyArn, aliases: [] }]) },
    callerOf: () => undefined,
    faults,
    log: (line) => console.error(line),
  });
  Object.assign(process.env, { AWS_ENDPOINT_URL_KMS: gateway.url });
});
afterAll(() => Promise.all([engines.stop(), gateway.stop()]));

function inMemory(): Opened {
  const credentials = new MemoryCredentials();
  return { credentials, connect: async (...credential) => credentials.connect(...credential) };
}

function inDynamoDb(now?: () => number): Opened {
  const { dynamoDb: client, tableName } = engines;
  const cipher = tokenCipherInKms(keyArn);
  return {
    credentials: credentialsInDynamoDb({
      ...{ client, tableName, cipher, reader: tableReader(client, tableName) },
      ...(now ? { now } : {}),
    }),
    async connect(organizationId, wabaId, token) {
      const context = tokenContext(organizationId, wabaId);
      const { pk, sk } = credentialKey(organizationId, wabaId);
      const Item = {
        pk: { S: pk },
        sk: { S: sk },
        state: { S: 'VALID' },
        ciphertext: { B: await cipher.encrypt(new AccessToken(token), context) },
        organizationId: { S: organizationId },
        wabaId: { S: wabaId },
        connectedAt: { S: at },
      };
      await client.send(new PutItemCommand({ TableName: tableName, Item }));
    },
  };
}

let next = 0;
const organization = () => `north-${next++}`;

async function found(credentials: Credentials, organizationId: string): Promise<Credential> {
  const credential = await credentials.find(organizationId, '1001');
  if (!credential) throw new Error('There is no such credential');
  return credential;
}

const decryptions = () => gateway.counts().find(({ action }) => action === 'Decrypt')?.count ?? 0;

describe.each([
  ['in memory', () => inMemory()],
  ['in DynamoDB and KMS', () => inDynamoDb()],
])('the credentials %s', (_where, open) => {
  it('are found under their organisation and WABA alone', async () => {
    const { credentials, connect } = open();
    const [north, south] = [organization(), organization()];
    await connect(north, '1001', 'EAA1');
    expect(await credentials.find(north, '1001')).toEqual({
      organizationId: north,
      wabaId: '1001',
      state: 'VALID',
      ciphertext: expect.any(Uint8Array),
    });
    expect(await credentials.find(south, '1001')).toBeUndefined();
    expect(await credentials.find(north, '100')).toBeUndefined();
  });

  it('hold no token that can be read', async () => {
    const { credentials, connect } = open();
    const north = organization();
    await connect(north, '1001', 'EAA1');
    const token = await credentials.open(await found(credentials, north));
    expect(token.reveal()).toBe('EAA1');
    expect(JSON.stringify({ token })).not.toContain('EAA1');
  });

  it('open for nobody else', async () => {
    const { credentials, connect } = open();
    const [north, south] = [organization(), organization()];
    await connect(north, '1001', 'EAA1');
    const credential = await found(credentials, north);
    await credentials.open(credential);
    await expect(credentials.open({ ...credential, organizationId: south })).rejects.toThrow();
    await expect(credentials.open({ ...credential, wabaId: '1002' })).rejects.toThrow();
  });

  it('are listed by WABA, those that are invalid too', async () => {
    const { credentials, connect } = open();
    const [north, south] = [organization(), organization()];
    await connect(north, '1001', 'EAA1');
    await connect(north, '1002', 'EAA2');
    await connect(south, '1003', 'EAA3');
    await credentials.invalidate(await found(credentials, north), 'token-expired', at);
    expect((await credentials.wabasOf(north)).sort()).toEqual(['1001', '1002']);
    expect(await credentials.wabasOf(organization())).toEqual([]);
  });

  it('become invalid once, however many find it out', async () => {
    const { credentials, connect } = open();
    const north = organization();
    await connect(north, '1001', 'EAA1');
    const credential = await found(credentials, north);
    const writes = await Promise.all(
      ['token-expired', 'app-removed', 'token-invalid'].map((reason) =>
        credentials.invalidate(credential, reason, at),
      ),
    );
    expect(writes.filter(Boolean)).toHaveLength(1);
    const reason = ['token-expired', 'app-removed', 'token-invalid'][writes.indexOf(true)];
    expect(await credentials.find(north, '1001')).toEqual({
      ...credential,
      state: 'INVALID',
      reason,
    });
  });

  it('stay valid where another token was found out than the one that is there', async () => {
    const { credentials, connect } = open();
    const north = organization();
    await connect(north, '1001', 'EAA1');
    const old = await found(credentials, north);
    await connect(north, '1001', 'EAA2');
    expect(await credentials.invalidate(old, 'token-expired', at)).toBe(false);
    const current = await found(credentials, north);
    expect(current.state).toBe('VALID');
    expect((await credentials.open(current)).reveal()).toBe('EAA2');
  });

  it('do not come into being by being invalid', async () => {
    const { credentials, connect } = open();
    const [north, south] = [organization(), organization()];
    await connect(north, '1001', 'EAA1');
    const elsewhere = { ...(await found(credentials, north)), organizationId: south };
    expect(await credentials.invalidate(elsewhere, 'token-expired', at)).toBe(false);
    expect(await credentials.find(south, '1001')).toBeUndefined();
  });
});

describe('the credentials in DynamoDB and KMS', () => {
  it('are stored with when and why they became invalid', async () => {
    const { credentials, connect } = inDynamoDb();
    const north = organization();
    await connect(north, '1001', 'EAA1');
    await credentials.invalidate(await found(credentials, north), 'token-expired', at);
    const { pk, sk } = credentialKey(north, '1001');
    const { dynamoDb, tableName } = engines;
    const Key = { pk: { S: pk }, sk: { S: sk } };
    const { Item } = await dynamoDb.send(new GetItemCommand({ TableName: tableName, Key }));
    expect(Item).toMatchObject({
      state: { S: 'INVALID' },
      reason: { S: 'token-expired' },
      invalidSince: { S: at },
      connectedAt: { S: at },
    });
  });

  it('are decrypted once in five minutes, and again when they have become invalid', async () => {
    const time = { ms: Date.now() };
    const { credentials, connect } = inDynamoDb(() => time.ms);
    const north = organization();
    await connect(north, '1001', 'EAA1');
    const credential = await found(credentials, north);
    const before = decryptions();
    await Promise.all([credentials.open(credential), credentials.open(credential)]);
    await credentials.open(credential);
    expect(decryptions() - before).toBe(1);
    time.ms += 5 * 60 * 1000;
    await credentials.open(credential);
    expect(decryptions() - before).toBe(2);
    await credentials.invalidate(credential, 'token-expired', at);
    await credentials.open(credential);
    expect(decryptions() - before).toBe(3);
  });

  it('open from memory while KMS is throttling, and fail where it refuses', async () => {
    const time = { ms: Date.now() };
    const { credentials, connect } = inDynamoDb(() => time.ms);
    const north = organization();
    await connect(north, '1001', 'EAA1');
    const credential = await found(credentials, north);
    await credentials.open(credential);
    time.ms += 6 * 60 * 1000;
    await faults.change({ service: 'kms', error: 'throttle', count: 2 });
    expect((await credentials.open(credential)).reveal()).toBe('EAA1');
    time.ms += 60 * 1000;
    await faults.change({ service: 'kms', error: 'accessDenied' });
    await expect(credentials.open(credential)).rejects.toThrow('accessDenied');
    expect((await credentials.open(credential)).reveal()).toBe('EAA1');
  });

  it('fail where the key is another', async () => {
    const { connect, credentials } = inDynamoDb();
    const north = organization();
    await connect(north, '1001', 'EAA1');
    const credential = await found(credentials, north);
    const cipher = tokenCipherInKms(`${keyArn}OfOthers`);
    const context = tokenContext(north, '1001');
    await expect(cipher.decrypt(credential.ciphertext, context)).rejects.toMatchObject({
      name: 'NotFoundException',
    });
  });
});
