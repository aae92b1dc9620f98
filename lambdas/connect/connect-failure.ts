import type { ConnectionProblem } from '../../shared/connections/connection.schema.ts';
import type { GraphAnswer } from '../../shared/graph/graph.port.ts';
import { isTokenDead } from '../../shared/graph/graph-errors.ts';
import type { MetaSays } from '../../shared/http/problem.ts';
import { isRepeatable, whatToDo } from './connection-reasons.ts';

/** A step of connecting that cannot be done now: why, in a stable word, and what to do about it. */
export class ConnectFailure extends Error {
  override readonly name = 'ConnectFailure';
  readonly reason: string;
  readonly whatToDo: string;
  readonly meta: MetaSays | undefined;
  /** The same may be tried again as it is. */
  readonly isPassing: boolean;
  /** Meta does not take the token any more. */
  readonly isTokenDead: boolean;

  constructor(
    reason: string,
    {
      meta,
      isPassing = isRepeatable(reason),
      isTokenDead = false,
    }: { meta?: MetaSays | undefined; isPassing?: boolean; isTokenDead?: boolean } = {},
  ) {
    super(reason);
    this.reason = reason;
    this.whatToDo = whatToDo(reason);
    this.meta = meta;
    this.isPassing = isPassing;
    this.isTokenDead = isTokenDead;
  }

  /** The failure as it is kept and shown. */
  problemAt(step: ConnectionProblem['step']): ConnectionProblem {
    const { reason, whatToDo: cure, meta } = this;
    return { step, reason, whatToDo: cure, ...(meta && { meta }) };
  }
}

/**
 * The body of an answer of Meta's.
 * @throws ConnectFailure where it is none: with the reason of `graph-errors.ts` where Meta has refused
 */
export function bodyOf(answer: GraphAnswer): unknown {
  if (answer.kind === 'ok') {
    return answer.body;
  }
  if (answer.kind !== 'refused') {
    throw new ConnectFailure('meta-unreachable');
  }
  const { code, subcode, title, details, fbtraceId, reason, class: errorClass } = answer.error;
  throw new ConnectFailure(reason, {
    meta: { code, subcode, title, details, fbtraceId },
    isPassing: errorClass === 'retry' || errorClass === 'throttle',
    isTokenDead: isTokenDead(answer.error),
  });
}
