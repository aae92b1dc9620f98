import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventsOfChange } from '../../lambdas/inbox/events-of-change.ts';
import { jobsOfChange } from '../../lambdas/inbox/jobs-of-change.ts';
import { graphTokensInDynamoDb } from '../../lambdas/send/facade/graph-tokens.dynamodb.ts';
import type { GraphTokens } from '../../lambdas/send/facade/graph-tokens.port.ts';
import { tableReader } from '../../shared/table/table-reader.dynamodb.ts';
import { type Engines, startEngines } from '../contract/engines.ts';
import { MemoryGraphTokens } from './memory-graph-tokens.ts';

let engines: Engines;
beforeAll(async () => {
  engines = await startEngines();
});
afterAll(() => engines.stop());

const inDynamoDb = () => {
  const { dynamoDb: client, tableName } = engines;
  return graphTokensInDynamoDb({ client, tableName, reader: tableReader(client, tableName) });
};

const at = (minute: number) => new Date(Date.UTC(2026, 10, 22, 10, minute)).toISOString();

describe.each<[string, () => GraphTokens]>([
  ['in memory', () => new MemoryGraphTokens()],
  ['in DynamoDB', inDynamoDb],
])('tokens %s', (where, open) => {
  const organizationId = `org-${where.replaceAll(' ', '-')}`;
  const token = (tokenId: string, minute = 0) => {
    return { organizationId, tokenId, name: `client ${tokenId}`, createdAt: at(minute) };
  };

  it('are found by their secrets, and listed by their organisation', async () => {
    const tokens = open();
    await tokens.add(token('b', 2), `${where} second`);
    await tokens.add(token('a', 1), `${where} first`);
    expect(await tokens.find(`${where} first`)).toEqual(token('a', 1));
    expect(await tokens.find(`${where} third`)).toBeUndefined();
    expect(await tokens.ofOrganization(organizationId)).toEqual([token('a', 1), token('b', 2)]);
    expect(await tokens.ofOrganization('another')).toEqual([]);
  });

  it('hold until they are removed, by their own organisation', async () => {
    const tokens = open();
    await tokens.add(token('c', 3), `${where} gone`);
    expect(await tokens.remove('another', 'c')).toBe(false);
    expect(await tokens.find(`${where} gone`)).toBeDefined();
    expect(await tokens.remove(organizationId, 'c')).toBe(true);
    expect(await tokens.find(`${where} gone`)).toBeUndefined();
    expect(await tokens.ofOrganization(organizationId)).not.toContainEqual(token('c', 3));
    expect(await tokens.remove(organizationId, 'c')).toBe(false);
  });

  it('tell when they were used, and none comes back by it', async () => {
    const tokens = open();
    await tokens.add(token('d', 4), `${where} used`);
    await tokens.noteUse(`${where} used`, at(9));
    expect(await tokens.find(`${where} used`)).toEqual({ ...token('d', 4), lastUsedAt: at(9) });
    await tokens.remove(organizationId, 'd');
    await tokens.noteUse(`${where} used`, at(10));
    expect(await tokens.find(`${where} used`)).toBeUndefined();
  });
});

it('in the table nothing is left of the secrets, and nothing of it is news', async () => {
  const secret = 'nxs_a-secret-that-nobody-may-find';
  const token = { organizationId: 'news', tokenId: 'e', name: 'client', createdAt: at(0) };
  await inDynamoDb().add(token, secret);
  const { Items = [] } = await engines.dynamoDb.send(
    new ScanCommand({ TableName: engines.tableName }),
  );
  expect(JSON.stringify(Items)).not.toContain(secret);
  const images = Items.map((item) =>
    Object.fromEntries(Object.entries(item).map(([name, value]) => [name, value.S ?? ''])),
  );
  expect(images.map(({ pk }) => pk)).toContain('ORG#news');
  for (const image of images) {
    expect(eventsOfChange(undefined, image)).toEqual([]);
    expect(jobsOfChange(undefined, image)).toEqual([]);
  }
});
