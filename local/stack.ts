import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createApiGateway } from './api-gateway.ts';
import { type AwsClient, createAwsClient } from './aws-client.ts';
import { type Engine, startAwsGateway } from './aws-gateway.ts';
import { startDynamoDb } from './engines/dynoxide.ts';
import { startFauxqs } from './engines/fauxqs.ts';
import { createFirehose } from './engines/firehose.ts';
import { createKms } from './engines/kms.ts';
import { createSecretsManager } from './engines/secrets.ts';
import { createTranscribe } from './engines/transcribe.ts';
import { createEventBus } from './event-bus.ts';
import { startEventSources } from './event-sources/start.ts';
import { createFaults } from './faults.ts';
import { createFunctions, type Invocation, type RunnableFunction } from './functions.ts';
import { startHttpServer } from './http-server.ts';
import { createInbox, type LocalInbox } from './inbox.ts';
import { createBucket } from './resources/bucket.ts';
import { readDeliveryStreams } from './resources/delivery-stream.ts';
import { type ApiRoute, readRoutes } from './resources/http-api.ts';
import { readKeys } from './resources/key.ts';
import { createQueue } from './resources/queue.ts';
import { attributesByType } from './resources/registry.ts';
import { initialSecrets } from './resources/secret.ts';
import { createTable } from './resources/table.ts';
import type { LocalRoute } from './routes.ts';
import { ensureSynth } from './synth.ts';
import { type Assembly, readAssembly, resourcesOfType } from './template/assembly.ts';

/** What code beside the stack, such as the Meta simulator, works with. */
export interface LocalStackContext {
  /** The address of the APIs and of `/_local/*`. */
  url: string;
  /** The address of all AWS services. */
  awsEndpoint: string;
  region: string;
  /** The outputs of all stacks by name. */
  outputs: Record<string, string>;
  /** The resources of all stacks, as CloudFormation lists them. */
  resources: StackResource[];
  /** Calls a service of the JSON protocol with an operator's rights. Throws `AwsError`. */
  awsCall: AwsClient;
}

/** Source: CloudFormation API Reference, "StackResourceSummary". */
export interface StackResource {
  LogicalResourceId: string;
  ResourceType: string;
  /** What `Ref` gives. */
  PhysicalResourceId: string | undefined;
}

/** A finished part of the start. */
export interface Step {
  name: string;
  detail: string;
  durationMs: number;
}

/** How a stack is started. */
export interface StackOptions {
  /** The port of `url`; 0, the default, for any free one. */
  port?: number;
  /** The stage to synthesise; not used where `assemblyDir` is given. */
  stage?: string;
  /** The stage's endpoint for events, for one that has none; without it they wait in the queues. */
  eventsEndpoint?: string;
  /** A synthesised assembly to boot instead of this project's. */
  assemblyDir?: string;
  /** Where each function's `<name>.log` goes; by default where it is gone with the stack. */
  logDir?: string;
  /** Secrets' initial values, by an output that holds the ARN, or by the start of the logical id. */
  secrets?: Record<string, string>;
  /** Whether each function is started before anything calls it: the default. */
  warm?: boolean;
  /** Values for environment variables that the template declares, made before any function starts. */
  environment?: (context: LocalStackContext) => Promise<Record<string, string>>;
  /** `/_local/*` addresses, made when everything runs. */
  routes?: (context: LocalStackContext) => LocalRoute[] | Promise<LocalRoute[]>;
  onStep?: (step: Step) => void;
  /** Gets each invocation before its function does. */
  onInvocation?: (invocation: Invocation) => void;
  /** Gets a line for each denied call, each warning or error of a function, each dead engine. */
  log?: (line: string) => void;
}

/** A running stack. */
export interface LocalStack extends LocalStackContext {
  port: number;
  /** The routes of all APIs. */
  apiRoutes: ApiRoute[];
  /** The short names of all functions. */
  functionNames: string[];
  /** The process of the DynamoDB engine, where it is ours. */
  dynamoDbPid(): number | undefined;
  /** Ends every process and server and deletes what they kept; may be called again. */
  stop(): Promise<void>;
}

type OnStop = (cleanup: () => unknown) => void;

/**
 * Boots a synthesised template on this machine. Resolves when every function is initialised and every
 * event source is polled. Throws, mostly a `BootError` that says what to do, and leaves nothing running.
 */
