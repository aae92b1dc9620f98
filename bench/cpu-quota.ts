import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';

const root = '/sys/fs/cgroup';
const periodUs = 20_000;

/** One CPU's worth of memory. Source: Lambda Developer Guide, "Configure Lambda function memory". */
const mbOfOneCpu = 1769;

/** Processes that get the CPU of a function with so much memory. */
export interface CpuQuota {
  limit(pid: number): void;
  remove(): void;
}

/** Makes a control group (v1 or v2) with this quota; undefined where this user or system cannot. */
export function cpuQuotaOf(memoryMb: number): CpuQuota | undefined {
  const isV1 = existsSync(`${root}/cpu/cpu.cfs_quota_us`);
  const group = `${root}/${isV1 ? 'cpu/' : ''}nexus-bench-${process.pid}-${memoryMb}`;
  const quotaUs = Math.round((periodUs * memoryMb) / mbOfOneCpu);
  try {
    if (!isV1 && !readFileSync(`${root}/cgroup.subtree_control`, 'utf8').includes('cpu')) {
      writeFileSync(`${root}/cgroup.subtree_control`, '+cpu');
    }
    mkdirSync(group);
    const limits: [string, string][] = isV1
      ? [
          ['cpu.cfs_period_us', String(periodUs)],
          ['cpu.cfs_quota_us', String(quotaUs)],
        ]
      : [['cpu.max', `${quotaUs} ${periodUs}`]];
    for (const [name, value] of limits) {
      writeFileSync(`${group}/${name}`, value);
    }
  } catch {
    return undefined;
  }
  return {
    limit: (pid) => writeFileSync(`${group}/cgroup.procs`, String(pid)),
    remove: () => rmdirSync(group),
  };
}
