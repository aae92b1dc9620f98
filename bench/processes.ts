import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** The processes that this one has started and that live; none where the system does not tell (not Linux). */
export function childPids(): number[] {
  const file = `/proc/self/task/${process.pid}/children`;
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8').split(' ').filter(Boolean).map(Number);
}

/** CPU time of all threads of processes, in ms; NaN where the system does not tell. Source: Linux, proc_pid_schedstat. */
export function cpuMsOf(pids: readonly number[]): number {
  if (!existsSync('/proc/self/task')) return Number.NaN;
  return sum(pids.flatMap(threadNanoseconds)) / 1e6;
}

function threadNanoseconds(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).map((task) =>
    Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]),
  );
}

/**
 * Memory of processes, in MB: what several of them share is counted once. NaN where the system does not tell.
 * Source: Linux, proc_pid_smaps, "Pss".
 */
export function memoryMbOf(pids: readonly number[]): number {
  if (!existsSync('/proc/self/smaps_rollup')) return Number.NaN;
  const kilobytes = pids.map((pid) => {
    const [, pss] = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8').match(/^Pss: +(\d+)/m) ?? [];
    return Number(pss);
  });
  return sum(kilobytes) / 1024;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
