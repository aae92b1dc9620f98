import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');

/** What only the code of functions is asked for. */
const sources = '{lambdas,shared}/**/*.ts';

/** A call of a port in our code. */
export interface CallSite {
  /** `lambdas/ingest/drain.ts:99` */
  place: string;
  /** `queue.send` */
  call: string;
}

/**
 * Finds every call through which our code waits for the outside: a method of a port (an interface of a
 * `.port.ts` file) that gives a promise, called on something that is declared to be that port. Types are
 * read from the text: that takes a few calls too many, which a list of exceptions can name, and none too few.
 */
export function callSites(): CallSite[] {
  const files = globSync(sources, { cwd: root }).map((file) => ({
    file,
    text: readFileSync(path.join(root, file), 'utf8'),
  }));
  const methods = portMethods(files.filter(({ file }) => file.endsWith('.port.ts')));
  const receivers = new Map<string, Set<string>>();
  for (const { text } of files) {
    for (const [, name = '', type = ''] of text.matchAll(declaration)) {
      const known = receivers.get(name) ?? new Set();
      receivers.set(name, known.union(methods.get(type) ?? new Set()));
    }
  }
  return files
    .filter(({ file }) => isDomainCode(file))
    .flatMap(({ file, text }) =>
      [...text.matchAll(callOnName)].flatMap(
        ({ index, 1: before = '', 2: name = '', 3: method = '' }) => {
          const line = text.slice(0, index + before.length).split('\n').length;
          const isPort = receivers.get(name)?.has(method);
          return isPort ? { place: `${file}:${line}`, call: `${name}.${method}` } : [];
        },
      ),
    );
}

const declaration = /\b(\w+)\??:\s*(?:Pick<|Omit<)?(\w+)/g;

/** V8 says of a call where the name of the method stands. */
const callOnName = /\b((\w+)\s*\.)(\w+)\(/g;

/** A file without a role in its name: neither an adapter nor what wires them up. */
function isDomainCode(file: string): boolean {
  return /^[^.]+\.ts$/.test(path.basename(file));
}

/** By interface, its methods that give a promise. */
function portMethods(files: readonly { text: string }[]): Map<string, Set<string>> {
  const methods = new Map<string, Set<string>>();
  for (const { text } of files) {
    for (const [, name = '', body = ''] of text.matchAll(/interface (\w+)[^{]*\{\n(.*?)\n\}/gs)) {
      const members = body.split(/^ {2}(?=\w)/m).filter((member) => member.includes('Promise<'));
      methods.set(name, new Set(members.map((member) => /^\w+/.exec(member)?.[0] ?? '')));
    }
  }
  return methods;
}
