import type { Command } from 'commander';
import * as z from 'zod';
import { awsClientConfig, backgroundBudget } from '../shared/runtime/aws-client.ts';
import { CommandError } from './command-error.ts';
import { readLocalRun } from './local-run.ts';

/** Which stage a command works on; without a name the local run. */
export interface StageOptions {
  stage?: string;
  region?: string;
}

/** A queue and where it puts what nobody could work. */
export interface StageQueue {
  /** Such as `webhook-events`. */
  name: string;
  url: string;
  deadLetterUrl: string;
  /** Ordered within message groups. */
  isFifo: boolean;
}

/** The resources of a stage that commands work on. */
export interface DeployedStage {
  queues: StageQueue[];
  rawBucket: string;
  mediaBucket: string;
  tableName: string;
}

/** Source: CloudFormation API Reference, "StackResourceSummary". */
const resourcesSchema = z.array(
  z.object({
    LogicalResourceId: z.string(),
    ResourceType: z.string(),
    PhysicalResourceId: z.string().default(''),
  }),
);

type Resources = z.output<typeof resourcesSchema>;

const localRunSchema = z.object({
  awsEndpoint: z.url(),
  region: z.string(),
  resources: resourcesSchema,
});

/** The paragraph of a command's help on the stage. */
export const stageHelp = `Without --stage this works on the local run of "npm start". A deployed stage is found by its CloudFormation
stacks, with your AWS credentials and region (AWS_PROFILE, AWS_REGION and the like).`;

/** Adds the options that choose the stage. */
export function withStageOptions(command: Command): Command {
  return command
    .option('--stage <name>', 'a deployed stage: dev, staging, prod; by default the local run')
    .option('--region <region>', 'where it is deployed, if not in the region of your AWS profile');
}

/**
 * Finds a stage's resources and works on them. AWS clients that are made from then on reach the stage by
 * themselves: `new SQSClient(awsClientConfig(backgroundBudget))`, and so every adapter of the functions.
 * @returns what `work` returns
 * @throws CommandError where there is no such stage, or AWS refuses
 */
export async function onStage(
  options: StageOptions,
  work: (stage: DeployedStage) => Promise<number>,
): Promise<number> {
  try {
    return await work(stageOf(await findResources(options)));
  } catch (error) {
    throw withAdvice(error);
  }
}

/** The queue with this name. @throws CommandError where the stage has none */
export function queueNamed({ queues }: DeployedStage, name: string): StageQueue {
  const queue = queues.find((one) => one.name === name);
  if (!queue) {
    const names = queues.map((one) => one.name).join(', ');
    throw new CommandError(`There is no queue ${name}. The queues are ${names}.`);
  }
  return queue;
}

async function findResources({ stage, region }: StageOptions): Promise<Resources> {
  if (stage === undefined) {
    const local = readLocalRun(localRunSchema, 'name a deployed --stage');
    // The local run takes any signature, and shall get none of a real account.
    for (const name of ['AWS_PROFILE', 'AWS_SESSION_TOKEN']) delete process.env[name];
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: local.awsEndpoint,
      AWS_REGION: local.region,
      AWS_ACCESS_KEY_ID: 'operator',
      AWS_SECRET_ACCESS_KEY: 'operator',
    });
    return local.resources;
  }
  if (region !== undefined) process.env['AWS_REGION'] = region;
  // The local run has no use for it.
  const { CloudFormationClient, paginateListStackResources } = await import(
    '@aws-sdk/client-cloudformation'
  );
  const client = new CloudFormationClient(awsClientConfig(backgroundBudget));
  const found: unknown[] = [];
  for (const StackName of [`nexus-whatsapp-${stage}`, `nexus-whatsapp-${stage}-state`]) {
    for await (const page of paginateListStackResources({ client }, { StackName })) {
      found.push(...(page.StackResourceSummaries ?? []));
    }
  }
  return resourcesSchema.parse(found);
}

/** The CDK ends a logical id with eight hexadecimal digits. Source: CDK Developer Guide, "Logical IDs". */
const logicalId = /^(\w+?)[0-9A-F]{8}$/;

function stageOf(resources: Resources): DeployedStage {
  const idOf = new Map(
    resources.map((resource) => [
      logicalId.exec(resource.LogicalResourceId)?.[1] ?? resource.LogicalResourceId,
      resource.PhysicalResourceId,
    ]),
  );
  const named = (name: string): string => {
    const id = idOf.get(name);
    if (id === undefined) {
      throw new CommandError(`The stage has no ${name}: is it deployed from another version?`);
    }
    return id;
  };
  const queues = [...idOf.keys()].flatMap((name) => {
    const ownId = /^(\w+)DeadLetters$/.exec(name)?.[1];
    if (ownId === undefined) return [];
    const url = named(`${ownId}Queue`);
    return {
      name: ownId.replace(/\B[A-Z]/g, '-$&').toLowerCase(),
      url,
      deadLetterUrl: named(name),
      isFifo: url.endsWith('.fifo'),
    };
  });
  return {
    queues,
    rawBucket: named('RawBucket'),
    mediaBucket: named('MediaBucket'),
    tableName: named('Table'),
  };
}

/** What to do about an error of AWS or of the way to it. */
function withAdvice(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof CommandError) return error;
  const { name, message } = error;
  if (/Credentials|Token|Signature|UnrecognizedClient/.test(name)) {
    return new CommandError(`AWS does not know you (${name}): sign in, or set AWS_PROFILE.`);
  }
  if (/AccessDenied/.test(name)) {
    return new CommandError(`Your AWS credentials do not allow this: ${message}`);
  }
  if (/Region is missing/.test(message)) {
    return new CommandError('Name the --region of the stage, or set AWS_REGION.');
  }
  if (/^Stack .* does not exist/.test(message)) {
    return new CommandError(`${message} in this account and region: see --stage and --region.`);
  }
  if (/ECONNREFUSED|ENOTFOUND|TimeoutError/.test(`${name} ${message}`)) {
    return new CommandError('AWS does not answer. For the local run: is "npm start" running?');
  }
  if ('$metadata' in error) return new CommandError(`${name}: ${message}`);
  return error;
}
