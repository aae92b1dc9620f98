import { checkOf, type Row, skipped } from '../shared/doctor/check.ts';
import type { Check } from '../shared/doctor/report.schema.ts';

const row: Row = { id: 'clock', title: "This machine's clock" };

/** AWS refuses what is signed so far away. Source: IAM User Guide, "Signature Version 4". */
const refusedMs = 5 * 60 * 1000;
const noticedMs = 30 * 1000;

/** Whether this machine's clock is right. @param skewMs against the API; undefined where it is not known */
export function clockCheck(skewMs: number | undefined): Check {
  if (skewMs === undefined) {
    return skipped(row, 'The API names no time.');
  }
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  const isWrong = Math.abs(skewMs) > noticedMs;
  const cause = `It is ${seconds} s ${skewMs > 0 ? 'fast' : 'slow'}: AWS refuses what is signed five minutes off, and Meta's signatures and windows are read wrongly.`;
  const cure = 'Switch time synchronisation on: timedatectl set-ntp true';
  const status = Math.abs(skewMs) >= refusedMs ? 'fail' : 'warn';
  return checkOf(row, isWrong ? [{ status, cause, cure }] : []);
}
