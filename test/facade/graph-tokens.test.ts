import { describe, expect, it } from '@jest/globals';
import { sender } from '../send/send-world.ts';
import { FacadeWorld } from './facade-world.ts';

const { organizationId } = sender;
const text = { messaging_product: 'whatsapp', to: '+966500000001', text: { body: 'hi' } };
const hourMs = 60 * 60 * 1000;

describe('a token', () => {
  it('has 256 random bits behind its prefix, and is shown once', async () => {
    const world = new FacadeWorld();
    const secrets = [await world.issue(), await world.issue()];
    expect(secrets).toEqual([1, 2].map(() => expect.stringMatching(/^nxs_[\w-]{43}$/)));
    expect(new Set(secrets).size).toBe(2);
    const { body } = await world.manage('GET', { organizationId });
    expect(body).toEqual({
      data: [1, 2].map(() => ({
        tokenId: expect.any(String),
        name: 'client',
        createdAt: '2026-11-22T10:00:00.000Z',
      })),
    });
  });

  it.each([
    ['an unknown one', 'Bearer nxs_0000000000000000000000000000000000000000000'],
    ['one of Meta', 'Bearer EAAGm0PX4ZCpsBA'],
    ['another scheme', 'Basic bmV4dXM6bmV4dXM='],
  ])('is refused as Meta does: %s', async (_case, authorization) => {
    const world = new FacadeWorld();
    expect(await world.post(text, { authorization })).toMatchObject({
      status: 401,
      body: {
        error: { code: 190, type: 'OAuthException', fbtrace_id: 'request-1' },
      },
    });
    expect(world.refusals).toEqual(['token-invalid']);
    expect(world.sends.calls).toEqual([]);
  });

  it('is asked for where there is none', async () => {
    const answer = await new FacadeWorld().call({ body: text });
    expect(answer).toMatchObject({ status: 401, body: { error: { code: 104 } } });
  });

  it('does not hold once it is revoked, and is revoked by its own organisation', async () => {
    const world = new FacadeWorld();
    const authorization = `Bearer ${await world.issue()}`;
    const [token] = await world.tokens.ofOrganization(organizationId);
    const tokenId = token?.tokenId ?? '';
    const theirs = await world.manage('DELETE', { organizationId: 'another', tokenId });
    expect(theirs.status).toBe(404);
    expect((await world.call({ body: text, headers: { authorization } })).status).toBe(200);
    expect((await world.manage('DELETE', { organizationId, tokenId })).status).toBe(200);
    expect((await world.call({ body: text, headers: { authorization } })).status).toBe(401);
  });

  it('has the time of its use written down once an hour', async () => {
    const world = new FacadeWorld();
    const authorization = `Bearer ${await world.issue()}`;
    const use = () => world.call({ body: text, headers: { authorization } });
    await use();
    await use();
    expect(world.tokens.notes).toBe(1);
    world.sends.advance(hourMs);
    await use();
    expect(world.tokens.notes).toBe(2);
    expect(await world.tokens.ofOrganization(organizationId)).toMatchObject([
      { lastUsedAt: '2026-11-22T11:00:00.000Z' },
    ]);
  });

  it('works where its use cannot be written down', async () => {
    const world = new FacadeWorld();
    world.tokens.noteUse = async () => {
      throw new Error('DynamoDB is throttling');
    };
    expect((await world.post(text)).status).toBe(200);
  });

  it('is one of 50 at most', async () => {
    const world = new FacadeWorld();
    for (let count = 0; count < 50; count++) await world.issue();
    expect(await world.manage('POST', { organizationId, name: 'one more' })).toMatchObject({
      status: 400,
      body: { code: 'invalid-request' },
    });
    expect(await world.issue('another')).toMatch(/^nxs_/);
  });
});
