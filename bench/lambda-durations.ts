import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { cpuQuotaOf } from './cpu-quota.ts';

/** What Lambda's REPORT line says of an invocation. */
export interface Report {
  /** The function's name. */
  function: string;
  durationMs: number;
}

/** What Node tells of each request to a server of this process. Source: Node.js, "Diagnostics Channel". */
interface ServerEvent {
  request: IncomingMessage;
  socket: Socket;
}

/** A function's process, by the port of its own Runtime API. */
interface FunctionProcess {
  pid: number;
  function: string;
  memoryMb: number;
}

/** Functions' processes on this machine, by the port that each asks for its events. */
function processesByPort(): Map<number, FunctionProcess> {
  const found = new Map<number, FunctionProcess>();
  const pids = readdirSync('/proc').map(Number).filter(Boolean);
  for (const pid of pids.sort((one, other) => one - other)) {
    let text = '';
    try {
      text = readFileSync(`/proc/${pid}/environ`, 'utf8');
    } catch {
      continue; // another user's, or gone
    }
    const read = (name: string) => text.match(new RegExp(`(?:^|\\0)${name}=([^\\0]*)`))?.[1] ?? '';
    const port = Number(read('AWS_LAMBDA_RUNTIME_API').split(':')[1]);
    // The function's own process is older than the one that ends it with us.
    if (!port || found.has(port)) continue;
    found.set(port, {
      pid,
      function: read('AWS_LAMBDA_FUNCTION_NAME'),
      memoryMb: Number(read('AWS_LAMBDA_FUNCTION_MEMORY_SIZE')),
    });
  }
  return found;
}

/**
 * Measures the invocations of all functions that a local stack runs in this process, from the event to
 * the answer, as the Runtime API sees them. Linux only.
 */
export function watchInvocations() {
  const startedAt = new Map<number, number>();
  const measured: { port: number; durationMs: number }[] = [];
  const processes = new Map<number, FunctionProcess>();
  const quotas = new Map<number, ReturnType<typeof cpuQuotaOf>>();
  const isEvent = (message: unknown): message is ServerEvent =>
    typeof message === 'object' && message !== null && 'request' in message && 'socket' in message;
  const at = (message: unknown, ending: RegExp, note: (port: number) => void) => {
    if (!isEvent(message) || !ending.test(message.request.url ?? '')) return;
    note(message.socket.localPort ?? 0);
  };
  const handed = (message: unknown) =>
    at(message, /\/invocation\/next$/, (port) => startedAt.set(port, performance.now()));
  const answered = (message: unknown) =>
    at(message, /\/invocation\/[^/]+\/(response|error)$/, (port) => {
      measured.push({ port, durationMs: performance.now() - (startedAt.get(port) ?? 0) });
    });
  subscribe('http.server.response.finish', handed);
  subscribe('http.server.request.start', answered);

  return {
    /** Gives every process the CPU that its memory brings in Lambda. @returns whether this user may */
    limitCpu(): boolean {
      for (const [port, each] of processesByPort()) {
        if (!startedAt.has(port) || processes.has(port)) continue;
        processes.set(port, each);
        const { memoryMb } = each;
        if (!quotas.has(memoryMb)) quotas.set(memoryMb, cpuQuotaOf(memoryMb));
        quotas.get(memoryMb)?.limit(each.pid);
      }
      return [...quotas.values()].every((quota) => quota !== undefined);
    },
    /** The invocations since the last call. */
    take(): Report[] {
      return measured.splice(0).flatMap(({ port, durationMs }) => {
        const name = processes.get(port)?.function;
        return name === undefined ? [] : [{ function: name, durationMs }];
      });
    },
    /** After the stack has stopped: a group is removed when it is empty. */
    stop() {
      unsubscribe('http.server.response.finish', handed);
      unsubscribe('http.server.request.start', answered);
      for (const quota of quotas.values()) quota?.remove();
    },
  };
}
