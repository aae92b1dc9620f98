import * as z from 'zod';

const kinds = [
  ...(['error', 'failed-status', 'latency', 'garbage', 'empty', 'html-502'] as const),
  ...(['timeout-before', 'timeout-after', 'reset-before', 'reset-after'] as const),
];

/** A fault as POST `/_local/graph/faults` takes it. */
export const faultSchema = z
  .strictObject({
    kind: z.enum(kinds).default('error'),
    code: z.int().optional(),
    /** HTTP; what belongs to the code where it is absent. */
    status: z.int().min(400).max(599).optional(),
    subcode: z.int().optional(),
    message: z.string().optional(),
    details: z.string().optional(),
    /** Of the answer's Retry-After, in s. */
    retryAfter: z.int().min(0).optional(),
    /** Of `latency`. */
    ms: z.int().min(0).max(600_000).default(1000),
    /** Whether the call is carried out; where it is absent, the kind decides. */
    accepted: z.boolean().optional(),
    /** Only calls whose path and query contain it. */
    path: z.string().optional(),
    count: z.int().min(1).default(1),
  })
  .refine(({ kind, code }) => code !== undefined || !/^(error|failed-status)$/.test(kind), {
    path: ['code'],
    message: 'is needed',
    when: () => true,
  });

/** What goes wrong with the next calls that it fits. */
export type GraphFault = z.output<typeof faultSchema>;

const carriedOut = /^(latency|garbage|empty|.*-after)$/;

/** Whether Meta carries out a call that has the fault. */
export function isCarriedOut({ kind, accepted }: GraphFault): boolean {
  return accepted ?? carriedOut.test(kind);
}

/** The faults that are still to come, oldest first. */
export function createFaultQueue() {
  let faults: GraphFault[] = [];

  function take(fits: (fault: GraphFault) => boolean): GraphFault | undefined {
    const fault = faults.find(fits);
    if (fault && --fault.count === 0) faults = faults.filter((each) => each !== fault);
    return fault;
  }

  return {
    waiting: () => faults,
    add: (fault: GraphFault) => void faults.push(fault),
    clear: () => {
      faults = [];
    },
    /** The next fault for a call to this path and query. */
    forCall: (target: string) =>
      take(({ kind, path = '' }) => kind !== 'failed-status' && target.includes(path)),
    /** The next failure for a message that was accepted there. */
    forStatus: (target: string) =>
      take(({ kind, path = '' }) => kind === 'failed-status' && target.includes(path)),
  };
}
