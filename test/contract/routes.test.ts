import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { routesInDynamoDb } from '../../shared/routing/route.dynamodb.ts';
import type { ConnectedNumber } from '../../shared/routing/route.port.ts';
import { routeItems } from '../../shared/routing/route-items.ts';
import { type Engines, startEngines } from './engines.ts';

let engines: Engines;
beforeAll(async () => {
  engines = await startEngines();
});
afterAll(() => engines.stop());

let next = 0;
const north = (): ConnectedNumber => ({
  ...{ organizationId: 'north', wabaId: `waba-${next}`, phoneNumberId: `number-${next++}` },
});
const fresh = { fresh: true };
const minute = (of: number) => `2026-11-22T10:0${of}:00.000Z`;

function routes() {
  return routesInDynamoDb(engines.dynamoDb, engines.tableName);
}

/** Writes a number and its account as they are connected, each with what is said of it besides. */
async function connect(
  number: ConnectedNumber,
  { ofNumber = {}, ofAccount = {} }: { ofNumber?: object; ofAccount?: object } = {},
): Promise<void> {
  const [numberItem, accountItem] = routeItems(number);
  await put({ ...numberItem, ...ofNumber });
  await put({ ...accountItem, ...ofAccount });
}

async function put(Item: PutItemCommand['input']['Item']): Promise<void> {
  await engines.dynamoDb.send(new PutItemCommand({ TableName: engines.tableName, Item }));
}

const text = (S: string) => ({ S });
const claimed = (first: number, last = first) => ({
  ...{ firstClaimedAt: text(minute(first)), claimedAt: text(minute(last)) },
});

describe('the route of a number', () => {
  it("is its owner, with the number's throughput where it is known", async () => {
    const number = north();
    await connect(number);
    expect(await routes().byPhoneNumber(number.phoneNumberId, fresh)).toStrictEqual(number);
    const ofNumber = { messagesPerSecond: { N: '1000' }, takenOverAt: text(minute(1)) };
    await connect(number, { ofNumber });
    expect(await routes().byPhoneNumber(number.phoneNumberId, fresh)).toStrictEqual({
      ...{ ...number, messagesPerSecond: 1000, takenOverAt: minute(1) },
    });
  });

  it.each(['CLAIMED', 'RELEASED'])('is none while it is %s', async (state) => {
    const number = north();
    await connect(number, { ofNumber: { state: text(state) } });
    expect(await routes().byPhoneNumber(number.phoneNumberId, fresh)).toBeUndefined();
    expect(await routes().byPhoneNumber('unheard of', fresh)).toBeUndefined();
  });
});

describe('the routes of a WABA', () => {
  it('are those who use it, and not who did, will, or what else is kept of it', async () => {
    const number = north();
    const as = (organizationId: string) => ({ ...number, organizationId });
    await connect(number);
    await connect(as('south'));
    await connect(as('east'), { ofAccount: { state: text('RELEASED') } });
    await connect(as('west'), { ofAccount: { state: text('CLAIMED') } });
    await put({ pk: text(`WABA#${number.wabaId}`), sk: text('SOMETHING ELSE') });
    const found = await routes().byWaba(number.wabaId, fresh);
    expect(found.map(({ organizationId }) => organizationId).sort()).toEqual(['north', 'south']);
    expect(found[0]).toStrictEqual({
      ...{ organizationId: 'north', wabaId: number.wabaId, takenOverAt: undefined },
    });
    expect(await routes().byWaba('unheard of', fresh)).toEqual([]);
  });

  async function takeovers(north: object, south: object) {
    const number = { ...{ wabaId: `waba-${next}`, phoneNumberId: `number-${next++}` } };
    await connect({ ...number, organizationId: 'north' }, { ofAccount: north });
    await connect({ ...number, organizationId: 'south' }, { ofAccount: south });
    const found = await routes().byWaba(number.wabaId, fresh);
    return found.map(({ takenOverAt }) => takenOverAt);
  }

  const released = { state: text('RELEASED') };

  it.each<[string, object, object, (string | undefined)[]]>([
    ['the second one took it over', claimed(1), claimed(2), [undefined, minute(2)]],
    ['from one who has left', { ...claimed(1), ...released }, claimed(2), [minute(2)]],
    ['from one of whom no time is known', {}, claimed(2), [undefined, minute(2)]],
    ['who is there for no known time did not', claimed(1), {}, [minute(1), undefined]],
    ['who comes back did, of the one before', claimed(1, 3), claimed(2), [minute(3), minute(2)]],
    ['neither did at the same time', claimed(1), claimed(1), [undefined, undefined]],
  ])('%s', async (_who, north, south, expected) => {
    expect(await takeovers(north, south)).toEqual(expected);
  });

  it('who comes back to what nobody else had took nothing over', async () => {
    const number = north();
    await connect(number, { ofAccount: claimed(1, 3) });
    expect(await routes().byWaba(number.wabaId, fresh)).toMatchObject([{ takenOverAt: undefined }]);
  });
});
