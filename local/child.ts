import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A watcher reads our pipe and kills the child at its end; `exec` leaves the child the shell's own pid. */
const tie =
  'exec 3<&0; (read -r _ <&3; kill -9 $$) >/dev/null 2>&1 & exec "$0" "$@" 3<&- </dev/null';

/**
 * Starts a child process that dies with this one, even where this one is killed. It has a process
 * group of its own: Ctrl-C reaches only us, and we end it in our own order.
 */
export function spawnTied(
  command: string,
  args: string[],
  options: { cwd: string; env: Record<string, string | undefined> },
): ChildProcessWithoutNullStreams {
  const child =
    process.platform === 'win32'
      ? spawn(command, args, options)
      : spawn('/bin/sh', ['-c', tie, command, ...args], { ...options, detached: true });
  child.stdin.on('error', () => {}); // it ended before we closed the pipe
  child.once('exit', () => child.stdin.destroy());
  return child;
}

/** Tells whether a child is still there. */
export function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

/** Kills a child and waits until it is gone. */
export async function killChild(child: ChildProcess): Promise<void> {
  if (!isRunning(child)) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}
