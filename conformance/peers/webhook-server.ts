import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import path from 'node:path';
import * as z from 'zod';
import type { Delivered } from '../delivered.schema.ts';
import type { Receiver } from '../receiver.port.ts';

/** A server as small as a library's documentation has it. */
export interface WebhookServer {
  name: string;
  notClaimed: Receiver['notClaimed'];
  /** Makes what answers requests. What an answer throws is answered 500, as Express does. */
  app(surroundings: Surroundings): (request: IncomingMessage, response: ServerResponse) => unknown;
}

/** What the application around a library has. */
export interface Surroundings {
  appSecret: string;
  verifyToken: string;
  /** Takes note of what the library hands on. */
  deliver(record: Delivered): void;
}

const appSecret = 'the app secret of the peers';
const verifyToken = 'the verify token of the peers';

/** To a library that knows no tenants the number is the tenant. */
const numbers = {
  north: { phoneNumberId: '109080706050403', wabaId: '104050607080901', tenant: '109080706050403' },
  south: { phoneNumberId: '209080706050402', wabaId: '204050607080902', tenant: '209080706050402' },
};

/** Serves on a free port of this machine. */
export async function serve({ name, notClaimed, app }: WebhookServer): Promise<Receiver> {
  const delivered: Delivered[] = [];
  const answer = app({
    ...{ appSecret, verifyToken },
    deliver: (record) => delivered.push(record),
  });
  const server = createServer(async (request, response) => {
    try {
      await answer(request, response);
    } catch {
      response.statusCode = 500;
    }
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    ...{ name, appSecret, verifyToken, numbers, notClaimed },
    webhookUrl: `http://127.0.0.1:${port}/webhook`,
    // It has delivered before it answers.
    idleMs: 0,
    report: async () => delivered,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const packageSchema = z.object({ name: z.string(), version: z.string() });

/** An installed package's name and version. */
export function packageAndVersion(directory: string): string {
  const file = path.resolve(import.meta.dirname, '../../node_modules', directory, 'package.json');
  const { name, version } = packageSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  return `${name} ${version}`;
}
