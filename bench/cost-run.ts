import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import type { Invocation } from '../local/functions.ts';
import { initialSecrets, metaEnvironment, startDemoGraph, startMeta } from '../local/meta/demo.ts';
import { demo } from '../local/meta/organisations.ts';
import { startStack } from '../local/stack.ts';
import { ensureSynth } from '../local/synth.ts';
import type { CostMeasurement, Flow, FlowName } from '../ops/cost/measurement.schema.ts';
import { filledBatches, fixedOf } from './cost-assembly.ts';
import { type Traffic, trafficOf } from './cost-traffic.ts';
import { logsIn, logsSince, used } from './cost-use.ts';
import { watchInvocations } from './lambda-durations.ts';
import { startRecordingProxy } from './recording-proxy.ts';

/** What a round trip within a region takes, and what Meta takes to accept a message. */
const answerMs = { aws: 5, graph: 400 };

const quietMs = 1500;
/** Bursts before anything is counted: they start processes and make people known. */
const warmUpBursts = 3;

const pageSchema = z.object({
  Items: z.array(z.record(z.string(), z.record(z.string(), z.unknown()))),
  LastEvaluatedKey: z.unknown().optional(),
});

/** What is told of a measurement's progress: how much of the work is done. */
export type OnProgress = (done: number, total: number, flow: FlowName) => void;

/**
 * Boots a stage on this machine, sends it every kind of traffic, and counts and measures what that uses.
 * @param stage a name of infra/config.ts
 * @throws where the stack does not boot, or where something that was sent does not come out
 */
export async function measureCost(stage: string, onProgress: OnProgress): Promise<CostMeasurement> {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'nexus-cost-'));
  const stopping: (() => unknown)[] = [() => rmSync(directory, { recursive: true, force: true })];
  try {
    const { directory: assembly } = await ensureSynth(stage);
    const templates = filledBatches(assembly, directory);
    const graph = await startDemoGraph();
    stopping.push(graph.stop);
    let awsUrl = '';
    const aws = await startRecordingProxy(() => awsUrl, answerMs.aws);
    stopping.push(aws.stop);
    const meta = await startRecordingProxy(() => graph.url, answerMs.graph);
    stopping.push(meta.stop);
    const watch = watchInvocations();
    stopping.push(watch.stop);
    const logDir = path.join(directory, 'logs');
    let invocations: Invocation[] = [];
    let retentionDays = 0;
    const stack = await startStack({
      assemblyDir: directory,
      logDir,
      secrets: initialSecrets,
      // Then a process starts with its first invocation, and with the address that it is given here.
      warm: false,
      environment: async (context) => {
        awsUrl = context.awsEndpoint;
        return { ...metaEnvironment(graph, context), GRAPH_URL: meta.url };
      },
      routes: async (context) => {
        const started = await startMeta(context, graph);
        stopping.push(started.stop);
        return started.routes;
      },
      onInvocation: (invocation) => {
        const { variables } = invocation;
        retentionDays = Number(variables['MESSAGE_RETENTION_DAYS'] ?? retentionDays);
        for (const [name, value] of Object.entries(variables)) {
          variables[name] = value.replaceAll(awsUrl, aws.url);
        }
        invocations.push(invocation);
      },
      log: () => undefined,
    });
    stopping.push(stack.stop);
    await fetch(`${stack.url}/_local/graph/settings`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ windows: 'open', pairLimit: false, ladder: 'none' }),
    });
    const { organizationId, business } = demo;
    const traffic = trafficOf({ stack, graph, business, organizationId });
    const total = Object.values(traffic).reduce((sum, { units }) => sum + units, 0);
    let done = 0;

    async function untilQuiet(): Promise<void> {
      while (performance.now() - aws.lastAt() < quietMs) await delay(100);
    }

    async function tableBytes(): Promise<number> {
      let bytes = 0;
      let ExclusiveStartKey: unknown;
      do {
        const input = { TableName: stack.outputs['TableName'], ExclusiveStartKey };
        const page = pageSchema.parse(await stack.awsCall('dynamodb', 'Scan', input));
        bytes += page.Items.reduce((sum, item) => sum + itemBytes(item), 0);
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined);
      return bytes;
    }

    async function flowOf(name: FlowName, { units, burst, send }: Traffic): Promise<Flow> {
      const bursts = (count: number) => Array.from({ length: count }, (_, index) => index);
      const indexes = (at: number) =>
        Array.from({ length: burst }, (_, index) => at * burst + index);
      const warm = name === 'status' ? 0 : Math.min(warmUpBursts, units / burst);
      for (const at of bursts(warm)) await send(indexes(at));
      watch.limitCpu();
      await untilQuiet();
      const [logsBefore, bytesBefore] = [logsIn(logDir), await tableBytes()];
      invocations = [];
      aws.calls.length = 0;
      meta.calls.length = 0;
      watch.take();
      for (const at of bursts(units / burst)) {
        await send(indexes(warm + at));
        watch.limitCpu();
        done += burst;
        onProgress(done, total, name);
      }
      await untilQuiet();
      return {
        units,
        apiRequests: units,
        ...used({
          invocations,
          calls: aws.calls,
          reports: watch.take(),
          logs: logsSince(logsBefore, logsIn(logDir)),
        }),
        egressBytes: meta.calls.reduce((sum, { sentBytes }) => sum + sentBytes, 0),
        tableBytes: Math.max(0, (await tableBytes()) - bytesBefore),
      };
    }

    const flows = {
      text: await flowOf('text', traffic.text),
      textAlone: await flowOf('textAlone', traffic.textAlone),
      outbound: await flowOf('outbound', traffic.outbound),
      status: await flowOf('status', traffic.status),
      voice: await flowOf('voice', traffic.voice),
    };
    return {
      measuredAt: new Date().toISOString().slice(0, 10),
      stage,
      retentionDays,
      answerMs,
      cpuLimited: watch.limitCpu(),
      flows,
      fixed: await fixedOf(templates),
    };
  } finally {
    for (const stop of stopping.toReversed()) await stop();
  }
}

/** Attribute names and values in UTF-8. Source: DynamoDB Developer Guide, "Item sizes and formats". */
function itemBytes(item: z.output<typeof pageSchema>['Items'][number]): number {
  return Object.entries(item).reduce((sum, [name, attribute]) => {
    const [value] = Object.values(attribute);
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return sum + Buffer.byteLength(name) + Buffer.byteLength(text);
  }, 0);
}
