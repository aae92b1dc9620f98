import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { BootError } from '../boot-error.ts';
import { isRunning, killChild, spawnTied } from '../child.ts';

/** A DynamoDB-compatible engine: tables and streams at one address. */
export interface DynamoDbEngine {
  /** The engine's address; waits while the engine is being started again. */
  address(): Promise<string>;
  /** The engine's process; undefined for an engine that somebody else runs. */
  pid(): number | undefined;
  stop(): Promise<void>;
}

function binaryPath(): string {
  const name = `@dynoxide/${process.platform}-${process.arch}/dynoxide`;
  try {
    return createRequire(import.meta.url).resolve(name);
  } catch {
    throw new BootError(
      `The local DynamoDB engine (${name}) is not installed. On Linux x64 "npm ci" brings it along, ` +
        'unless --omit=optional is given. Elsewhere start any DynamoDB-compatible engine, such as ' +
        'DynamoDB Local, and set LOCAL_DYNAMODB_ENDPOINT=http://127.0.0.1:<its port>.',
    );
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (typeof address !== 'object' || !address) throw new Error('There is no port to listen on');
  return address.port;
}

/**
 * Starts dynoxide with its database file in `directory`, or uses the engine that
 * LOCAL_DYNAMODB_ENDPOINT names. A dynoxide that dies is started again on the same file and port:
 * everything that it had acknowledged is still there.
 */
export async function startDynamoDb(
  directory: string,
  log: (line: string) => void,
): Promise<DynamoDbEngine> {
  const external = process.env['LOCAL_DYNAMODB_ENDPOINT'];
  if (external) {
    return { address: async () => external, pid: () => undefined, stop: async () => {} };
  }
  const binary = binaryPath();
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const args = ['serve', '--port', String(port), '--db-path', path.join(directory, 'table.db')];
  let stopped = false;
  let output = '';

  function start() {
    const started = spawnTied(binary, args, { cwd: directory, env: {} });
    started.stdout.resume();
    started.stderr.on('data', (text) => {
      output = `${output}${text}`.slice(-2000);
    });
    return started;
  }

  /** Resolves when the child answers; a child that dies is replaced by another from then on. */
  async function supervise(): Promise<void> {
    for (;;) {
      try {
        await fetch(address);
        break;
      } catch {
        if (!isRunning(child))
          throw new BootError(`The DynamoDB engine does not start:\n${output}`);
        await delay(10);
      }
    }
    child.once('exit', () => {
      if (stopped) return;
      log('The DynamoDB engine died. It is started again with its data.');
      child = start();
      ready = supervise();
      ready.catch((error) => log(error.message));
    });
  }

  let child = start();
  let ready = supervise();
  await ready;
  indexStream(path.join(directory, 'table.db'));
  return {
    address: async () => {
      await ready;
      return address;
    },
    pid: () => child.pid,
    stop: async () => {
      stopped = true;
      await killChild(child);
    },
  };
}

/**
 * Every write looks up the stream's last sequence number, and every poll the records behind one; without
 * an index dynoxide 1.2.1 reads the whole stream for that, and a write takes milliseconds after a
 * thousand others.
 */
function indexStream(file: string): void {
  const database = new DatabaseSync(file);
  try {
    database.exec(`
      CREATE INDEX IF NOT EXISTS stream_by_number
        ON _stream_records (table_name, CAST(sequence_number AS INTEGER));
      CREATE INDEX IF NOT EXISTS stream_by_shard
        ON _stream_records (table_name, shard_id, CAST(sequence_number AS INTEGER));
    `);
  } finally {
    database.close();
  }
}
