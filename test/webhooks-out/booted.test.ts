import { createHmac } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { listenLocally, stopServer } from '../../local/servers.ts';
import { type LocalStack, startStack } from '../../local/stack.ts';
import { inboxEventSchema } from '../../shared/events/inbox-event.schema.ts';
import { routeItems } from '../../shared/routing/route-items.ts';
import { expectMonitored } from '../e2e/monitored.ts';
import { numbers, textMessage, webhookFor } from '../e2e/stack.ts';
import { eventsEndpoint } from '../synthesise.ts';
import { secrets, verified } from './receiver.ts';

const appSecret = 'the app secret of this test';
const phones = ['966500000001', '966500000002', '966500000003', '966500000004'];
const each = 5;

interface Arrival {
  id: string;
  from: string;
  answer: number | 'none';
}

let stack: LocalStack | undefined;
let server: Server | undefined;
const logDir = mkdtempSync(path.join(os.tmpdir(), 'nexus-webhooks-out-'));
const complaints: string[] = [];
const arrivals: Arrival[] = [];

/** Each of these messages meets it once. The connection that is cut had its event stored. */
const mishaps = new Map<string, number | 'none'>([
  ['wamid.out.1.0', 500],
  ['wamid.out.2.4', 'none'],
  ['wamid.out.3.2', 307],
]);

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    request.setEncoding('utf8');
    for await (const chunk of request) body += chunk;
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    const event = inboxEventSchema.parse(verified(headers, body));
    if (event.type !== 'message.received') return response.writeHead(204).end();
    const { id } = event.message;
    const answer = mishaps.get(id) ?? 204;
    mishaps.delete(id);
    arrivals.push({ id, from: event.contact?.phone ?? '', answer });
    if (answer === 'none') return request.socket.destroy();
    return response.writeHead(answer, { location: '/elsewhere' }).end();
  });
  const url = await listenLocally(server);
  stack = await startStack({
    warm: false,
    ...{ eventsEndpoint, logDir, log: (line: string) => complaints.push(line) },
    secrets: {
      AppSecret: JSON.stringify({ appSecrets: [appSecret], verifyTokens: ['verify'] }),
      EventsSecretArn: JSON.stringify({ secrets: [secrets[1], secrets[0]] }),
    },
    environment: async () => ({ EVENTS_ENDPOINT: `${url}/whatsapp-events` }),
  });
  const TableName = stack.outputs['TableName'];
  for (const Item of routeItems(numbers.north)) {
    await stack.awsCall('dynamodb', 'PutItem', { TableName, Item });
  }
}, 60_000);

afterAll(async () => {
  await stack?.stop();
  if (server) await stopServer(server);
  rmSync(logDir, { recursive: true, force: true });
});

jest.setTimeout(40_000);

it('what customers write is posted to the endpoint, signed, in order, again where it failed', async () => {
  const messages = Array.from({ length: each }, (_, index) =>
    phones.map((phone, person) => textMessage(`wamid.out.${person}.${index}`, 'hello', phone)),
  ).flat();
  const body = JSON.stringify(webhookFor(numbers.north, { messages }));
  const signature = createHmac('sha256', appSecret).update(body).digest('hex');
  const answer = await fetch(new URL('/whatsapp-webhook', stack?.url), {
    ...{ method: 'POST', body },
    headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` },
  });
  expect(answer.status).toBe(200);

  const taken = () => arrivals.filter((arrival) => arrival.answer === 204);
  const deadline = Date.now() + 30_000;
  while (taken().length < messages.length && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(taken()).toHaveLength(messages.length);
  expect(mishaps.size).toBe(0);
  for (const [person, phone] of phones.entries()) {
    const ids = arrivals.filter(({ from }) => from === `+${phone}`).map(({ id }) => id);
    const inOrder = Array.from({ length: each }, (_, index) => `wamid.out.${person}.${index}`);
    expect([...new Set(ids)]).toEqual(inOrder);
    expect(ids).toEqual(ids.toSorted());
  }
  expect(arrivals).toHaveLength(messages.length + 3);
});

it('tells why what failed comes again, and nothing of what was said or by whom', async () => {
  const logs = readdirSync(logDir)
    .map((file) => readFileSync(path.join(logDir, file), 'utf8'))
    .join('\n');
  expect(logs).toContain('"outcome":"failed","status":500');
  expect(logs).toContain('"outcome":"unanswered"');
  expect(logs).toContain('"outcome":"redirected","status":307');
  await expectMonitored('webhooks-out', () => logs);
  for (const secretOrPrivate of [...phones, ...secrets, 'hello', 'wamid.']) {
    expect(logs).not.toContain(secretOrPrivate);
  }
  expect(complaints.filter((line) => !line.includes('An event was not delivered'))).toEqual([]);
});

it('leaves the queues to the endpoint: the local inbox consumes nothing', async () => {
  const answer = await fetch(new URL('/_local/events', stack?.url));
  expect(answer.status).toBe(404);
});
