import { createServer } from 'node:http';
import { afterEach, expect, it } from '@jest/globals';
import { listenLocally, stopServer } from '../../local/servers.ts';
import { AccessToken } from '../../shared/credentials/access-token.ts';
import { appGraphOverHttps } from '../../shared/graph/graph.graph.ts';

const code = `AQ${'c'.repeat(600)}`;
const stops: (() => Promise<void>)[] = [];
afterEach(() => Promise.all(stops.splice(0).map((stop) => stop())));

/** A Graph API that quotes what it is asked, and what it has got. */
async function graphThatQuotes() {
  const got: { url: string; authorization: string | undefined }[] = [];
  const server = createServer((request, response) => {
    got.push({ url: request.url ?? '', authorization: request.headers.authorization });
    const message = `What is ${decodeURIComponent(request.url ?? '')}?`;
    response.writeHead(400).end(JSON.stringify({ error: { code: 100, message } }));
  });
  const url = await listenLocally(server);
  stops.push(async () => {
    await stopServer(server);
  });
  const appSecret = { read: async () => ({ appSecrets: ['hidden'], verifyTokens: ['verify'] }) };
  return { got, graph: appGraphOverHttps({ url, version: 'v25.0', appId: '77', appSecret }) };
}

it('sends the id and secret of the client and no token', async () => {
  const { got, graph } = await graphThatQuotes();
  const secretQuery = { code: new AccessToken(code) };
  await graph.callAsApp({ as: 'client', method: 'GET', path: 'oauth/access_token', secretQuery });
  const query = new URL(got[0]?.url ?? '', 'http://graph').searchParams;
  expect(Object.fromEntries(query)).toEqual({ client_id: '77', client_secret: 'hidden', code });
  expect(got[0]?.authorization).toBeUndefined();
});

it("sends the app's own token in the header", async () => {
  const { got, graph } = await graphThatQuotes();
  await graph.callAsApp({ as: 'token', method: 'GET', path: 'debug_token' });
  expect(got).toEqual([{ url: '/v25.0/debug_token', authorization: 'Bearer 77|hidden' }]);
});

it('repeats no secret that Meta quotes, not even the beginning of one', async () => {
  const { graph } = await graphThatQuotes();
  const secretQuery = { code: new AccessToken(code) };
  const request = { as: 'client', method: 'GET', path: 'oauth/access_token', secretQuery } as const;
  const answer = await graph.callAsApp(request);
  expect(answer).toMatchObject({ kind: 'refused', error: { code: 100 } });
  expect(JSON.stringify(answer)).not.toMatch(/ccc|hidden/);
});
