import { readdirSync, readFileSync } from 'node:fs';

/** What one process of a function takes. */
export interface ProcessFigures {
  pid: number;
  megabytes: number;
  handles: number;
}

const pageBytes = 4096;

/** The processes of functions below this one, as Linux tells of them; none elsewhere. */
export function functionProcesses(): ProcessFigures[] {
  return below(process.pid).flatMap((pid) => {
    try {
      const isFunction = readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('aws-lambda-ric');
      const [, pages = 0] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ').map(Number);
      const handles = readdirSync(`/proc/${pid}/fd`).length;
      return isFunction ? { pid, megabytes: (pages * pageBytes) / 1024 ** 2, handles } : [];
    } catch {
      return []; // it has just ended
    }
  });
}

function below(pid: number): number[] {
  try {
    const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8')
        .split(' ')
        .filter(Boolean)
        .map(Number),
    );
    return children.flatMap((child) => [child, ...below(child)]);
  } catch {
    return [];
  }
}
