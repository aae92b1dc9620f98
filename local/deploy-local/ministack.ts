import { once } from 'node:events';
import { createWriteStream, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BootError } from '../boot-error.ts';
import { isRunning, killChild, spawnTied } from '../child.ts';
import { listenLocally, stopServer } from '../servers.ts';

const launcher = path.join(import.meta.dirname, 'launch_ministack.py');
const startMs = 30_000;
const stopMs = 5_000;

/** A running MiniStack. */
export interface Ministack {
  /** The address of all services. */
  url: string;
  /** What lets a program find it, and nothing of this machine's own AWS configuration. */
  environment: Record<string, string | undefined>;
  /** Ends it and every function that it runs. May be called again. */
  stop(): Promise<void>;
}

async function freeAddress(): Promise<string> {
  const server = createServer();
  const address = await listenLocally(server);
  await stopServer(server);
  return address;
}

/** This machine's environment with nothing in it that leads to an account at AWS. */
function withoutAws(): Record<string, string | undefined> {
  const entries = Object.entries(process.env).filter(([name]) => !/^(AWS|CDK)_/i.test(name));
  const nowhere = path.join(import.meta.dirname, 'no-such-file');
  return {
    ...Object.fromEntries(entries),
    AWS_CONFIG_FILE: nowhere,
    AWS_SHARED_CREDENTIALS_FILE: nowhere,
    AWS_EC2_METADATA_DISABLED: 'true',
    NO_PROXY: '127.0.0.1,localhost',
  };
}

/**
 * Starts MiniStack on a free port, for this machine only. Functions run on the Node that runs this.
 * @param python an interpreter that has it
 * @throws BootError where it does not answer within half a minute
 */
export async function startMinistack(
  python: string,
  { region, logFile }: { region: string; logFile: string },
): Promise<Ministack> {
  const url = await freeAddress();
  const { port } = new URL(url);
  const scratch = await mkdtemp(path.join(os.tmpdir(), 'nexus-ministack-'));
  process.once('exit', () => rmSync(scratch, { recursive: true, force: true, maxRetries: 3 }));
  const bare = withoutAws();
  const node = path.dirname(process.execPath);
  const child = spawnTied(python, [launcher], {
    cwd: scratch,
    env: {
      ...bare,
      ...{ GATEWAY_PORT: port, BIND_HOST: '127.0.0.1', MINISTACK_HOST: '127.0.0.1' },
      ...{ MINISTACK_REGION: region, TMPDIR: scratch },
      PATH: `${node}${path.delimiter}${bare['PATH']}`,
    },
  });
  child.on('error', () => {}); // told below: it does not answer
  const log = createWriteStream(logFile);
  child.stdout.pipe(log);
  child.stderr.pipe(log);

  const stop = async (): Promise<void> => {
    if (isRunning(child)) {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await Promise.race([exited, delay(stopMs, undefined, { ref: false })]);
    }
    await killChild(child);
  };

  const until = Date.now() + startMs;
  while (!(await fetch(`${url}/_ministack/health`).catch(() => undefined))?.ok) {
    if (!isRunning(child) || Date.now() > until) {
      await stop();
      throw new BootError(`MiniStack does not start: see ${logFile}`);
    }
    await delay(100);
  }
  const environment = {
    ...bare,
    ...{ AWS_ENDPOINT_URL: url, AWS_REGION: region, AWS_DEFAULT_REGION: region },
    ...{ AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
  };
  return { url, environment, stop };
}