export async function startStack(options: StackOptions = {}): Promise<LocalStack> {
  const cleanups: (() => unknown)[] = [];
  const stopAll = async (): Promise<void> => {
    for (const cleanup of cleanups.toReversed()) await cleanup();
  };
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopped ??= stopAll();
    return stopped;
  };
  try {
    const stack = await boot(options, (cleanup) => cleanups.push(cleanup));
    return { ...stack, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function boot(options: StackOptions, onStop: OnStop): Promise<Omit<LocalStack, 'stop'>> {
  const { log = console.error, onStep } = options;
  let stepStart = performance.now();
  const step = (name: string, detail: string): void => {
    onStep?.({ name, detail, durationMs: performance.now() - stepStart });
    stepStart = performance.now();
  };

  const http = await startHttpServer(options.port ?? 0);
  onStop(http.stop);
  const synthesis = options.assemblyDir
    ? { directory: options.assemblyDir, changed: false }
    : await ensureSynth(options.stage, options.eventsEndpoint);
  step('Template', synthesis.changed ? 'synthesised' : 'unchanged');

  const scratch = createScratchDirectory(onStop);
  const fauxqs = await startFauxqs();
  onStop(fauxqs.stop);
  const dynamoDb = await startDynamoDb(scratch, log);
  onStop(dynamoDb.stop);
  const engines: Record<string, Engine> = {
    dynamodb: dynamoDb,
    'dynamodb-streams': dynamoDb,
    s3: fauxqs,
    sqs: fauxqs,
  };
  let functions = new Map<string, RunnableFunction>();
  const callerOf = (key: string) =>
    functions.values().find(({ accessKeyId }) => accessKeyId === key);
  const faults = createFaults();
  let inbox: LocalInbox | undefined;
  const gateway = await startAwsGateway({
    ...{ engines, callerOf, faults, log },
    onSent: (request, answer) => inbox?.onSent(request, answer),
  });
  onStop(gateway.stop);
  step('Engines', 'DynamoDB, SQS, S3, Secrets Manager, KMS, Transcribe, Firehose');

  const endpoints = { aws: gateway.url, api: http.url };
  const assembly = readAssembly(synthesis.directory, endpoints, attributesByType);
  const { region, outputs } = assembly;
  const stopping = new AbortController();
  const { signal } = stopping;
  const inboxUrls = ['InboxEventsQueueUrl', 'InboxHistoryQueueUrl'].flatMap(
    (name) => outputs[name] ?? [],
  );
  if (inboxUrls.length > 0) inbox = createInbox(inboxUrls, signal);
  const s3Address = await fauxqs.address();
  const engineCall = createAwsClient(
    (service) => (service.startsWith('dynamodb') ? dynamoDb : fauxqs).address(),
    region,
  );
  engines['secretsmanager'] = createSecretsManager(initialSecrets(assembly, options.secrets ?? {}));
  engines['kms'] = createKms(readKeys(assembly));
  const bus = createEventBus(region);
  const transcribe = createTranscribe({ s3Address, bus });
  engines['transcribe'] = transcribe.service;
  onStop(transcribe.stop);
  const firehose = createFirehose(readDeliveryStreams(assembly), { s3Address, log });
  engines['firehose'] = firehose.service;
  onStop(firehose.stop);
  const awsCall = createAwsClient(async () => gateway.url, region);
  const resources = assembly.resources.map((resource) => ({
    LogicalResourceId: resource.logicalId,
    ResourceType: resource.type,
    PhysicalResourceId: attributesByType[resource.type]?.(resource)['Ref'],
  }));
  const context = { url: http.url, awsEndpoint: gateway.url, region, outputs, resources, awsCall };
  functions = createFunctions(assembly, {
    awsEndpoint: gateway.url,
    overrides: (await options.environment?.(context)) ?? {},
    logDir: options.logDir ?? path.join(scratch, 'logs'),
    log,
    onInvocation: options.onInvocation,
  });
  const pools = [...functions.values()].map(({ pool }) => pool);
  onStop(() => Promise.all(pools.map((pool) => pool.stop())));
  await Promise.all([
    createResources(assembly, engineCall, s3Address),
    ...(options.warm === false ? [] : pools.map((pool) => pool.warm())),
  ]);
  const apiRoutes = readRoutes(assembly);
  http.serveApi(createApiGateway(apiRoutes, (arn) => functions.get(arn)?.pool));
  step('Functions', `${pools.length} ${options.warm === false ? 'to be started' : 'initialised'}`);

  onStop(() => stopping.abort());
  const eventSources = startEventSources(assembly, {
    ...{ functions, engineCall, s3Address, bus, log, signal },
  });
  step('Event sources', `${eventSources} polled`);

  http.addLocalRoutes([
    route('GET', '/_local/health', () => ({ status: 'ok' })),
    route('GET', '/_local/requests', gateway.counts),
    { method: 'POST', path: '/_local/faults', handle: async ({ body }) => faults.change(body) },
    ...transcribe.routes,
    ...(inbox ? [inbox.route] : []),
    ...((await options.routes?.(context)) ?? []),
  ]);
  const functionNames = pools.map(({ spec }) => spec.shortName);
  return { ...context, port: http.port, apiRoutes, functionNames, dynamoDbPid: dynamoDb.pid };
}

/** A directory that is gone with the stack, or with this process where that ends first. */
function createScratchDirectory(onStop: OnStop): string {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'nexus-local-'));
  const remove = (): void => rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  process.once('exit', remove);
  onStop(() => {
    process.off('exit', remove);
    remove();
  });
  return directory;
}

async function createResources(
  assembly: Assembly,
  engineCall: AwsClient,
  s3Address: string,
): Promise<void> {
  const all = (...types: string[]) => resourcesOfType(assembly, ...types);
  await Promise.all([
    ...all('AWS::DynamoDB::GlobalTable', 'AWS::DynamoDB::Table').map((table) =>
      createTable(engineCall, table),
    ),
    ...all('AWS::SQS::Queue').map((queue) => createQueue(engineCall, queue)),
    ...all('AWS::S3::Bucket').map((bucket) => createBucket(s3Address, bucket)),
  ]);
}

function route(method: 'GET', path: `/_local/${string}`, read: () => unknown): LocalRoute {
  return { method, path, handle: async () => ({ status: 200, body: read() }) };
}
