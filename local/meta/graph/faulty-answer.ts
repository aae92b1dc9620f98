import { type GraphAnswerOut, graphError } from './edge.ts';
import { type GraphFault, isCarriedOut } from './faults.ts';
import { throttleStatus } from './router.ts';
import type { GraphSettings } from './settings.ts';

/** What a caller gets: an answer, or nothing until it gives up, or a broken connection. */
export type Outcome = GraphAnswerOut | 'silence' | 'reset';

const badGateway = '<html><head><title>502 Bad Gateway</title></head><body></body></html>';
const html = { 'content-type': 'text/html' };

/** What a fault makes of a call, which `carryOut` answers if Meta gets as far as that. */
export async function faultyOutcome(
  fault: GraphFault,
  settings: GraphSettings,
  carryOut: () => Promise<GraphAnswerOut>,
  wait: (ms: number) => Promise<unknown>,
): Promise<Outcome> {
  const carriedOut = isCarriedOut(fault) ? await carryOut() : undefined;
  switch (fault.kind) {
    case 'timeout-before':
    case 'timeout-after':
      return 'silence';
    case 'reset-before':
    case 'reset-after':
      return 'reset';
    case 'garbage':
      return { status: 200, body: Buffer.from('{"messaging_product":"whatsapp","contacts":[{') };
    case 'empty':
      return { status: 200, body: Buffer.alloc(0) };
    case 'html-502':
      return { status: 502, body: Buffer.from(badGateway), headers: html };
    case 'latency':
      await wait(fault.ms);
      return carriedOut ?? 'silence';
    default:
      return errorAnswer(fault, settings);
  }
}

function errorAnswer(fault: GraphFault, settings: GraphSettings): GraphAnswerOut {
  const { code = 1, status, subcode, message, details, retryAfter } = fault;
  const headers = retryAfter === undefined ? undefined : { 'retry-after': String(retryAfter) };
  return graphError(code, {
    ...{ subcode, message, details, headers },
    status: status ?? throttleStatus(code, settings),
  }).answer;
}
