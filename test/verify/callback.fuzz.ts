import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { acceptedChallenge } from '../../lambdas/ingest/handshake.ts';
import { ConnectWorld } from '../connect/connect-world.ts';
import { sequences } from '../pipeline/runs.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom('subscribe', 'token', 'token ', 'toke', '1234', '<script>', '', '__proto__'),
);

it('the handshake echoes a plain challenge, and only to who knows the token', () => {
  const names = ['hub.mode', 'hub.verify_token', 'hub.challenge'] as const;
  const query = fc.record(Object.fromEntries(names.map((name) => [name, text])), {
    requiredKeys: [],
  });
  fc.assert(
    fc.property(query, (asked) => {
      const challenge = acceptedChallenge(asked, ['token']);
      if (challenge !== undefined) {
        expect(asked).toMatchObject({ 'hub.mode': 'subscribe', 'hub.verify_token': 'token' });
        expect(challenge).toMatch(/^[\w-]{1,256}$/);
      }
    }),
    { numRuns: sequences(1000) },
  );
});

it('the OAuth callback connects nobody whose state it did not issue, and never fails', async () => {
  const world = new ConnectWorld();
  const query = fc.dictionary(
    fc.constantFrom('state', 'code', 'error', 'error_description', '__proto__', 'x'),
    text,
  );
  const call = fc.oneof(
    query.map((given) => ({ method: 'GET' as const, given: { query: given } })),
    fc
      .dictionary(fc.constantFrom('organizationId', 'state', 'code', 'sessionInfo'), fc.jsonValue())
      .map((body) => ({ method: 'POST' as const, given: { body } })),
  );
  await fc.assert(
    fc.asyncProperty(call, async ({ method, given }) => {
      const answer = await world.request(method, '/wa-es-callback', given);
      expect(answer?.statusCode).toBeLessThan(500);
      expect(answer?.headers['location'] ?? 'https://inbox.example/').toMatch(
        /^https:\/\/inbox\.example\//,
      );
    }),
    { numRuns: sequences(300) },
  );
  expect(world.connections.records).toEqual([]);
  expect(world.meta.state.tokens.size).toBe(0);
});
