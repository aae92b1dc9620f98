import { type ChildProcess, execFile } from 'node:child_process';

/** How a command has ended. */
export interface Ended {
  /** Its exit code; undefined where a signal has ended it. */
  code: number | undefined;
  out: string;
  err: string;
}

/** A command that is running. */
export interface RunningCommand {
  child: ChildProcess;
  ended: Promise<Ended>;
}

/** Starts a command of ops/, without a terminal. @param given.input what it reads from its standard input */
export function startCommand(
  file: string,
  options: readonly string[],
  given: { env?: Record<string, string>; input?: string } = {},
): RunningCommand {
  const { promise: ended, resolve } = Promise.withResolvers<Ended>();
  const child = execFile(
    process.execPath,
    [file, ...options],
    { env: { ...process.env, FORCE_COLOR: '', ...given.env } },
    (_error, out, err) => resolve({ code: child.exitCode ?? undefined, out, err }),
  );
  child.stdin?.end(given.input ?? '');
  return { child, ended };
}
