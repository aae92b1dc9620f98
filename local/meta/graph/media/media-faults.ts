import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import type { LocalRoute } from '../../../routes.ts';
import { problemsOf } from '../../simulation.ts';
import { type GraphAnswerOut, graphError } from '../edge.ts';
import type { MediaState } from './state.ts';
import { chunksOf, type StoredFile } from './stored-file.ts';

const kinds = [
  ...(['slow', 'endless', 'short', 'long', 'wrong-hash', 'html', 'reset'] as const),
  ...(['redirect-internal', 'redirect-twice', '401', '404', '429', '500'] as const),
];

const faultSchema = z.strictObject({ kind: z.enum(kinds), count: z.int().min(1).default(1) });
const reset = z.strictObject({ reset: z.literal(true) });

/** What goes wrong with the next `count` downloads. */
export type MediaFault = z.output<typeof faultSchema>;

/**
 * POST `/_local/graph/media-faults`: `{kind, count}` makes downloads that would succeed go wrong after
 * those that are waiting, `{reset: true}` ends it. Answers `{faults}`, or 400 `{problems}`.
 */
export function mediaRoutes({ faults }: Pick<MediaState, 'faults'>): LocalRoute[] {
  return [
    {
      method: 'POST',
      path: '/_local/graph/media-faults',
      handle: async ({ body }) => {
        if (reset.safeParse(body).success) {
          faults.length = 0;
        } else {
          const { data, error } = faultSchema.safeParse(body);
          if (error) return { status: 400, body: { problems: problemsOf(error) } };
          faults.push(data);
        }
        return { status: 200, body: { faults } };
      },
    },
  ];
}

/** What goes wrong with this download; undefined where nothing does. */
export function takeMediaFault({ faults }: Pick<MediaState, 'faults'>): MediaFault | undefined {
  const [fault] = faults;
  if (fault && --fault.count === 0) faults.shift();
  return fault;
}

/** Where a cloud machine's own credentials are: no download may ever ask there. */
const internalUrl = 'http://169.254.169.254/latest/meta-data/iam/security-credentials/';
const loginPage = '<!DOCTYPE html><html><head><title>Log in</title></head><body></body></html>';
const surplusBytes = 1024;

/**
 * What a fault makes of the download of a file. `redirectUrl` is where the file is after one more
 * redirect. Throws 190 for the kind `401`.
 */
export function faultyDownload(
  { kind }: MediaFault,
  file: StoredFile,
  redirectUrl: string,
): GraphAnswerOut {
  const half = Math.floor(file.size / 2);
  switch (kind) {
    case 'slow':
      return download(file, trickle(file), file.size);
    case 'endless':
      return download(file, withoutEnd(file));
    case 'short':
      return download(file, firstBytes(file, half), half);
    case 'long':
      return download(file, lengthened(file), file.size + surplusBytes);
    case 'wrong-hash':
      return download(file, corrupted(file), file.size);
    case 'reset':
      return download(file, brokenOff(file, half), file.size);
    case 'html':
      // As long as the file and labelled as it, so that only its content gives the page away.
      return download(file, [Buffer.from(loginPage.padEnd(file.size))]);
    case 'redirect-internal':
      return redirect(internalUrl);
    case 'redirect-twice':
      return redirect(redirectUrl);
    case '401':
      throw graphError(190);
    case '429':
      return { status: 429, body: Buffer.alloc(0), headers: { 'retry-after': '1' } };
    default:
      return { status: Number(kind), body: Buffer.alloc(0) };
  }
}

/** A redirect of a download, without a body. */
export function redirect(location: string): GraphAnswerOut {
  return { status: 302, body: Buffer.alloc(0), headers: { location } };
}

function download(
  { mimeType }: StoredFile,
  chunks: Iterable<Buffer> | AsyncIterable<Buffer>,
  length?: number,
): GraphAnswerOut {
  const told = length === undefined ? undefined : { 'content-length': String(length) };
  return {
    status: 200,
    body: Readable.from(chunks),
    headers: { 'content-type': mimeType, ...told },
  };
}

/** A byte a second: no wait is long, all of them together are. */
async function* trickle(file: StoredFile): AsyncIterable<Buffer> {
  for (const chunk of chunksOf(file)) {
    for (const byte of chunk) {
      yield Buffer.of(byte);
      await delay(1000, undefined, { ref: false });
    }
  }
}

function* withoutEnd(file: StoredFile): Iterable<Buffer> {
  yield* chunksOf(file);
  const zeros = Buffer.alloc(64 * 1024);
  while (true) yield zeros;
}

function* firstBytes(file: StoredFile, count: number): Iterable<Buffer> {
  let rest = count;
  for (const chunk of chunksOf(file)) {
    yield chunk.subarray(0, rest);
    rest -= chunk.length;
    if (rest <= 0) return;
  }
}

function* lengthened(file: StoredFile): Iterable<Buffer> {
  yield* chunksOf(file);
  yield Buffer.alloc(surplusBytes);
}

function* brokenOff(file: StoredFile, count: number): Iterable<Buffer> {
  yield* firstBytes(file, count);
  throw new Error('The simulated connection broke off');
}

/** The last byte is another one, so that nothing but the whole hash tells. */
function* corrupted(file: StoredFile): Iterable<Buffer> {
  let rest = file.size;
  for (const chunk of chunksOf(file)) {
    rest -= chunk.length;
    if (rest > 0) yield chunk;
    else yield Buffer.concat([chunk.subarray(0, -1), Buffer.of((chunk.at(-1) ?? 0) ^ 0xff)]);
  }
}
