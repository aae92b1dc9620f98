import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type {
  MediaJob,
  MediaRecord,
  mediaFailureReasons,
} from '../../shared/media/media-record.schema.ts';
import { type CdnAnswer, type CdnFile, fileOf, largeFile } from './hostile-cdn.ts';

/** What Meta does to a file, and how that has to end. */
export interface HostileScenario {
  file?: CdnFile;
  job?: Partial<MediaJob>;
  /** What the Graph API answers; the truth by default. */
  graph?: CdnAnswer;
  /** What the CDN answers; the file by default. */
  cdn?: CdnAnswer;
  ends: (typeof mediaFailureReasons)[number] | { mimeType: string };
  /** How many attempts it takes. */
  attempts: number;
  /** The hosts that were asked, and whether with the token; Meta's own, with it, by default. */
  asked?: readonly [host: string, withToken: boolean][];
}

export const cdnHost = 'lookaside.fbsbx.com';
const cdnUrl = `https://${cdnHost}/whatsapp_business/attachments/?mid=1`;

export const jpegStart = '\xff\xd8\xff\xe0';
const jpeg = largeFile(jpegStart, 300_000);
const mebibyte = 1024 * 1024;

/** The Graph API's answer, with something in it changed. */
export function info(changes: Record<string, unknown> = {}): CdnAnswer {
  return ({ sizeBytes, sha256 }, response) => {
    const answer = {
      messaging_product: 'whatsapp',
      url: cdnUrl,
      mime_type: 'image/jpeg',
      sha256,
      file_size: sizeBytes,
      id: '1',
      ...changes,
    };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  };
}

const graphError = (status: number, code: number, subcode?: number): CdnAnswer => {
  return (_file, response) => {
    const error = { message: 'no', code, ...(subcode ? { error_subcode: subcode } : {}) };
    response.writeHead(status).end(JSON.stringify({ error }));
  };
};

/** Sends the file as it is. */
export const whole: CdnAnswer = (file, response) => {
  response.writeHead(200, { 'content-length': file.sizeBytes });
  file.bytes().pipe(response);
};

const status =
  (code: number, headers: Record<string, string> = {}): CdnAnswer =>
  (_file, response) => {
    response.writeHead(code, headers).end('no');
  };

const other =
  (content: string | Buffer, headers: Record<string, string> = {}): CdnAnswer =>
  (_file, response) => {
    response.writeHead(200, { 'content-length': Buffer.byteLength(content), ...headers });
    response.end(content);
  };

/** Redirects to each target in turn, then sends the file. */
const redirecting =
  (...targets: string[]): CdnAnswer =>
  (file, response, request) => {
    const hop = Number(/hop=(\d)/.exec(request.url ?? '')?.[1] ?? 0);
    const target = targets[hop];
    if (target === undefined) return whole(file, response, request);
    response.writeHead(302, { location: target }).end();
  };

const endless: CdnAnswer = async (_file, response) => {
  const closed = once(response, 'close');
  response.writeHead(200);
  response.write(Buffer.from(jpegStart, 'latin1'));
  const block = Buffer.alloc(64 * 1024);
  while (!response.destroyed) {
    if (!response.write(block)) {
      await Promise.race([once(response, 'drain'), closed]);
    }
  }
};

