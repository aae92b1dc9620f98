import { GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { metaPeopleInDynamoDb } from '../../lambdas/connect/meta-people.dynamodb.ts';
import type { MetaPeople } from '../../lambdas/connect/meta-people.port.ts';
import { signupStatesInDynamoDb } from '../../lambdas/connect/signup-states.dynamodb.ts';
import type { SignupStates } from '../../lambdas/connect/signup-states.port.ts';
import { templateMarksInDynamoDb } from '../../lambdas/connect/template-marks.dynamodb.ts';
import { type AwsGateway, startAwsGateway } from '../../local/aws-gateway.ts';
import { createKms } from '../../local/engines/kms.ts';
import { createFaults } from '../../local/faults.ts';
import type { ConnectionRecord } from '../../shared/connections/connection.schema.ts';
import { connectionKey } from '../../shared/connections/connection-item.ts';
import { connectionsInDynamoDb } from '../../shared/connections/connections.dynamodb.ts';
import type { Connections } from '../../shared/connections/connections.port.ts';
import { AccessToken } from '../../shared/credentials/access-token.ts';
import { credentialsInDynamoDb } from '../../shared/credentials/credential.dynamodb.ts';
import type { Credentials } from '../../shared/credentials/credential.port.ts';
import { credentialKey } from '../../shared/credentials/credential-item.ts';
import { credentialStoreInDynamoDb } from '../../shared/credentials/credential-store.dynamodb.ts';
import type { CredentialStore } from '../../shared/credentials/credential-store.port.ts';
import { tokenCipherInKms } from '../../shared/credentials/token-cipher.kms.ts';
import { inboxEventSchema } from '../../shared/events/inbox-event.schema.ts';
import { routesInDynamoDb } from '../../shared/routing/route.dynamodb.ts';
import { routeClaimsInDynamoDb } from '../../shared/routing/route-claims.dynamodb.ts';
import type { RouteClaims } from '../../shared/routing/route-claims.port.ts';
import { tableReader } from '../../shared/table/table-reader.dynamodb.ts';
import { templateChangedSortKey, templateKey } from '../../shared/templates/template-item.ts';
import { MemoryConnections } from '../fakes/memory-connections.ts';
import {
  MemoryCredentialStore,
  MemoryMetaPeople,
  MemoryRouteClaims,
  MemorySignupStates,
} from '../fakes/memory-onboarding.ts';
import { type Engines, startEngines } from './engines.ts';

const keyArn = 'arn:aws:kms:eu-west-1:000000000000:key/TokenKey';
const at = '2026-11-22T10:00:00.000Z';
const later = '2026-11-22T11:00:00.000Z';

interface Opened {
  connections: Connections;
  claims: RouteClaims;
  store: CredentialStore;
  credentials: Pick<Credentials, 'find' | 'open' | 'invalidate'>;
  states: SignupStates;
  people: MetaPeople;
}

let engines: Engines;
let gateway: AwsGateway;

beforeAll(async () => {
  engines = await startEngines();
  gateway = await startAwsGateway({
    engines: { kms: createKms([{ arn: keyArn, aliases: [] }]) },
    callerOf: () => undefined,
    faults: createFaults(),
    log: (line) => console.error(line),
  });
  Object.assign(process.env, { AWS_ENDPOINT_URL_KMS: gateway.url });
});
afterAll(() => Promise.all([engines.stop(), gateway.stop()]));

function inMemory(): Opened {
  const store = new MemoryCredentialStore();
  return {
    ...{ store, credentials: store },
    connections: new MemoryConnections(),
    claims: new MemoryRouteClaims(),
    states: new MemorySignupStates(),
    people: new MemoryMetaPeople(),
  };
}

function inDynamoDb(): Opened {
  const { dynamoDb: client, tableName } = engines;
  const reader = tableReader(client, tableName);
  const cipher = tokenCipherInKms(keyArn);
  return {
    connections: connectionsInDynamoDb(client, { tableName, reader }),
    claims: routeClaimsInDynamoDb(client, tableName),
    store: credentialStoreInDynamoDb({ client, tableName, reader, cipher }),
    credentials: credentialsInDynamoDb({ client, tableName, reader, cipher }),
    states: signupStatesInDynamoDb(client, tableName),
    people: metaPeopleInDynamoDb(client, { tableName, reader }),
  };
}

let next = 0;
const organization = () => `north-${next++}`;
const id = () => String(70_000 + next++);

function recordOf(more: Partial<ConnectionRecord> = {}): ConnectionRecord {
  return {
    organizationId: organization(),
    wabaId: '1001',
    state: 'connecting',
    stateAt: at,
    connectedAt: at,
    source: 'embedded-signup',
    steps: { grants: at },
    numbers: [],
    webhookOverride: false,
    scopes: [],
    restrictions: [],
    ...more,
  };
}

describe.each([
  ['in memory', inMemory],
  ['in DynamoDB and KMS', inDynamoDb],
])('%s', (_where, open) => {
  describe('connections', () => {
    it('are found under their organisation and WABA alone', async () => {
      const { connections } = open();
      const record = recordOf();
      expect(await connections.change(record, () => record)).toEqual(record);
      expect(await connections.find(record)).toEqual(record);
      expect(await connections.find({ ...record, wabaId: '100' })).toBeUndefined();
      expect(await connections.find({ ...record, organizationId: 'north' })).toBeUndefined();
    });

    it('lose no change where many are made at once', async () => {
      const { connections } = open();
      const record = recordOf();
      const scopes = ['a', 'b', 'c', 'd', 'e'];
      await Promise.all(
        scopes.map((scope) =>
          connections.change(record, (now) => ({
            ...(now ?? record),
            scopes: [...(now ?? record).scopes, scope],
          })),
        ),
      );
      expect((await connections.find(record))?.scopes.toSorted()).toEqual(scopes);
    });

    it('do not come into being by a change that gives nothing', async () => {
      const { connections } = open();
      const record = recordOf();
      expect(await connections.change(record, (now) => now)).toBeUndefined();
      expect(await connections.find(record)).toBeUndefined();
    });

    it('are listed in pages', async () => {
      const { connections } = open();
      const organizationId = organization();
      for (const wabaId of ['1003', '1001', '1002']) {
        await connections.change({ organizationId, wabaId }, () =>
          recordOf({ organizationId, wabaId }),
        );
      }
      const first = await connections.list(organizationId, { limit: 2 });
      expect(first.connections.map(({ wabaId }) => wabaId)).toEqual(['1001', '1002']);
      const second = await connections.list(organizationId, { after: first.next, limit: 2 });
      expect(second.connections.map(({ wabaId }) => wabaId)).toEqual(['1003']);
      expect(second.next).toBeUndefined();
      expect((await connections.list(organization(), { limit: 2 })).connections).toEqual([]);
    });
  });

  describe('claims', () => {
    const numberOf = () => ({ organizationId: organization(), wabaId: id(), phoneNumberId: id() });
    const msLater = (ms: number) => new Date(Date.parse(at) + ms);

    it('give a number to one organisation', async () => {
      const { claims } = open();
      const north = numberOf();
      const south = { ...north, organizationId: organization() };
      const outcomes = await Promise.all(
        [north, south].map((number) => claims.claimNumber(number, msLater(0))),
      );
      expect(outcomes.toSorted()).toEqual(['claimed', 'taken']);
      const [winner, loser] = outcomes[0] === 'claimed' ? [north, south] : [south, north];
      expect(await claims.claimNumber(winner, msLater(0))).toBe('claimed');
      expect(await claims.activateNumber(loser)).toBe(false);
      expect(await claims.activateNumber(winner)).toBe(true);
      expect(await claims.claimNumber(loser, msLater(1e9))).toBe('taken');
      expect(await claims.claimNumber(winner, msLater(0))).toBe('claimed');
      expect(await claims.activateNumber(winner)).toBe(true);
    });

    it('let the same organisation come back at once, another after a minute', async () => {
      const { claims } = open();
      const north = numberOf();
      const south = { ...north, organizationId: organization() };
      await claims.claimNumber(north, msLater(0));
      await claims.activateNumber(north);
      await claims.releaseNumber(south, msLater(0));
      expect(await claims.claimNumber(south, msLater(1e9))).toBe('taken');
      await claims.releaseNumber(north, msLater(0));
      await claims.releaseNumber(north, msLater(50_000));
      expect(await claims.activateNumber(north)).toBe(false);
      expect(await claims.claimNumber(south, msLater(60_000))).toBe('cooling');
      expect(await claims.claimNumber(north, msLater(1))).toBe('claimed');
      await claims.releaseNumber(north, msLater(2));
      expect(await claims.claimNumber(south, msLater(60_003))).toBe('claimed');
      expect(await claims.claimNumber(north, msLater(60_003))).toBe('taken');
    });

    it('know who uses an account', async () => {
      const { claims } = open();
      const [north, south] = [numberOf(), numberOf()].map(({ organizationId }) => ({
        organizationId,
        wabaId: `5${next}`,
      }));
      if (!north || !south) throw new Error('There are two');
      await claims.claimAccount(north);
      await claims.claimAccount(south);
      await claims.activateAccount(north);
      await claims.claimAccount(north);
      const both = [north.organizationId, south.organizationId].toSorted();
      expect((await claims.usersOf(north.wabaId)).toSorted()).toEqual(both);
      await claims.releaseAccount(north, msLater(0));
      expect(await claims.usersOf(north.wabaId)).toEqual([south.organizationId]);
      await claims.activateAccount(north);
      expect((await claims.usersOf(north.wabaId)).toSorted()).toEqual(both);
    });
  });

  describe('the credential store', () => {
    const tokens = async ({ store, credentials }: Opened, organizationId: string) => {
      const found = await credentials.find(organizationId, '1001');
      return { found, store, token: found && (await credentials.open(found)).reveal() };
    };

    it('keeps the token that was stored last, valid', async () => {
      const opened = open();
      const { store, credentials } = opened;
      const organizationId = organization();
      const owner = { organizationId, wabaId: '1001' };
      expect(await store.store({ ...owner, storedAt: at }, new AccessToken('EAA1'))).toBe(true);
      const { found } = await tokens(opened, organizationId);
      if (!found) throw new Error('There is no credential');
      await credentials.invalidate(found, 'token-expired', at);
      expect(await store.store({ ...owner, storedAt: later }, new AccessToken('EAA2'))).toBe(true);
      expect(await store.store({ ...owner, storedAt: at }, new AccessToken('EAA1'))).toBe(false);
      expect(await tokens(opened, organizationId)).toMatchObject({
        found: { state: 'VALID' },
        token: 'EAA2',
      });
      await store.remove(organizationId, '1001');
      expect((await tokens(opened, organizationId)).found).toBeUndefined();
    });

    it('keeps tokens without a connection, for their organisation', async () => {
      const { store } = open();
      const organizationId = organization();
      const signup = { organizationId, signupId: 'two', userId: 'agent', exchangedAt: later };
      await store.keepSignup(signup, new AccessToken('EAA2'));
      await store.keepSignup(
        { ...signup, signupId: 'one', wabaHint: '1001', exchangedAt: at },
        new AccessToken('EAA1'),
      );
      const [first, second] = await store.pendingSignups(organizationId);
      if (!first || !second) throw new Error('There are two');
      expect(first).toEqual({
        ...signup,
        ...{ signupId: 'one', wabaHint: '1001', exchangedAt: at },
        ciphertext: expect.any(Uint8Array),
      });
      expect((await store.openSignup(first)).reveal()).toBe('EAA1');
      await expect(store.openSignup({ ...first, organizationId: 'south' })).rejects.toThrow();
      await expect(store.openSignup({ ...first, signupId: 'two' })).rejects.toThrow();
      await store.dropSignup(organizationId, 'one');
      expect(await store.pendingSignups(organizationId)).toEqual([second]);
      expect(await store.pendingSignups(organization())).toEqual([]);
    });

    it('keeps the first PIN, until another is given', async () => {
      const { store } = open();
      const number = { organizationId: organization(), phoneNumberId: '2001' };
      const keep = async (pin: string, replace: boolean) =>
        (await store.keepPin(number, new AccessToken(pin), { replace })).reveal();
      expect(await keep('012345', false)).toBe('012345');
      expect(await keep('999999', false)).toBe('012345');
      expect(await keep('000001', true)).toBe('000001');
      expect(await keep('999999', false)).toBe('000001');
    });
  });

  describe('the states of signups', () => {
    const soon = new Date(Date.parse(at) + 600_000);

    it('are used once, by their organisation, in time', async () => {
      const { states } = open();
      const start = { organizationId: organization(), userId: 'agent', redirectUri: 'https://a/b' };
      const state = `state-${next++}`;
      await states.issue(state, start, soon);
      expect(await states.use(state, new Date(at), 'somebody-else')).toBeUndefined();
      expect(await states.use(state, soon, start.organizationId)).toBeUndefined();
      expect(await states.use(`${state}x`, new Date(at))).toBeUndefined();
      const used = await Promise.all([
        states.use(state, new Date(at), start.organizationId),
        states.use(state, new Date(at)),
      ]);
      expect(used.filter(Boolean)).toEqual([start]);
    });
  });

  describe('the people', () => {
    it('are remembered with what they have connected, and forgotten', async () => {
      const { people } = open();
      const person = `person-${next++}`;
      const owners = [
        { organizationId: 'north', wabaId: '1001' },
        { organizationId: 'south', wabaId: '1001' },
      ];
      for (const owner of [...owners, ...owners]) await people.remember(person, owner);
      expect(await people.connectionsOf(person)).toEqual(owners);
      await people.forget(person, owners.slice(0, 1));
      expect(await people.connectionsOf(person)).toEqual(owners.slice(1));
      await people.keepDeletion('code', { requestedAt: at });
      await people.keepDeletion('code', { requestedAt: at, completedAt: later });
      expect(await people.deletion('code')).toEqual({ requestedAt: at, completedAt: later });
      expect(await people.deletion('none')).toBeUndefined();
    });
  });
});

describe('in DynamoDB and KMS', () => {
  const item = async ({ pk, sk }: { pk: string; sk: string }) => {
    const { dynamoDb, tableName: TableName } = engines;
    const Key = { pk: { S: pk }, sk: { S: sk } };
    return (await dynamoDb.send(new GetItemCommand({ TableName, Key }))).Item ?? {};
  };

  it('a connection has one event, of its last change', async () => {
    const { connections } = inDynamoDb();
    const record = recordOf();
    const states = ['connecting', 'active', 'active', 'degraded'] as const;
    const ids = new Set<string>();
    for (const [index, state] of states.entries()) {
      await connections.change(record, () => ({ ...record, state, scopes: [String(index)] }));
      const stored = await item(connectionKey(record.organizationId, '1001'));
      const told = Object.entries(stored).filter(([name]) => name.startsWith('told:'));
      expect(told).toHaveLength(1);
      const event = inboxEventSchema.parse(JSON.parse(told[0]?.[1].S ?? ''));
      expect(event).toMatchObject({ type: 'connection.updated', state, wabaId: '1001' });
      ids.add(event.eventId);
    }
    expect(ids.size).toBe(3);
  });

  it('a token that Meta refuses is told of with the write that says so', async () => {
    const { store, credentials } = inDynamoDb();
    const organizationId = organization();
    await store.store({ organizationId, wabaId: '1001', storedAt: at }, new AccessToken('EAA1'));
    const found = await credentials.find(organizationId, '1001');
    if (!found) throw new Error('There is no credential');
    await credentials.invalidate(found, 'token-expired', later);
    const stored = await item(credentialKey(organizationId, '1001'));
    expect(
      inboxEventSchema.parse(JSON.parse(stored[`told:invalid#${later}`]?.S ?? '')),
    ).toMatchObject({
      type: 'connection.updated',
      state: 'degraded',
      reason: 'token-expired',
      organizationId,
    });
  });

  it('a claim routes nothing before it is active, and nothing after it is released', async () => {
    const { claims } = inDynamoDb();
    const routes = routesInDynamoDb(engines.dynamoDb, engines.tableName);
    const number = { organizationId: organization(), wabaId: id(), phoneNumberId: id() };
    const found = async () => [
      await routes.byPhoneNumber(number.phoneNumberId, { fresh: true }),
      ...(await routes.byWaba(number.wabaId, { fresh: true })),
    ];
    await claims.claimNumber(number, new Date(at));
    await claims.claimAccount(number);
    expect(await found()).toEqual([undefined]);
    await claims.activateNumber(number);
    await claims.activateAccount(number);
    const { organizationId, wabaId } = number;
    expect(await found()).toEqual([number, { organizationId, wabaId }]);
    await claims.releaseNumber(number, new Date(at));
    await claims.releaseAccount(number, new Date(at));
    expect(await found()).toEqual([undefined]);
  });

  it('templates are marked as changed', async () => {
    const { dynamoDb: client, tableName } = engines;
    await templateMarksInDynamoDb(client, { tableName, now: () => new Date(at) }).markChanged('77');
    const mark = await item({ pk: templateKey('77'), sk: templateChangedSortKey });
    expect(mark['changedAt']).toEqual({ S: at });
  });

  it('nothing secret lies in the table', async () => {
    const { store, states, people } = inDynamoDb();
    const organizationId = organization();
    const secret = (name: string) => `SECRET-${name}`;
    const token = new AccessToken(secret('token'));
    const signup = { organizationId, signupId: 's', userId: 'agent', exchangedAt: at };
    await store.keepSignup(signup, token);
    await store.store({ organizationId, wabaId: '1001', storedAt: at }, token);
    await store.keepPin({ organizationId, phoneNumberId: '2' }, token, { replace: false });
    await states.issue(secret('state'), signup, new Date(later));
    await people.remember(secret('person'), { organizationId, wabaId: '1001' });
    const { Items = [] } = await engines.dynamoDb.send(
      new ScanCommand({ TableName: engines.tableName }),
    );
    const bytes = Items.map((each) =>
      JSON.stringify(each, (_key, value) =>
        value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
      ),
    ).join();
    expect(bytes).toContain(organizationId);
    expect(bytes).not.toContain('SECRET-');
  });
});
