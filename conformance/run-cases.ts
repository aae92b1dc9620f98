import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { isNativeError } from 'node:util/types';
import { CommandError } from '../ops/command-error.ts';
import type { CaseRequest, ConformanceCase } from './case.schema.ts';
import { type FilledIn, fillIn } from './fill-in.ts';
import { problemsWith } from './judge.ts';
import type { Receiver } from './receiver.port.ts';
import { type WireRequest, wireRequest } from './signed-request.ts';

/** What became of a case. */
export interface CaseResult {
  name: string;
  area: string;
  outcome: 'passed' | 'failed' | 'not-claimed';
  /** What is wrong, or how one knows that it is not claimed. */
  problems: string[];
}

/** An answer, or why there is none. */
type Answer = { status: number; text: string } | { failure: string };

/** Longer than any receiver of webhooks should take. */
const timeoutMs = 10_000;
const pollMs = 500;
/** How long to look for what should not come when everything that should has come. */
const settleMs = 1000;

/**
 * Puts a receiver to the test: each case's requests one after the other, then one look at what was
 * delivered when nothing new comes any more.
 * @throws CommandError where nothing answers at all, or the report cannot be read
 */
export async function runCases(
  cases: readonly ConformanceCase[],
  receiver: Receiver,
  onPosted: () => void = () => undefined,
): Promise<CaseResult[]> {
  // Better known before anything is posted.
  const answer = await answerTo({ method: 'GET', headers: {} }, receiver.webhookUrl);
  if ('failure' in answer) {
    throw new CommandError(`Nothing answers at ${receiver.webhookUrl}: ${answer.failure}.`);
  }
  await receiver.report();
  const facts = {
    run: randomUUID(),
    numbers: receiver.numbers,
    verifyToken: receiver.verifyToken,
    nowSeconds: Math.floor(Date.now() / 1000),
  };
  const posted: { each: ConformanceCase; filledIn: FilledIn; problems: string[] }[] = [];
  for (const each of cases) {
    if (notClaimed(each, receiver) === undefined) {
      const filledIn = fillIn(each, facts);
      posted.push({ each, filledIn, problems: await postCase(each, filledIn, receiver) });
    }
    onPosted();
  }
  const judge = await settledJudge(posted, receiver);
  const problems = new Map(
    posted.map(({ each, filledIn, problems }) => [
      each.name,
      [...problems, ...judge(filledIn).map(filledIn.named)],
    ]),
  );
  return cases.map((each) => {
    const { name, area } = each;
    const reason = notClaimed(each, receiver);
    if (reason !== undefined) return { name, area, outcome: 'not-claimed', problems: [reason] };
    const found = problems.get(name) ?? [];
    return { name, area, outcome: found.length === 0 ? 'passed' : 'failed', problems: found };
  });
}

function notClaimed({ name, area }: ConformanceCase, receiver: Receiver): string | undefined {
  return receiver.notClaimed[name] ?? receiver.notClaimed[area];
}

async function postCase(
  { requests }: ConformanceCase,
  filledIn: FilledIn,
  receiver: Receiver,
): Promise<string[]> {
  const problems: string[] = [];
  for (const request of requests) {
    const wire = wireRequest(request, filledIn, receiver);
    const copies = 'copies' in request ? request.copies : 1;
    const answers = await Promise.all(
      Array.from({ length: copies }, () => answerTo(wire, receiver.webhookUrl)),
    );
    problems.push(...answers.flatMap((answer) => problemOfAnswer(answer, request)));
  }
  return [...new Set(problems)];
}

async function answerTo(
  { method, query, headers, body }: WireRequest,
  webhookUrl: string,
): Promise<Answer> {
  const url = new URL(webhookUrl);
  for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
  const init = {
    method,
    headers,
    redirect: 'manual' as const,
    ...(body !== undefined && { body }),
  };
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(timeoutMs) });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    if (!isNativeError(error)) throw error;
    return { failure: isNativeError(error.cause) ? error.cause.message : error.message };
  }
}

function problemOfAnswer(got: Answer, request: CaseRequest): string[] {
  if ('failure' in got) return [`no answer: ${got.failure}`];
  const { status, text } = got;
  const { answer } = request;
  // What Meta looks at is whether its challenge comes back.
  const refused = status >= 400 || ('query' in request && text !== request.query['hub.challenge']);
  if (answer === 'refused') return refused ? [] : [`answered ${status}, must be refused`];
  if (answer === 'below-500') return status < 500 ? [] : [`answered ${status}`];
  if (status !== answer) return [`answered ${status}, must be ${answer}`];
  const says = 'query' in request ? request.says : undefined;
  return says === undefined || says === text ? [] : ['does not give the challenge back'];
}

/** Waits until nothing more is to be expected. @returns what tells what is wrong with a case */
async function settledJudge(
  posted: readonly { filledIn: FilledIn }[],
  receiver: Receiver,
): Promise<(filledIn: FilledIn) => string[]> {
  const look = async () => {
    const report = await receiver.report();
    const byId = Map.groupBy(report, ({ id }) => id);
    const judge = (filledIn: FilledIn) => problemsWith(report, byId, filledIn);
    const isComplete = posted.every(({ filledIn }) => judge(filledIn).length === 0);
    return { count: report.length, isComplete, judge };
  };
  let last = await look();
  for (let changedAt = Date.now(); Date.now() - changedAt < receiver.idleMs; ) {
    if (last.isComplete) {
      await delay(Math.min(settleMs, receiver.idleMs));
      return (await look()).judge;
    }
    await delay(pollMs);
    const next = await look();
    if (next.count !== last.count) changedAt = Date.now();
    last = next;
  }
  return last.judge;
}