const svg = fileOf('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
const html = '<!DOCTYPE html><html><body>Sign in</body></html>';
const wrongByte: CdnAnswer = (file, response) => {
  response.writeHead(200, { 'content-length': file.sizeBytes });
  response.end(Buffer.alloc(file.sizeBytes, 'y'));
};

/** Everything that a CDN may do, by what it does. */
export const hostileScenarios: Record<string, HostileScenario> = {
  'sends the file': { ends: { mimeType: 'image/jpeg' }, attempts: 1 },
  'says the size as a text': {
    graph: (file, ...rest) => info({ file_size: String(file.sizeBytes) })(file, ...rest),
    ends: { mimeType: 'image/jpeg' },
    attempts: 1,
  },
  'sends a byte now and then': {
    cdn: async (file, response) => {
      response.writeHead(200, { 'content-length': file.sizeBytes });
      while (!response.destroyed) {
        response.write('x');
        await delay(20);
      }
    },
    ends: 'unavailable',
    attempts: 4,
  },
  'never answers': { cdn: () => undefined, ends: 'unavailable', attempts: 4 },
  'stops in the middle and says nothing': {
    cdn: (file, response) => {
      response.writeHead(200, { 'content-length': file.sizeBytes });
      response.write(Buffer.alloc(100_000, 'x'));
    },
    ends: 'unavailable',
    attempts: 4,
  },
  'closes the connection in the middle': {
    cdn: (file, response) => {
      response.writeHead(200, { 'content-length': file.sizeBytes });
      response.write(Buffer.alloc(100_000, 'x'), () => response.destroy());
    },
    ends: 'unavailable',
    attempts: 4,
  },
  'never ends': { cdn: endless, ends: 'corrupt', attempts: 3 },
  'sends less than was said': {
    cdn: other(Buffer.alloc(1000, 'x')),
    ends: 'corrupt',
    attempts: 3,
  },
  'sends less than was said, without a length': {
    cdn: (_file, response) => {
      response.writeHead(200).end(Buffer.alloc(1000, 'x'));
    },
    ends: 'corrupt',
    attempts: 3,
  },
  'sends more than was said': {
    cdn: other(Buffer.alloc(300_001, 'x')),
    ends: 'corrupt',
    attempts: 3,
  },
  'sends more than was said, without a length': {
    cdn: (_file, response) => {
      response.writeHead(200).end(Buffer.alloc(300_001, 'x'));
    },
    ends: 'corrupt',
    attempts: 3,
  },
  'sends other bytes': { cdn: wrongByte, ends: 'corrupt', attempts: 3 },
  'sends other bytes once': {
    cdn: (() => {
      let calls = 0;
      return (...of: Parameters<CdnAnswer>) => (calls++ === 0 ? wrongByte : whole)(...of);
    })(),
    ends: { mimeType: 'image/jpeg' },
    attempts: 2,
  },
  'sends what its own hash is of, and not the one of the message': {
    job: { sha256: Buffer.alloc(32).toString('base64') },
    ends: 'corrupt',
    attempts: 3,
  },
  'says another size than there is': {
    graph: info({ file_size: 299_999 }),
    ends: 'corrupt',
    attempts: 3,
  },
  'sends nothing': { file: fileOf(''), ends: 'corrupt', attempts: 3 },
  'has a web page in place of a picture': {
    file: fileOf(html),
    ends: 'corrupt',
    attempts: 3,
  },
  'has a drawing with a script in place of a picture': {
    file: svg,
    job: { mimeType: 'image/svg+xml' },
    ends: { mimeType: 'application/octet-stream' },
    attempts: 1,
  },
  'has a web page that somebody has sent as a document': {
    file: fileOf(html),
    job: { kind: 'document', mimeType: 'text/plain', filename: 'notes.txt' },
    ends: { mimeType: 'application/octet-stream' },
    attempts: 1,
  },
  'compresses the file': {
    cdn: other(gzipSync(Buffer.alloc(300_000)), { 'content-encoding': 'gzip' }),
    ends: 'corrupt',
    attempts: 3,
  },
  'sends 100 MiB': {
    file: largeFile('%PDF-1.7', 100 * mebibyte),
    job: { kind: 'document' },
    ends: { mimeType: 'application/pdf' },
    attempts: 1,
  },
  'says that the file is larger than 100 MiB': {
    graph: info({ file_size: 101 * mebibyte }),
    ends: 'too-large',
    attempts: 1,
    asked: [],
  },
  'sends more than 100 MiB and has not said so': {
    graph: info({ file_size: undefined }),
    cdn: (_file, response) => {
      response.writeHead(200, { 'content-length': 101 * mebibyte }).write('x');
    },
    ends: 'too-large',
    attempts: 1,
  },
  'has not said the size, and says it when it sends': {
    graph: info({ file_size: undefined }),
    ends: { mimeType: 'image/jpeg' },
    attempts: 1,
  },
  'says no size at all': {
    graph: info({ file_size: undefined }),
    cdn: (file, response) => {
      response.writeHead(200);
      file.bytes().pipe(response);
    },
    ends: 'unavailable',
    attempts: 4,
  },
  'answers 401': { cdn: status(401), ends: 'unavailable', attempts: 4 },
  'answers 404': { cdn: status(404), ends: 'not-found', attempts: 3 },
  'answers 404 for an old message': {
    job: { occurredAt: '2026-11-14T10:00:00.000Z' },
    cdn: status(404),
    ends: 'expired',
    attempts: 1,
  },
  'answers 429': { cdn: status(429, { 'retry-after': '7' }), ends: 'unavailable', attempts: 4 },
  'answers 500': { cdn: status(500), ends: 'unavailable', attempts: 4 },
  'answers 206': { cdn: status(206), ends: 'unavailable', attempts: 4 },
  'does not know the id': { graph: graphError(400, 100, 33), ends: 'not-found', attempts: 3 },
  'takes the token for dead': {
    graph: graphError(401, 190),
    ends: 'connection-invalid',
    attempts: 22,
  },
  'answers nonsense for the id': {
    graph: (_file, response) => {
      response.writeHead(200).end('<html>');
    },
    ends: 'unavailable',
    attempts: 4,
  },
  'answers the id without an address': {
    graph: info({ url: undefined }),
    ends: 'unavailable',
    attempts: 4,
  },
  'is not reached': {
    cdn: (_file, response) => {
      response.socket?.destroy();
    },
    ends: 'unavailable',
    attempts: 4,
  },
  'redirects to itself': {
    cdn: redirecting('/elsewhere?hop=1'),
    ends: { mimeType: 'image/jpeg' },
    attempts: 1,
    asked: [
      [cdnHost, true],
      [cdnHost, true],
    ],
  },
  'redirects to another host of its own': {
    cdn: redirecting('https://mmg.whatsapp.net/v?hop=1', 'https://scontent.fbcdn.net/v?hop=2'),
    ends: { mimeType: 'image/jpeg' },
    attempts: 1,
    asked: [
      [cdnHost, true],
      ['mmg.whatsapp.net', false],
      ['scontent.fbcdn.net', false],
    ],
  },
  'redirects to the other host that gets tokens': {
    cdn: redirecting('https://graph.facebook.com/v?hop=1'),
    ends: { mimeType: 'image/jpeg' },
    attempts: 1,
    asked: [
      [cdnHost, true],
      ['graph.facebook.com', false],
    ],
  },
  'redirects three times': {
    cdn: redirecting('/a?hop=1', '/b?hop=2', '/c?hop=3'),
    ends: 'unavailable',
    attempts: 4,
  },
  'redirects to plain HTTP': {
    cdn: redirecting(`http://${cdnHost}/?hop=1`),
    ends: 'address-refused',
    attempts: 3,
  },
  'redirects to a stranger': {
    cdn: redirecting('https://evil-fbsbx.com/?hop=1'),
    ends: 'address-refused',
    attempts: 3,
  },
  'redirects to the metadata service': {
    cdn: redirecting('https://169.254.169.254/latest/meta-data?hop=1'),
    ends: 'address-refused',
    attempts: 3,
  },
  ...Object.fromEntries(
    ['metadata.fbsbx.com', 'loopback.fbsbx.com', 'mapped.whatsapp.net', 'half.whatsapp.net'].map(
      (host) => [
        `redirects to a name with an address inside: ${host}`,
        {
          cdn: redirecting(`https://${host}/?hop=1`),
          ends: 'address-refused',
          attempts: 3,
        } satisfies HostileScenario,
      ],
    ),
  ),
  'is said to be at a stranger': {
    graph: info({ url: 'https://lookaside.fbsbx.com@evil.com/file' }),
    ends: 'address-refused',
    attempts: 3,
    asked: [],
  },
};

/** The file of most scenarios. */
export const ordinaryFile = jpeg;

/** How a scenario ended. */
export function endOf(record: MediaRecord | undefined) {
  if (record?.state === 'STORED') return { mimeType: record.mimeType };
  return record?.state === 'FAILED' ? record.reason : undefined;
}
