import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { Command } from 'commander';
import * as z from 'zod';
import { organizationIdSchema } from '../shared/organization-id.schema.ts';
import { awsClientConfig, backgroundBudget } from '../shared/runtime/aws-client.ts';
import { CommandError, runCommand } from './command-error.ts';
import { readLocalRun } from './local-run.ts';
import { type Reencryption, reencryptSecrets } from './reencrypt-secrets.ts';
import { storedSecretsInDynamoDb } from './stored-secrets.dynamodb.ts';
import { takeoverKeyInKms } from './takeover-key.kms.ts';

interface Options {
  organization?: string;
  table?: string;
  key?: string;
  dryRun?: boolean;
}

const keyArn = z.string().regex(/^arn:[\w-]+:kms:[a-z0-9-]+:\d{12}:(key|alias)\/[\w/-]+$/);

const localRunSchema = z.object({
  awsEndpoint: z.url(),
  tableName: z.string(),
  tokenKeyArn: keyArn,
});

/** Where the secrets are, and the key that they are to be under. */
interface Place {
  table: string;
  key: string;
  /** Of the local run, which takes any signature. */
  access: { endpoint?: string; credentials?: { accessKeyId: string; secretAccessKey: string } };
}

/** @throws CommandError where an option is missing or wrong */
function placeOf({ table, key }: Options): Place {
  if (key !== undefined && !keyArn.safeParse(key).success) {
    throw new CommandError('--key must be the ARN of a key or of an alias.');
  }
  if (table !== undefined) {
    if (key === undefined) {
      throw new CommandError('--table needs a --key: TokenKeyArn of the same stage.');
    }
    return { table, key, access: {} };
  }
  const local = readLocalRun(localRunSchema, 'name a --table and a --key of a deployed stage');
  const credentials = { accessKeyId: 'operator', secretAccessKey: 'operator' };
  return {
    table: local.tableName,
    key: key ?? local.tokenKeyArn,
    access: { endpoint: local.awsEndpoint, credentials },
  };
}

function summary(
  { reencrypted, current, changed, refused }: Reencryption,
  dryRun: boolean,
): string {
  return [
    ...refused.map(
      ({ organizationId, kind, id, reason }) =>
        `FAILED  ${organizationId}  ${kind} ${id}  ${reason}`,
    ),
    `${reencrypted} ${dryRun ? 'to re-encrypt' : 're-encrypted'}, ${current} under the key already, ${changed} changed meanwhile, ${refused.length} failed`,
    ...(changed > 0 ? ['What has changed meanwhile was left as it is: run this again.'] : []),
  ].join('\n');
}

/** 0: all are under the key. 1: some are not. */
async function run({ organization, dryRun = false, ...options }: Options): Promise<number> {
  if (organization !== undefined && !organizationIdSchema.safeParse(organization).success) {
    throw new CommandError('--organization must be 1 to 64 letters, digits, _ or -.');
  }
  const { table, key, access } = placeOf(options);
  const config = {
    ...awsClientConfig(backgroundBudget),
    region: key.split(':')[3] ?? '',
    ...access,
  };
  const { stderr, stdout } = process;
  const clear = stderr.isTTY ? '\r\u001b[K' : '';
  let soFar: Reencryption | undefined;
  const tell = (result: Reencryption) => stdout.write(`${clear}${summary(result, dryRun)}\n`);
  process.once('SIGINT', () => {
    if (soFar) tell(soFar);
    console.error('Interrupted. What is done is done: run it again to go on.');
    process.exit(130);
  });
  const ports = {
    secrets: storedSecretsInDynamoDb(new DynamoDBClient(config), table),
    key: takeoverKeyInKms(new KMSClient(config), key),
  };
  try {
    const result = await reencryptSecrets(ports, {
      ...{ organizationId: organization, dryRun },
      onProgress(result) {
        soFar = result;
        const { reencrypted, current, changed, refused } = result;
        if (stderr.isTTY) {
          stderr.write(`${clear}${reencrypted + current + changed + refused.length} looked at`);
        }
      },
    });
    tell(result);
    return result.refused.length > 0 || result.changed > 0 ? 1 : 0;
  } catch (error) {
    if (soFar) tell(soFar);
    const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw new CommandError(`Stopped: ${why}\nWhat is done is done: run it again to go on.`);
  }
}

await new Command('npm run reencrypt --')
  .description(
    'Encrypts all stored access tokens and PINs anew under a KMS key. They never leave KMS in plaintext.',
  )
  .option('--organization <id>', 'only what is of this organisation')
  .option(
    '--table <name>',
    'TableName of a deployed stage; by default the local run of "npm start"',
  )
  .option('--key <arn>', 'the key to encrypt with: TokenKeyArn of the stage, or one to move to')
  .option('--dry-run', 'do everything but write')
  .addHelpText(
    'after',
    `
With the stage's own key: after its material was rotated, what is under older material is encrypted anew.
With another key: the functions decrypt with TokenKeyArn alone. Deploy the stage with the new key in the
same minute, run this once more for what was stored in between, and disable the old key only when a run
says that nothing is left to do.

Table and key of a stage: aws cloudformation describe-stacks --stack-name <stack> --query 'Stacks[0].Outputs'
The caller needs dynamodb:Scan (with --organization dynamodb:Query) and dynamodb:UpdateItem on the table,
kms:ReEncryptFrom on the old key and kms:ReEncryptTo on the new one.

A token that is stored while this runs stays. It may be interrupted, and run as often as you like.
Exit code: 0 all are under the key, 1 some are not (each is named, or run it again), 2 it could not run.

Examples:
  npm run reencrypt -- --dry-run
  npm run reencrypt -- --table <TableName> --key <TokenKeyArn>
  npm run reencrypt -- --table <TableName> --key <TokenKeyArn> --organization acme`,
  )
  .action((options: Options) => runCommand(() => run(options)))
  .parseAsync();
